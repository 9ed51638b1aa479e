/**
 * The publisher against a broker of the tests' own: connections that break in each phase, what others have done to the
 * broker, TLS, and a broker that is killed.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createServer } from "node:tls";
import type { BrokerSettings } from "../../../src/notify/broker-settings.js";
import { publish, type PublishOutcome } from "../../../src/notify/publisher.js";
import { makeCertificates, type Certificates } from "../../helpers/certificates.js";
import { PACKAGE_ROOT } from "../../helpers/client-repo.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";
import { HOSTILE_PASSWORDS, startBroker, STRANGER, type TestBroker } from "../../helpers/rabbitmq.js";
import { Method, startProxy, startServer, type ProxyPair, type TestServer } from "../../helpers/rabbitmq-proxy.js";
import { countInSoak, soakRounds } from "../../helpers/soak.js";
import {
  makeNotifyProgram,
  meshConfig,
  NOTIFICATION,
  type NotifyProgram,
  type NotifyResult,
} from "./notify-process.js";

const QUEUE = "recipe.run.failure.q";
const DEADLINE_MS = 2_500;
/** More than any attempt may last, on a machine with other work to do. */
const LIMIT_SECONDS = 10;
const KILLS = soakRounds("DKIST_SOAK_BROKER_KILLS", 1);
const TIMEOUT_MS = 3_600_000;
const IS_OWN = (process.env["DKIST_TEST_AMQP"] ?? "") === "";

let broker: TestBroker;
let certificates: Certificates;
let program: NotifyProgram;

beforeAll(async () => {
  certificates = makeCertificates(await tempFolder());
  program = makeNotifyProgram();
  broker = await startBroker(certificates.localhost);
}, 120_000);
afterAll(async () => {
  await broker.stop();
  program.remove();
  await removeFolders();
});
beforeEach(removeQueue);

async function removeQueue(): Promise<void> {
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  await channel.deleteQueue(QUEUE);
  await connection.close();
}

const settingsAt = (port: number): BrokerSettings => ({
  protocol: "amqp",
  host: port === broker.port ? broker.host : "127.0.0.1",
  port,
  username: broker.username,
  password: broker.password,
  exchange: "master.direct.x",
  queueType: "classic",
});

async function bodies(): Promise<string[]> {
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  await channel.assertQueue(QUEUE, { durable: true, arguments: { "x-queue-type": "classic" } });
  const found: string[] = [];
  for (;;) {
    const message = await channel.get(QUEUE, { noAck: true });
    if (message === false) break;
    found.push(message.content.toString());
  }
  await connection.close();
  return found;
}

/** Everything that client and broker say to each other for one message, in its order: who says it, class and method. */
const PHASES = [
  ["connection.start", "toClient", [0, 10, 0, 10]],
  ["connection.start-ok", "toBroker", [0, 10, 0, 11]],
  ["connection.tune", "toClient", [0, 10, 0, 30]],
  ["connection.tune-ok", "toBroker", [0, 10, 0, 31]],
  ["connection.open", "toBroker", [0, 10, 0, 40]],
  ["connection.open-ok", "toClient", [0, 10, 0, 41]],
  ["channel.open", "toBroker", [0, 20, 0, 10]],
  ["channel.open-ok", "toClient", [0, 20, 0, 11]],
  ["confirm.select-ok", "toClient", [0, 85, 0, 11]],
  ["exchange.declare", "toBroker", [0, 40, 0, 10]],
  ["exchange.declare-ok", "toClient", [0, 40, 0, 11]],
  ["queue.declare-ok", "toClient", [0, 50, 0, 11]],
  ["queue.bind-ok", "toClient", [0, 50, 0, 21]],
  ["basic.publish", "toBroker", [0, 60, 0, 40]],
  ["basic.ack", "toClient", [0, 60, 0, 80]],
] as const;
/** From here on the broker may have the message. */
const AFTER_PUBLISH = ["basic.publish", "basic.ack"];

