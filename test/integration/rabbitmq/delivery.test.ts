import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import type { GetMessage } from "amqplib";
import { conversationId } from "../../../src/notify/failure-message.js";
import { publish } from "../../../src/notify/publisher.js";
import { startBroker, type TestBroker } from "../../helpers/rabbitmq.js";
import { startProxy } from "../../helpers/rabbitmq-proxy.js";
import { countInSoak, soakRounds } from "../../helpers/soak.js";
import { makeNotifyProgram, meshConfig, NOTIFICATION, type NotifyProgram } from "./notify-process.js";

const REPO = join(import.meta.dirname, "..", "..", "..");
const PYTHON = join(REPO, ".cache", "venv-talus", "bin", "python");
const QUEUE = "recipe.run.failure.q";
const MESSAGES_THROUGH_RESETS = soakRounds("DKIST_SOAK_PUBLISHES", 200);

let broker: TestBroker;
let program: NotifyProgram;
beforeAll(async () => {
  if (!existsSync(PYTHON)) execFileSync(process.execPath, [join(REPO, "test/helpers/setup-talus.js")]);
  program = makeNotifyProgram();
  broker = await startBroker();
}, 180_000);
afterAll(async () => {
  await broker.stop();
  program.remove();
});
beforeEach(async () => {
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  await channel.deleteQueue(QUEUE);
  await connection.close();
});

const environment = (): Record<string, string> => ({
  MESH_CONFIG: meshConfig(broker.port, broker.host),
  ISB_USERNAME: broker.username,
  ISB_PASSWORD: broker.password,
});

/** Takes all messages from the failure queue. */
async function takeAll(): Promise<GetMessage[]> {
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  const messages: GetMessage[] = [];
  for (;;) {
    const message = await channel.get(QUEUE, { noAck: true });
    if (message === false) break;
    messages.push(message);
  }
  await connection.close();
  return messages;
}

function talus(mode: "publish" | "consume", input = ""): string {
  const address = [String(broker.port), broker.username, broker.password];
  return execFileSync(PYTHON, [join(import.meta.dirname, "talus_peer.py"), mode, ...address], { input }).toString();
}

