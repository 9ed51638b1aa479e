import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { runDoctor, runDoctorAsText, type DoctorRun } from "../../helpers/doctor.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";
import { freePorts, LIMITED_USER, startBroker, type TestBroker } from "../../helpers/rabbitmq.js";
import { startProxy, startServer, type TestServer } from "../../helpers/rabbitmq-proxy.js";
import { makeNotifyProgram, meshConfig, type NotifyProgram } from "../../integration/rabbitmq/notify-process.js";

const QUEUE = "recipe.run.failure.q";
const EXCHANGE = "doctor.direct.x";
const SECRET = "wrong-password-22";
/** The limit for the broker, the start of the process, and a machine with other work to do. */
const SECONDS = 15;

let broker: TestBroker;
let program: NotifyProgram;
let folder: string;
const servers: TestServer[] = [];

beforeAll(async () => {
  folder = await tempFolder();
  program = makeNotifyProgram();
  broker = await startBroker();
}, 120_000);
afterAll(async () => {
  await Promise.all(servers.map((server) => server.close()));
  await broker.stop();
  program.remove();
  await removeFolders();
});
beforeEach(async () => {
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  await channel.deleteQueue(QUEUE);
  await channel.deleteExchange(EXCHANGE);
  await connection.close();
});

const toBroker = (port = broker.port, host = broker.host): Record<string, string> => ({
  MESH_CONFIG: meshConfig(port, host),
  ISB_USERNAME: broker.username,
  ISB_PASSWORD: broker.password,
  ISB_EXCHANGE: EXCHANGE,
});
const serve = async (starting: Promise<TestServer>): Promise<number> => {
  const started = await starting;
  servers.push(started);
  return started.port;
};
/** Only what is set is looked at, and nothing else takes time. */
const examine = (env: Readonly<Record<string, string>>): Promise<DoctorRun> =>
  runDoctor(folder, [], { PATH: "/nowhere", ...env });

async function declare(exchangeType: string, queueType: string): Promise<void> {
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  await channel.assertExchange(EXCHANGE, exchangeType, { durable: true });
  await channel.assertQueue(QUEUE, { durable: true, arguments: { "x-queue-type": queueType } });
  await connection.close();
}

/** Whether there is such a thing; asking for what is not there closes the channel. */
async function exists(what: "exchange" | "queue"): Promise<boolean> {
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  channel.on("error", () => undefined);
  const asked = what === "queue" ? channel.checkQueue(QUEUE) : channel.checkExchange(EXCHANGE);
  const isThere = await asked.then(
    () => true,
    () => false,
  );
  await connection.close();
  return isThere;
}

describe("a broker that would take a failure message", () => {
  it("is right, and nothing is made on it", async () => {
    const { of } = await examine(toBroker());

    expect(of("broker settings")).toMatchObject({ status: "ok" });
    expect(of("broker")).toMatchObject({ status: "ok", found: expect.stringMatching(/ lets .* in; .* not there yet/) });
    expect([await exists("exchange"), await exists("queue")]).toEqual([false, false]);
  });

  it("is right where exchange and queue are there, and leaves a message in the queue alone", async () => {
    await declare("direct", "classic");
    const connection = await broker.connect();
    const channel = await connection.createConfirmChannel();
    channel.sendToQueue(QUEUE, Buffer.from("a message"), { persistent: true });
    await channel.waitForConfirms();
    const { of } = await examine(toBroker());

    expect(of("broker")).toMatchObject({ status: "ok", found: expect.stringContaining("are as they should be") });
    expect(await channel.checkQueue(QUEUE)).toMatchObject({ messageCount: 1, consumerCount: 0 });
    await connection.close();
  });

  it("is what a worker needs: without the variables, the defaults are asked", async () => {
    const { exitCode, of } = await runDoctor(folder, ["--for", "worker"], { ISB_PROTOCOL: "" });
    expect(of("broker settings").found).toContain("(none is set: all defaults)");
    expect(["ok", "problem"]).toContain(of("broker").status);
    expect(exitCode).toBe(1); // CODE_MOUNT is not set
  });

  it("is asked by a release alone too", async () => {
    const { code, stdout, stderr } = await program.check(toBroker());
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^a failure message can be sent: .* not there yet .*\n$/);
    expect(await exists("queue")).toBe(false);
  });
});

