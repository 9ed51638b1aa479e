import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { freePorts, LIMITED_USER, startBroker, type TestBroker } from "../../helpers/rabbitmq.js";
import { Method, startProxy, startServer, type TestServer } from "../../helpers/rabbitmq-proxy.js";
import {
  makeNotifyProgram,
  meshConfig,
  NOTIFICATION,
  type NotifyProgram,
  type NotifyResult,
} from "./notify-process.js";

const DEADLINE_MS = 3_000;
/** What a process needs besides: its start, and its end on a machine with other work to do. */
const SPARE_SECONDS = 2;
const SECRET = "wrong-password-22";
const QUEUE = "recipe.run.failure.q";

let broker: TestBroker;
let program: NotifyProgram;
const servers: TestServer[] = [];

beforeAll(async () => {
  program = makeNotifyProgram();
  broker = await startBroker();
}, 120_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await broker.stop();
  program.remove();
});
beforeEach(async () => {
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  await channel.deleteQueue(QUEUE);
  await connection.close();
});

const toBroker = (port = broker.port, host = broker.host): Record<string, string> => ({
  MESH_CONFIG: meshConfig(port, host),
  ISB_USERNAME: broker.username,
  ISB_PASSWORD: broker.password,
});
const server = async (starting: Promise<TestServer>): Promise<TestServer> => {
  const started = await starting;
  servers.push(started);
  return started;
};
const notify = (env: Readonly<Record<string, string>>): Promise<NotifyResult> =>
  program.run(NOTIFICATION, { DKIST_NOTIFY_DEADLINE_MS: String(DEADLINE_MS), ...env });

/** One line with the reason and the whole message, in time. */
function expectNotSent(result: NotifyResult, reason: string | RegExp, code = 75): void {
  expect(result.stdout).toBe("");
  expect(result.stderr.trimEnd().split("\n")).toHaveLength(1);
  expect(result.stderr).toMatch(reason);
  const body = result.stderr.slice(result.stderr.indexOf("; message: ") + "; message: ".length);
  expect(JSON.parse(body)).toMatchObject({
    workflowName: "l0_to_l1_visp",
    taskName: "TransferL0Data",
    dagRunId: 'manual__é"1',
    errorName: "AirflowException",
    tryNumber: 2,
  });
  expect(result.code).toBe(code);
  expect(result.seconds).toBeLessThan(DEADLINE_MS / 1000 + SPARE_SECONDS);
}

