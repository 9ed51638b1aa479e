import { createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** What a proxy does with bytes on their way; it returns the bytes to pass on. */
export type OnBytes = (bytes: Buffer, pair: ProxyPair) => Buffer;

/** One connection through a proxy. */
export interface ProxyPair {
  readonly client: Socket;
  readonly broker: Socket;
  /** From here on nothing passes any more, and nothing is closed. */
  readonly freeze: () => void;
  /** Ends both sides with a RST. */
  readonly reset: () => void;
}

/** A TCP server for tests that ends with all its connections. */
export interface TestServer {
  readonly port: number;
  close(): Promise<void>;
}

/** AMQP method ids as they stand on the wire: class, method. */
export const Method = {
  CONNECTION_CLOSE: Buffer.from([0, 10, 0, 50]),
  BASIC_PUBLISH: Buffer.from([0, 60, 0, 40]),
  BASIC_ACK: Buffer.from([0, 60, 0, 80]),
};

/** Stands between a client and a broker, and spoils what passes. */
export async function startProxy(
  target: { readonly host: string; readonly port: number },
  spoil: { readonly toBroker?: OnBytes; readonly toClient?: OnBytes },
): Promise<TestServer> {
  const { connect } = await import("node:net");
  return startServer((client) => {
    const broker = connect(target.port, target.host).setNoDelay(true);
    client.setNoDelay(true);
    let isFrozen = false;
    const pair: ProxyPair = {
      client,
      broker,
      freeze: () => (isFrozen = true),
      reset: () => {
        client.resetAndDestroy();
        broker.resetAndDestroy();
      },
    };
    broker.on("error", () => client.destroy());
    client.on("close", () => broker.destroy());
    broker.on("close", () => !isFrozen && client.destroy());
    const pass = (from: Socket, to: Socket, onBytes: OnBytes = (bytes) => bytes): void => {
      from.on("data", (bytes: Buffer) => {
        if (isFrozen) return;
        const passed = onBytes(bytes, pair);
        if (!to.destroyed) to.write(passed);
      });
    };
    pass(client, broker, spoil.toBroker);
    pass(broker, client, spoil.toClient);
  });
}

/** A server that does what it is told with each connection, instead of a broker. */
export async function startServer(onConnection: (socket: Socket) => void): Promise<TestServer> {
  const sockets = new Set<Socket>();
  const server = await new Promise<Server>((resolve) => {
    const listening = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => undefined);
      onConnection(socket);
    }).listen(0, "127.0.0.1", () => resolve(listening));
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