describe("the setting that is wrong is named", () => {
  it.each<[string, () => Promise<Record<string, string>> | Record<string, string>, RegExp, RegExp]>([
    [
      "the password",
      () => ({ ...toBroker(), ISB_PASSWORD: SECRET }),
      /refuses the user guest$/,
      /ISB_USERNAME or ISB_PASSWORD is wrong/,
    ],
    [
      "the user",
      () => ({ ...toBroker(), ISB_USERNAME: "nobody", ISB_PASSWORD: SECRET }),
      /refuses the user nobody$/,
      /ISB_USERNAME or ISB_PASSWORD is wrong/,
    ],
    [
      "the host",
      () => toBroker(5672, "no-such-host.invalid"),
      /there is no host no-such-host\.invalid$/,
      /mesh_address/,
    ],
    [
      "the port",
      async () => toBroker((await freePorts())[0], "127.0.0.1"),
      /^127\.0\.0\.1:\d+ refuses connections: .*ECONNREFUSED/,
      /mesh_port/,
    ],
    [
      "a port where nobody speaks",
      async () => toBroker(await serve(startServer(() => undefined)), "127.0.0.1"),
      /accepts connections and says nothing$/,
      /ISB_PROTOCOL/,
    ],
    [
      "a web server's port",
      async () =>
        toBroker(await serve(startServer((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))), "127.0.0.1"),
      /speaks no AMQP/,
      /mesh_port/,
    ],
    [
      "a port that hangs up",
      async () => toBroker(await serve(startServer((socket) => socket.destroy())), "127.0.0.1"),
      /closed the connection/,
      /ISB_PROTOCOL=amqps/,
    ],
    [
      "the protocol",
      () => ({ ...toBroker(), ISB_PROTOCOL: "amqps" }),
      /^there is no TLS connection to [^ ]+: [a-z ]+$/,
      /ISB_PROTOCOL/,
    ],
    [
      "the exchange, which is of another type",
      async () => {
        await declare("topic", "classic");
        return toBroker();
      },
      /exchange doctor\.direct\.x is there, .*its type is topic$/,
      /ISB_EXCHANGE/,
    ],
    [
      "the queue type",
      async () => {
        await declare("direct", "classic");
        return { ...toBroker(), ISB_QUEUE_TYPE: "quorum" };
      },
      /queue recipe\.run\.failure\.q is there, and its type is classic, not quorum$/,
      /^set ISB_QUEUE_TYPE=classic$/,
    ],
  ])("%s", async (_, environment, found, hint) => {
    const env = await environment();
    const started = performance.now();
    const [run, text] = await Promise.all([
      examine(env),
      runDoctorAsText(folder, ["--for", "worker"], { PATH: "/nowhere", ...env }),
    ]);

    expect(run.of("broker")).toEqual({
      check: "broker",
      status: "problem",
      found: expect.stringMatching(found),
      hint: expect.stringMatching(hint),
    });
    expect(run.exitCode).toBe(1);
    expect((performance.now() - started) / 1000).toBeLessThan(SECONDS);
    expectNoSecret(run, env);
    expect(text.stdout).toMatch(/^problem +broker /m);
    expectNoSecret(text, env);
  });

  it.each([
    ["{", /MESH_CONFIG is not valid JSON/],
    ["[]", /MESH_CONFIG must be a JSON object/],
    [
      `{"interservice-bus": {"mesh_address": "a b", "mesh_port": 0, "password": "${SECRET}"}}`,
      /mesh_address.*mesh_port/,
    ],
  ])("MESH_CONFIG %s", async (meshConfigText, found) => {
    const run = await examine({ MESH_CONFIG: meshConfigText });

    expect(run.of("broker settings")).toMatchObject({ status: "problem", found: expect.stringMatching(found) });
    expect(run.of("broker")).toMatchObject({ status: "not checked" });
    expect(run.exitCode).toBe(1);
    expect(run.stdout + run.stderr).not.toContain(SECRET);
  });

  it("a MESH_CONFIG that does not name the broker", async () => {
    expect((await examine({ MESH_CONFIG: '{"other": {}}' })).of("broker settings")).toMatchObject({
      status: "warning",
      hint: expect.stringContaining('no "interservice-bus"'),
    });
  });

  it("to one who has a release alone", async () => {
    const refused = await program.check({ ...toBroker(), ISB_PASSWORD: SECRET });
    expect([refused.code, refused.stdout]).toEqual([75, ""]);
    expect(refused.stderr).toMatch(/^no failure message can be sent: .* refuses the user guest; ISB_USERNAME or .*\n$/);
    expect(refused.stderr).not.toContain(SECRET);
    expect(await program.check({ MESH_CONFIG: "{" })).toMatchObject({
      code: 78,
      stderr: "no failure message can be sent: MESH_CONFIG is not valid JSON\n",
    });
  });

  it("a broker that freezes after the login", async () => {
    const open = Buffer.from([0, 20, 0, 10]); // channel.open
    const port = await serve(
      startProxy(broker, {
        toBroker: (bytes, pair) => {
          if (bytes.includes(open)) pair.freeze();
          return bytes;
        },
      }),
    );
    expect((await examine(toBroker(port, "127.0.0.1"))).of("broker")).toMatchObject({
      status: "problem",
      found: expect.stringMatching(/stopped answering: no answer in time while opening a channel/),
    });
  });
});

// What needs to change the broker itself is for one of our own.
if ((process.env["DKIST_TEST_AMQP"] ?? "") === "") {
  describe("a user's permissions", () => {
    it("are looked at where exchange and queue are there", async () => {
      await declare("direct", "classic");
      const { username, password } = LIMITED_USER;
      const run = await examine({ ...toBroker(), ISB_USERNAME: username, ISB_PASSWORD: password });

      expect(run.of("broker")).toMatchObject({
        status: "problem",
        found: `the user ${username} may not declare exchange ${EXCHANGE}`,
        hint: expect.stringContaining("set_permissions"),
      });
      expect(run.stdout + run.stderr).not.toContain(password);
    });

    it("for the virtual host are needed", async () => {
      await broker.ctl("add_user", "outsider", SECRET);
      const run = await examine({ ...toBroker(), ISB_USERNAME: "outsider", ISB_PASSWORD: SECRET });

      expect(run.of("broker")).toMatchObject({
        status: "problem",
        found: "the broker has no virtual host /, or the user outsider may not use it",
      });
      expect(run.stdout + run.stderr).not.toContain(SECRET);
    });
  });
}

/** A password like `guest`, which is also the user's name, is none to be hidden. */
function expectNoSecret({ stdout, stderr }: { stdout: string; stderr: string }, env: Record<string, string>): void {
  const { ISB_PASSWORD = "", ISB_USERNAME, MESH_CONFIG = "" } = env;
  if (ISB_PASSWORD !== ISB_USERNAME) expect(stdout + stderr).not.toContain(ISB_PASSWORD);
  expect(stdout + stderr).not.toContain(MESH_CONFIG);
  expect(stdout + stderr).not.toContain(JSON.stringify(MESH_CONFIG).slice(1, -1));
}