/** Sends one message for each phase, through a proxy that does something to the connection in that phase. */
async function inEachPhase(
  deed: (pair: ProxyPair, connection: number) => void,
): Promise<readonly { readonly phase: string; readonly seconds: number; readonly outcome: PublishOutcome }[]> {
  return Promise.all(
    PHASES.map(async ([phase, direction, method]) => {
      let connections = 0;
      const onBytes = (bytes: Buffer, pair: ProxyPair): Buffer => {
        if (bytes.includes(Buffer.from(method))) deed(pair, (connections += 1));
        return bytes;
      };
      const proxy = await startProxy(broker, { [direction]: onBytes });
      const began = performance.now();
      const outcome = await publish(settingsAt(proxy.port), JSON.stringify({ conversationId: phase }), {
        deadlineMs: DEADLINE_MS,
      });
      await proxy.close();
      expect(connections).toBeGreaterThan(0);
      return { phase, outcome, seconds: (performance.now() - began) / 1000 };
    }),
  );
}

/** Ends when nothing keeps it alive any more. */
const PUBLISHES_ONCE = `
  import { publish } from ${JSON.stringify(path.join(PACKAGE_ROOT, "dist/notify/publisher.js"))};
  const outcome = await publish(JSON.parse(process.env.SETTINGS), "{}", { deadlineMs: ${DEADLINE_MS} });
  process.exitCode = outcome.kind === "failed" && outcome.error.code === "TIMED_OUT" ? 0 : 1;
`;

const failure = ({ kind, ...rest }: PublishOutcome): string => ("error" in rest ? rest.error.code : kind);

describe("a connection", () => {
  it("that is reset in any phase, each time: CONNECTION_LOST, after more than one try", async () => {
    const results = await inEachPhase((pair) => pair.reset());

    expect(results.map(({ phase, outcome }) => [phase, failure(outcome)])).toEqual(
      PHASES.map(([phase]) => [phase, "CONNECTION_LOST"]),
    );
    for (const { outcome, seconds } of results) {
      expect(outcome.attempts).toBeGreaterThan(1);
      expect(seconds).toBeLessThan(LIMIT_SECONDS);
    }
    countInSoak({ "faults of the broker survived": PHASES.length });
  });

  it("that freezes in any phase, each time: TIMED_OUT, unless the confirm came before", async () => {
    const results = await inEachPhase((pair) => pair.freeze());

    expect(results.map(({ phase, outcome }) => [phase, failure(outcome)])).toEqual(
      PHASES.map(([phase]) => [phase, phase === "basic.ack" ? "delivered" : "TIMED_OUT"]),
    );
    for (const { seconds } of results) expect(seconds).toBeLessThan(LIMIT_SECONDS);
    countInSoak({ "faults of the broker survived": PHASES.length });
  });

  it("that was given up does not keep a process alive: its heartbeat would for a minute", async () => {
    const proxy = await startProxy(broker, {
      toBroker: (bytes, pair) => {
        if (bytes.includes(Method.BASIC_PUBLISH)) pair.freeze();
        return bytes;
      },
    });
    const began = performance.now();
    const child = spawn(process.execPath, ["--input-type=module", "-e", PUBLISHES_ONCE], {
      env: { PATH: process.env["PATH"] ?? "", SETTINGS: JSON.stringify(settingsAt(proxy.port)) },
      stdio: "inherit",
    });
    expect(await new Promise((resolve) => child.on("close", resolve))).toBe(0);
    await proxy.close();

    expect((performance.now() - began) / 1000).toBeLessThan(LIMIT_SECONDS);
  }, 120_000);

  it("that is reset in any phase, once: delivered; twice only from the publish on, and the same bytes", async () => {
    const results = await inEachPhase((pair, connection) => connection === 1 && pair.reset());
    const found = await bodies();

    expect(results.map(({ phase, outcome }) => [phase, failure(outcome), outcome.attempts])).toEqual(
      PHASES.map(([phase]) => [phase, "delivered", 2]),
    );
    for (const [phase] of PHASES) {
      const copies = found.filter((body) => body === JSON.stringify({ conversationId: phase })).length;
      expect([phase, copies >= 1 && copies <= (AFTER_PUBLISH.includes(phase) ? 2 : 1)]).toEqual([phase, true]);
    }
    countInSoak({ "faults of the broker survived": PHASES.length });
  });

  it("to a host that says nothing ends within 10 s, with the time that the notifier takes by itself", async () => {
    const silent = await startServer(() => undefined);
    const result = await program.run(NOTIFICATION, { MESH_CONFIG: meshConfig(silent.port) });
    await silent.close();

    expect(result.code).toBe(75);
    expect(result.stderr).toMatch(/TIMED_OUT .*; message: \{.*\}\n$/);
    expect(result.seconds).toBeLessThan(LIMIT_SECONDS);
  }, 30_000);
});

