import { connect, type ChannelModel } from "amqplib";
import type { BrokerSettings } from "./broker-settings.js";
import type { Deadline } from "./deadline.js";
import { PublishError, publishErrorOf } from "./publish-error.js";

/** The original has no setting for another one. */
export const VIRTUAL_HOST = "/";
const CONNECTION_NAME = "dkist-processing-core-producer";

const HEARTBEAT_SECONDS = 30;
/** What was to be done is done by then: a broker that does not answer the goodbye changes nothing. */
const CLOSE_LIMIT_MS = 500;

/**
 * Opens a connection to the broker.
 *
 * @param faults - told what the broker says on the connection from now on
 * @throws PublishError within the deadline
 */
export async function openConnection(
  settings: BrokerSettings,
  deadline: Deadline,
  faults: FirstFault,
): Promise<ChannelModel> {
  let isTooLate = false;
  // The object form: in a URL, passwords with / or # would need an encoding that not all readers agree on.
  const opening = connect(
    {
      protocol: settings.protocol,
      hostname: settings.host,
      port: settings.port,
      username: settings.username,
      password: settings.password,
      vhost: VIRTUAL_HOST,
      heartbeat: HEARTBEAT_SECONDS,
    },
    // Without noDelay the short frames of the handshake wait for delayed acknowledgements, 40 ms each.
    { noDelay: true, timeout: deadline.leftMs, clientProperties: { connection_name: CONNECTION_NAME } },
  ).then((connection) => {
    // Before any call: an 'error' event without a listener ends the process.
    connection.on("error", (error) => faults.note(error));
    if (isTooLate) destroy(connection);
    return connection;
  });
  try {
    const connection = await deadline.race(opening, "connecting");
    connection.on("blocked", (reason) => faults.block(reason));
    connection.on("unblocked", () => faults.unblock());
    return connection;
  } catch (error) {
    isTooLate = true;
    opening.catch(() => undefined);
    throw publishErrorOf(error);
  }
}

/** Says goodbye, and does not wait long for an answer. */
export async function closeConnection(connection: ChannelModel, deadline: Deadline): Promise<void> {
  try {
    await deadline.within(CLOSE_LIMIT_MS).race(connection.close(), "closing");
  } catch {
    destroy(connection);
  }
}

/**
 * amqplib has no call that ends a connection without the broker's help; its socket is all there is. Ended with an error,
 * as only then amqplib hears of it and stops its heartbeat, which would keep the process alive.
 */
export function destroy({ connection }: ChannelModel): void {
  const { stream } = connection as { readonly stream?: { readonly destroy?: (error: Error) => void } };
  stream?.destroy?.(new Error("given up"));
}

/** What the broker said on the connection or the channel, apart from what the calls under way were told. */
export class FirstFault {
  #error: PublishError | undefined;
  #blocked: PublishError | undefined;

  get first(): PublishError | undefined {
    return this.#error ?? this.#blocked;
  }

  note(error: unknown): void {
    this.#error ??= publishErrorOf(error);
  }

  block(reason: string): void {
    this.#blocked = new PublishError("BLOCKED", `the broker takes no messages now: ${reason}`);
  }

  unblock(): void {
    this.#blocked = undefined;
  }
}