describe("a message that cannot be delivered", () => {
  it("to a closed port: tried until the deadline", async () => {
    const [port] = await freePorts();

    expectNotSent(await notify(toBroker(port, "127.0.0.1")), /CONNECTION_REFUSED .* after ([5-9]|\d\d) attempt/);
  });

  it("to a host that is not known", async () => {
    expectNotSent(await notify(toBroker(5672, "no-such-host.invalid")), "ADDRESS_UNKNOWN at no-such-host.invalid:5672");
  });

  it("with a wrong password: tried once, and the password is not shown", async () => {
    const result = await notify({ ...toBroker(), ISB_PASSWORD: SECRET });

    expectNotSent(result, /LOGIN_REFUSED .* after 1 attempt/);
    expect(result.stderr).not.toContain(SECRET);
  });

  it("to a host that accepts and says nothing", async () => {
    const { port } = await server(startServer(() => undefined));

    expectNotSent(await notify(toBroker(port, "127.0.0.1")), "TIMED_OUT");
  });

  it("to a host that says one byte every 200 ms, which no idle timeout notices", async () => {
    const frame = Buffer.from([1, 0, 0, 0, 0, 1, 0, ...Array<number>(1_000).fill(0)]);
    const { port } = await server(
      startServer((socket) => {
        let sent = 0;
        const timer = setInterval(() => socket.write(frame.subarray(sent, (sent += 1))), 200);
        socket.on("close", () => clearInterval(timer));
      }),
    );

    expectNotSent(await notify(toBroker(port, "127.0.0.1")), "TIMED_OUT");
  });

  it("to a web server: tried once", async () => {
    const { port } = await server(
      startServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")),
    );

    expectNotSent(await notify(toBroker(port, "127.0.0.1")), /NOT_A_BROKER .* after 1 attempt/);
  });

  it("to a host that hangs up at once", async () => {
    const { port } = await server(startServer((socket) => socket.destroy()));

    expectNotSent(await notify(toBroker(port, "127.0.0.1")), "CONNECTION_LOST");
  });

  it("by TLS to a port without", async () => {
    expectNotSent(await notify({ ...toBroker(), ISB_PROTOCOL: "amqps" }), /TLS_FAILED|CONNECTION_LOST/);
  });

  it("because the queue is there with another type: tried once", async () => {
    const connection = await broker.connect();
    const channel = await connection.createChannel();
    await channel.assertQueue(QUEUE, { durable: true, arguments: { "x-queue-type": "classic" } });
    await connection.close();

    const result = await notify({ ...toBroker(), ISB_QUEUE_TYPE: "quorum" });
    expectNotSent(result, /DECLARED_DIFFERENTLY .* after 1 attempt.*inequivalent arg 'x-queue-type'/);
  });

  it("because no queue takes it, although the broker confirms it: tried once", async () => {
    const key = Buffer.from("recipe.run.failure.m");
    const { port } = await server(
      startProxy(broker, {
        toBroker: (bytes) => {
          if (bytes.includes(Method.BASIC_PUBLISH)) bytes.write("recipe.run.failure.x", bytes.indexOf(key));
          return bytes;
        },
      }),
    );

    expectNotSent(await notify(toBroker(port, "127.0.0.1")), /UNROUTABLE .* after 1 attempt.*NO_ROUTE/);
  });

  it("because the broker freezes before it confirms", async () => {
    const { port } = await server(
      startProxy(broker, {
        toBroker: (bytes, pair) => {
          if (bytes.includes(Method.BASIC_PUBLISH)) pair.freeze();
          return bytes;
        },
      }),
    );

    expectNotSent(await notify(toBroker(port, "127.0.0.1")), /TIMED_OUT .*waiting for the broker to confirm/);
  });

  it("because the connection is reset before it confirms, each time", async () => {
    const { port } = await server(
      startProxy(broker, {
        toClient: (bytes, pair) => {
          if (bytes.includes(Method.BASIC_ACK)) pair.reset();
          return bytes;
        },
      }),
    );

    expectNotSent(await notify(toBroker(port, "127.0.0.1")), /CONNECTION_LOST/);
  });

  it.each([
    ["MESH_CONFIG", "{"],
    ["MESH_CONFIG", '{"interservice-bus":{"mesh_address":"a b","mesh_port":0}}'],
    ["ISB_EXCHANGE", "x".repeat(256)],
  ])("because %s is wrong: 78 at once", async (name, value) => {
    const result = await notify({ ...toBroker(), [name]: value });

    expectNotSent(result, name, 78);
    expect(result.seconds).toBeLessThan(SPARE_SECONDS);
  });
});

describe("a message that is delivered all the same", () => {
  it("although the broker freezes when the connection is closed", async () => {
    const { port } = await server(
      startProxy(broker, {
        toBroker: (bytes, pair) => {
          if (bytes.includes(Method.CONNECTION_CLOSE)) pair.freeze();
          return bytes;
        },
      }),
    );
    const result = await notify(toBroker(port, "127.0.0.1"));

    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.seconds).toBeLessThan(SPARE_SECONDS);
  });

  it("although the first connections are reset", async () => {
    let connections = 0;
    const { port } = await server(
      startProxy(broker, {
        toClient: (bytes, pair) => {
          if (bytes.includes(Method.BASIC_ACK) && (connections += 1) <= 2) pair.reset();
          return bytes;
        },
      }),
    );
    const result = await notify(toBroker(port, "127.0.0.1"));

    expect(result.code).toBe(0);
    expect(result.stdout).toMatch(/attempts 3\)$/m);
  });
});

describe("stdin", () => {
  it.each(["", "not JSON", "[]", JSON.stringify({ ...NOTIFICATION, taskName: null })])(
    "with %j is refused with 64",
    async (input) => {
      const result = await program.run(input, toBroker());

      expect(result).toMatchObject({ code: 64, stdout: "" });
      expect(result.stderr).toMatch(/^the failure message cannot be made: .*\n$/);
    },
  );
});

// What needs to change the broker itself is for one of our own.
if ((process.env["DKIST_TEST_AMQP"] ?? "") === "") {
  describe("a broker that refuses", () => {
    it("a user without permissions: tried once", async () => {
      const { username, password } = LIMITED_USER;
      const result = await notify({ ...toBroker(), ISB_USERNAME: username, ISB_PASSWORD: password });

      expectNotSent(result, /NO_PERMISSION .* after 1 attempt/);
      expect(result.stderr).not.toContain(password);
    });

    it("all messages, as its memory is full", async () => {
      await broker.ctl("set_vm_memory_high_watermark", "0.0000001");
      try {
        expectNotSent(await notify(toBroker()), /BLOCKED .*memory/);
      } finally {
        await broker.ctl("set_vm_memory_high_watermark", "0.4");
      }
    });
  });
}