describe("what others did to the broker", () => {
  it("an exchange that is gone when the message comes: NOT_FOUND, tried once", async () => {
    const proxy = await startProxy(broker, {
      toBroker: (bytes) => {
        const at = bytes.includes(Method.BASIC_PUBLISH) ? bytes.indexOf("master.direct.x") : -1;
        if (at >= 0) bytes.write("master.direct.?", at);
        return bytes;
      },
    });
    const outcome = await publish(settingsAt(proxy.port), "{}", { deadlineMs: DEADLINE_MS });
    await proxy.close();

    expect([failure(outcome), outcome.attempts]).toEqual(["NOT_FOUND", 1]);
  });

  it("an exchange of another kind: DECLARED_DIFFERENTLY, tried once", async () => {
    const connection = await broker.connect();
    const channel = await connection.createChannel();
    await channel.assertExchange("fanout.x", "fanout", { durable: true });
    await connection.close();
    const settings = { ...settingsAt(broker.port), exchange: "fanout.x" };
    const outcome = await publish(settings, "{}", { deadlineMs: DEADLINE_MS });

    expect([failure(outcome), outcome.attempts]).toEqual(["DECLARED_DIFFERENTLY", 1]);
  });
});

/** One message by the notifier as a worker runs it. */
const notify = (env: Readonly<Record<string, string>>): Promise<NotifyResult> =>
  program.run(NOTIFICATION, {
    MESH_CONFIG: meshConfig(broker.port, broker.host),
    ISB_USERNAME: broker.username,
    ISB_PASSWORD: broker.password,
    DKIST_NOTIFY_DEADLINE_MS: String(DEADLINE_MS),
    ...env,
  });