describe("the failure message", () => {
  it("arrives once, with these very bytes and properties", async () => {
    const result = await program.run(NOTIFICATION, environment());
    const messages = await takeAll();

    const { tryNumber, logUrl, dagRunId } = NOTIFICATION;
    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toBe(
      `sent the failure message of TransferL0Data to ${broker.host}:${broker.port} ` +
        `(conversation ${conversationId(NOTIFICATION)}, attempts 1)\n`,
    );
    expect(messages).toHaveLength(1);
    expect(messages[0]?.content.toString()).toBe(
      JSON.stringify({
        conversationId: conversationId(NOTIFICATION),
        workflowName: "l0_to_l1_visp",
        workflowVersion: "3.4.4",
        taskName: "TransferL0Data",
        dagRunId,
        logUrl,
        errorName: "AirflowException",
        errorMessage: "Bash command failed",
        tryNumber,
      }),
    );
    expect(messages[0]?.fields).toMatchObject({
      exchange: "master.direct.x",
      routingKey: "recipe.run.failure.m",
      redelivered: false,
    });
    const properties = messages[0]?.properties ?? {};
    expect(Object.entries(properties).filter(([, value]) => value !== undefined)).toEqual([
      ["contentType", "text/plain"],
      ["contentEncoding", "UTF-8"],
      ["deliveryMode", 2],
      ["priority", 0],
    ]);
  });

  it("says why, from the task's report, without secrets; the report is gone then", async () => {
    const folder = mkdtempSync(join(tmpdir(), "dkist-notify-"));
    const failureReport = join(folder, "failure.json");
    writeFileSync(
      failureReport,
      JSON.stringify({ errorName: "RangeError", errorMessage: "frame 7 with hunter22", exitCode: 1 }),
    );
    try {
      await program.run({ ...NOTIFICATION, failureReport }, { ...environment(), ARCHIVE_PASSWORD: "hunter22" });
      const [message] = await takeAll();

      expect(JSON.parse(message?.content.toString() ?? "")).toMatchObject({
        errorName: "RangeError",
        errorMessage: "frame 7 with [redacted]",
        exitCode: 1,
      });
      expect(existsSync(failureReport)).toBe(false);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("talus, the library of the Python original", () => {
  const hostile = { dagRunId: 'é"\\\n\u2028\u007f😀 {{x}}', logUrl: null };

  it("declares the same after us and reads our message; the first six fields are equal byte for byte", async () => {
    expect((await program.run({ ...NOTIFICATION, ...hostile }, environment())).code).toBe(0);
    const connection = await broker.connect();
    const channel = await connection.createChannel();
    const message = await channel.get(QUEUE, { noAck: false });
    const ours = message === false ? "" : message.content.toString();
    await connection.close(); // unacknowledged: it goes back to the queue
    const { firstSix, routingKey } = JSON.parse(talus("consume")) as { firstSix: string; routingKey: string };

    expect(routingKey).toBe("recipe.run.failure.m");
    expect(ours.startsWith(`${firstSix.slice(0, -1)},"errorName"`)).toBe(true);
  });

  it("declares the same before us; its message has the bytes and properties that ours has", async () => {
    const fields = { workflowName: "w é", workflowVersion: "1", taskName: "T", ...hostile };
    const sent = talus("publish", JSON.stringify(fields));
    expect((await program.run({ ...NOTIFICATION, ...fields, exception: null }, environment())).code).toBe(0);
    const [theirs, ours] = await takeAll();

    const body = JSON.parse(theirs?.content.toString() ?? "") as Record<string, unknown>;
    expect(theirs?.content.toString()).toBe(sent);
    expect(JSON.stringify(body)).toBe(sent);
    const ourBody = JSON.parse(ours?.content.toString() ?? "") as Record<string, unknown>;
    expect({ ...ourBody, conversationId: "" }).toEqual({ ...body, conversationId: "", tryNumber: 2 });
    expect(Object.keys(ourBody).slice(0, 6)).toEqual(Object.keys(body));
    expect(ours?.properties).toEqual(theirs?.properties);
    expect(body["conversationId"]).toMatch(/^[0-9a-f]{32}$/);
    expect(ourBody["conversationId"]).toMatch(/^[0-9a-f]{32}$/);
  });
});

describe(`${MESSAGES_THROUGH_RESETS} messages through connections that are reset at random moments`, () => {
  it("nothing that was confirmed is missing, and doubles are the same bytes", async () => {
    const random = seededRandom(20_260_101);
    let connections = 0;
    const proxy = await startProxy(broker, {
      toBroker: (bytes, pair) => resetSometimes(bytes, pair.reset, 0.04),
      toClient: (bytes, pair) => resetSometimes(bytes, pair.reset, 0.04),
    });
    const resetSometimes = (bytes: Buffer, reset: () => void, chance: number): Buffer => {
      if (random() >= chance) return bytes;
      connections += 1;
      // Some of it passes, some does not.
      setImmediate(reset);
      return bytes.subarray(0, Math.floor(random() * (bytes.length + 1)));
    };
    const settings = {
      protocol: "amqp",
      host: "127.0.0.1",
      port: proxy.port,
      username: broker.username,
      password: broker.password,
      exchange: "master.direct.x",
      queueType: "classic",
    } as const;
    const bodies = Array.from({ length: MESSAGES_THROUGH_RESETS }, (_, index) =>
      JSON.stringify({ conversationId: `${index}` }),
    );
    const delivered: string[] = [];
    let attempts = 0;
    const waiting = [...bodies];
    const worker = async (): Promise<void> => {
      for (let body = waiting.pop(); body !== undefined; body = waiting.pop()) {
        const outcome = await publish(settings, body, { deadlineMs: 20_000, random: () => 0.1 });
        attempts += outcome.attempts;
        if (outcome.kind === "delivered") delivered.push(body);
      }
    };
    try {
      await Promise.all(Array.from({ length: 8 }, worker));
    } finally {
      await proxy.close();
    }
    const found = (await takeAll()).map((message) => message.content.toString());

    expect(connections).toBeGreaterThan(20);
    expect(attempts).toBeGreaterThan(MESSAGES_THROUGH_RESETS);
    expect(delivered.length).toBe(MESSAGES_THROUGH_RESETS);
    expect(delivered.filter((body) => !found.includes(body))).toEqual([]);
    expect(found.filter((body) => !bodies.includes(body))).toEqual([]);
    countInSoak({
      "connections reset": connections,
      "messages published": MESSAGES_THROUGH_RESETS,
      "messages confirmed": delivered.length,
      "messages found": found.length,
      "messages found twice, with one conversationId": found.length - new Set(found).size,
      "messages confirmed and missing": delivered.filter((body) => !found.includes(body)).length,
    });
  }, 3_600_000);
});

/** The same moments in every run (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