// What needs to change the broker itself is for one of our own.
if (IS_OWN) {
  describe("users", () => {
    it("who may not use the virtual host: VHOST_REFUSED", async () => {
      const result = await notify({ ISB_USERNAME: STRANGER.username, ISB_PASSWORD: STRANGER.password });

      expect(result.code).toBe(75);
      expect(result.stderr).toMatch(/VHOST_REFUSED/);
      expect(result.stderr).not.toContain(STRANGER.password);
    });

    it.each(HOSTILE_PASSWORDS.map((password, index) => [password, `hostile${index}`] as const))(
      "with the password %s are let in",
      async (password, username) => {
        const settings = { ...settingsAt(broker.port), username, password };

        expect(await publish(settings, "{}", { deadlineMs: 10_000 })).toEqual({ kind: "delivered", attempts: 1 });
      },
    );
  });

  it("a queue that is full and refuses: NOT_CONFIRMED, and the broker has not got it", async () => {
    const definition = JSON.stringify({ "max-length": 1, overflow: "reject-publish" });
    await broker.ctl("set_policy", "full", "^recipe", definition, "--apply-to", "queues");
    try {
      const outcomes: PublishOutcome[] = [];
      for (const body of ["first", "second"]) {
        outcomes.push(await publish(settingsAt(broker.port), body, { deadlineMs: DEADLINE_MS }));
      }
      expect(outcomes.map(failure)).toEqual(["delivered", "NOT_CONFIRMED"]);
      expect(await bodies()).toEqual(["first"]);
    } finally {
      await broker.ctl("clear_policy", "full");
    }
  });

  describe("TLS", () => {
    const secure = (host = "localhost", port = broker.tlsPort ?? 0): Record<string, string> => ({
      ISB_PROTOCOL: "amqps",
      MESH_CONFIG: meshConfig(port, host),
    });
    const trusted = (): Record<string, string> => ({ NODE_EXTRA_CA_CERTS: certificates.authority });

    it("with a certificate that is trusted: delivered", async () => {
      const result = await notify({ ...secure(), ...trusted(), DKIST_NOTIFY_DEADLINE_MS: "8000" });

      expect(result).toMatchObject({ code: 0, stderr: "" });
      expect(await bodies()).toHaveLength(1);
    });

    /** Shows an expired certificate, and speaks no AMQP: it is never asked to. */
    async function startExpired(): Promise<TestServer> {
      const { certificate, key } = certificates.expired;
      const tls = createServer({ cert: readFileSync(certificate), key: readFileSync(key) });
      tls.on("tlsClientError", () => undefined);
      return startServer((socket) => void tls.emit("connection", socket));
    }

    it.each([
      [
        "of an authority that is not trusted",
        () => secure(),
        /TLS_FAILED .* after 1 attempt.*(?:self-signed|unable to verify)/,
      ],
      [
        "for another name",
        () => ({ ...secure("127.0.0.1"), ...trusted() }),
        /TLS_FAILED .* after 1 attempt.*(?:altnames|not in the cert's list)/,
      ],
      ["by a client that speaks none", () => ({ MESH_CONFIG: meshConfig(broker.tlsPort ?? 0) }), /CONNECTION_LOST/],
    ])("%s: not sent, and told", async (_, env, words) => {
      const result = await notify(env());

      expect(result.code).toBe(75);
      expect(result.stderr).toMatch(words);
      expect(result.stderr).toMatch(/; message: \{.*\}\n$/);
      expect(result.seconds).toBeLessThan(LIMIT_SECONDS);
    });

    it("with a certificate that has expired: TLS_FAILED, tried once", async () => {
      const expired = await startExpired();
      const result = await notify({ ...secure("localhost", expired.port), ...trusted() });
      await expired.close();

      expect(result.stderr).toMatch(/TLS_FAILED .* after 1 attempt.*expired/);
    });
  });

  it(
    `a broker that is killed between publish and confirm, ${KILLS} time(s), has every message that it confirmed`,
    async () => {
      const confirmed = new Set<string>();
      const published = new Set<string>();
      for (let round = 0; round < KILLS; round += 1) {
        let isOver = false;
        let sent = 0;
        const worker = async (name: string): Promise<void> => {
          for (let count = 0; !isOver; count += 1) {
            const body = JSON.stringify({ conversationId: `${round}-${name}-${count}` });
            published.add(body);
            const outcome = await publish(settingsAt(broker.port), body, { deadlineMs: 1_000 });
            if (outcome.kind === "delivered") confirmed.add(body);
            sent += 1;
          }
        };
        const workers = ["a", "b", "c", "d", "e", "f"].map(worker);
        while (sent < 40) await new Promise((resolve) => setTimeout(resolve, 5));
        await broker.kill();
        isOver = true;
        await Promise.all(workers);
        await broker.start();
      }
      const found = await bodies();

      expect(confirmed.size).toBeGreaterThanOrEqual(30);
      expect([...confirmed].filter((body) => !found.includes(body))).toEqual([]);
      expect(found.filter((body) => !published.has(body))).toEqual([]);
      countInSoak({
        "brokers killed": KILLS,
        "messages published": published.size,
        "messages confirmed": confirmed.size,
        "messages found": found.length,
        "messages confirmed and missing": [...confirmed].filter((body) => !found.includes(body)).length,
      });
    },
    TIMEOUT_MS,
  );
}
