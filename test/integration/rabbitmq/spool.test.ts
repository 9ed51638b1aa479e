/** Messages that wait in the spool, and what kills do to them: none is lost, and a double has the same conversationId. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { chmodSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { FlushResult } from "../../../src/flush-messages.js";
import { conversationId } from "../../../src/notify/failure-message.js";
import { BIN, dkistCore, dkistCoreJson, type CliDocument } from "../../helpers/cli.js";
import { takeFailureMessages } from "../../helpers/failure-messages.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";
import { freePorts, startBroker, type TestBroker } from "../../helpers/rabbitmq.js";
import { Method, startProxy, type OnBytes, type TestServer } from "../../helpers/rabbitmq-proxy.js";
import { countInSoak, soakRounds } from "../../helpers/soak.js";
import { makeNotifyProgram, meshConfig, NOTIFICATION, type NotifyProgram } from "./notify-process.js";

const KILLS = soakRounds("DKIST_SOAK_NOTIFY_KILLS", 8);
const TIMEOUT_MS = 3_600_000;
/** Whether a process may mount disks that it alone sees. */
const MAY_MOUNT = spawnSync("unshare", ["--map-root-user", "--mount", "true"]).status === 0;

let broker: TestBroker;
let program: NotifyProgram;
let spool: string;
let closedPort: number;
const servers: TestServer[] = [];

beforeAll(async () => {
  program = makeNotifyProgram();
  broker = await startBroker();
  [closedPort] = await freePorts();
}, 120_000);
afterAll(async () => {
  await broker.stop();
  program.remove();
});
beforeEach(async () => {
  spool = await tempFolder();
  await takeFailureMessages(broker);
});
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
  await removeFolders();
});

const environment = (port = broker.port): Record<string, string> => ({
  MESH_CONFIG: meshConfig(port, port === broker.port ? broker.host : "127.0.0.1"),
  ISB_USERNAME: broker.username,
  ISB_PASSWORD: broker.password,
  DKIST_SPOOL: spool,
  DKIST_NOTIFY_DEADLINE_MS: "3000",
});
const spoil = async (how: { toBroker?: OnBytes; toClient?: OnBytes }): Promise<number> => {
  const proxy = await startProxy(broker, how);
  servers.push(proxy);
  return proxy.port;
};
const failed = (taskName: string): typeof NOTIFICATION => ({ ...NOTIFICATION, taskName });
const idOf = (taskName: string): string => conversationId(failed(taskName));
/** Leaves messages of these tasks in the spool, without a try to send them. */
async function leave(...tasks: readonly string[]): Promise<void> {
  const results = await Promise.all(
    tasks.map((task) => program.run(failed(task), { ...environment(), MESH_CONFIG: "{" })),
  );
  expect(results.map(({ code }) => code)).toEqual(tasks.map(() => 78));
}
const found = async (): Promise<string[]> =>
  (await takeFailureMessages(broker)).map((message) => message.conversationId).sort();

describe("a message", () => {
  it("that is sent leaves nothing in the spool", async () => {
    const result = await program.run(NOTIFICATION, environment());

    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(spool)).toEqual([]);
    expect(await found()).toEqual([conversationId(NOTIFICATION)]);
  });

  it("that cannot be sent is kept, as it would have gone, and the log says where", async () => {
    const result = await program.run(NOTIFICATION, environment(closedPort));
    const file = path.join(spool, `${conversationId(NOTIFICATION)}.json`);

    expect(result.code).toBe(75);
    expect(result.stderr).toContain(`; kept in ${file}; message: {`);
    expect(readdirSync(spool)).toEqual([path.basename(file)]);
    expect(result.stderr).toContain(`; message: ${readFileSync(file, "utf8")}`);
  });

  it("is kept although the settings are wrong", async () => {
    const result = await program.run(NOTIFICATION, { ...environment(), MESH_CONFIG: "{" });

    expect(result.code).toBe(78);
    expect(result.stderr).toContain("MESH_CONFIG is not valid JSON; kept in ");
    expect(readdirSync(spool)).toHaveLength(1);
  });

  it.each([
    ["that is not there", "/no/such/folder", "ENOENT"],
    ["that is a file", "/etc/hostname", "ENOTDIR"],
    ["where nobody can write", "/sys/kernel", "E(?:PERM|ACCES|ROFS|NOENT)"],
    ["that is relative", "spool", "must be an absolute path"],
  ])("is sent, and is in the log where it cannot be, with a spool %s", async (_, folder, reason) => {
    const sent = await program.run(NOTIFICATION, { ...environment(), DKIST_SPOOL: folder });
    const lost = await program.run(NOTIFICATION, {
      ...environment(closedPort),
      DKIST_SPOOL: folder,
      DKIST_NOTIFY_DEADLINE_MS: "2000",
    });

    expect(sent).toMatchObject({ code: 0, stderr: "" });
    expect(sent.stdout).toMatch(new RegExp(`^sent .*DKIST_SPOOL (?:cannot keep messages: .*)?${reason}`));
    expect(await found()).toEqual([conversationId(NOTIFICATION)]);
    expect(lost.code).toBe(75);
    expect(lost.stderr).toMatch(
      new RegExp(`DKIST_SPOOL (?:cannot keep messages: .*)?${reason}.*; message: \\{.*\\}\n$`),
    );
  });
});

describe("--flush", () => {
  it("of the release's notifier sends what waits, and removes it", async () => {
    await leave("Dark", "Gain");
    const result = await program.flush(environment());

    expect(result).toMatchObject({ code: 0, stderr: "" });
    expect(result.stdout).toMatch(
      /^(sent the failure message of (Dark|Gain) to .*\n){2}2 sent, 0 not sent, 0 left alone\n$/,
    );
    expect(await found()).toEqual([idOf("Dark"), idOf("Gain")].sort());
    expect(readdirSync(spool)).toEqual([]);
  });

  it("of the command does, too, and says what it did", async () => {
    await leave("Dark", "Gain");
    const { exitCode, stdout, stderr } = await dkistCore(["notify", "--flush"], { cwd: spool, env: environment() });

    expect([exitCode, stdout.split("\n").sort().slice(1)]).toEqual([
      0,
      ["Dark", "Gain"].map((task) => `  sent  ${task} of l0_to_l1_visp 3.4.4  conversation ${idOf(task)}`),
    ]);
    expect(stderr).toContain("2 sent, 0 not sent, 0 left alone\n");
    expect(await found()).toEqual([idOf("Dark"), idOf("Gain")].sort());
    expect(readdirSync(spool)).toEqual([]);
  });

  it("where nothing waits does nothing", async () => {
    expect(await program.flush(environment())).toMatchObject({
      code: 0,
      stdout: "0 sent, 0 not sent, 0 left alone\n",
      stderr: "",
    });
    const { exitCode, document } = await dkistCoreJson<FlushResult>(["notify", "--flush", "--spool", spool], {
      cwd: spool,
      env: { ...environment(), DKIST_SPOOL: "" },
    });
    expect([exitCode, document.ok, document.result.sent]).toEqual([0, true, []]);
  });

  it("where the broker is away keeps everything, and stops after the first", async () => {
    await leave("Dark", "Gain", "Transfer");
    const before = readdirSync(spool).sort();
    const worker = await program.flush(environment(closedPort));
    const command = await dkistCoreJson<FlushResult>(["notify", "--flush"], {
      cwd: spool,
      env: environment(closedPort),
    });

    expect(worker).toMatchObject({ code: 75, stdout: "" });
    expect(worker.stderr).toMatch(/^0 sent, 3 not sent, 0 left alone; CONNECTION_REFUSED at 127\.0\.0\.1:\d+: .*\n$/);
    expect(worker.seconds).toBeLessThan(10);
    expect(command.exitCode).toBe(1);
    expect(command.document.diagnostics.map(({ code }) => code)).toEqual(["NOT_SENT"]);
    expect(command.document.diagnostics[0]?.message).toMatch(/^3 messages could not be sent: CONNECTION_REFUSED at /);
    expect(command.document.result.waiting.map((file) => path.basename(file))).toEqual(before);
    expect(readdirSync(spool).sort()).toEqual(before);
  });

  it("of a folder that cannot be written to says which messages were sent and are still there", async () => {
    await leave("Dark");
    const [name = ""] = readdirSync(spool);
    chmodSync(spool, 0o500);
    const readOnly =
      'cp -p "$DKIST_SPOOL"/* "$1"; mount --bind "$1" "$DKIST_SPOOL"; mount -o remount,bind,ro "$DKIST_SPOOL"';
    const shell = [
      "sh",
      "-c",
      `${MAY_MOUNT ? readOnly : "true"}; exec node "$2" notify --flush --json`,
      "sh",
      await tempFolder(),
      BIN,
    ];
    const [command = "", ...parameters] = MAY_MOUNT ? ["unshare", "--map-root-user", "--mount", ...shell] : shell;
    const env = { PATH: process.env["PATH"] ?? "", ...environment() };
    const { stdout } = spawnSync(command, parameters, { env, encoding: "utf8" });
    const { diagnostics, result } = JSON.parse(stdout) as CliDocument<FlushResult>;
    chmodSync(spool, 0o700);

    expect(diagnostics).toMatchObject([
      {
        code: "NOT_REMOVED",
        message: expect.stringMatching(
          /^it was sent; its file cannot be removed, so it may be sent again: E(?:ROFS|ACCES)/,
        ),
        location: { file: path.join(spool, name) },
      },
    ]);
    expect(result.sent.map(({ taskName }) => taskName)).toEqual(["Dark"]);
    expect(await found()).toEqual([idOf("Dark")]);
  });

  it("names what is no message, leaves it alone, and sends the others", async () => {
    await leave("Dark");
    const half = path.join(spool, `${idOf("Gain")}.json`);
    writeFileSync(half, '{"conversationId":"');
    writeFileSync(path.join(spool, "note"), "\u001b[2Jred");
    const worker = await program.flush(environment());
    const command = await dkistCoreJson<FlushResult>(["notify", "--flush"], { cwd: spool, env: environment() });

    expect(worker.code).toBe(78);
    expect(worker.stderr).toContain(`left alone: ${half} is no whole failure message\n`);
    expect(worker.stderr).toContain("1 sent, 0 not sent, 2 left alone\n");
    expect(await found()).toEqual([idOf("Dark")]);
    expect(command.exitCode).toBe(1);
    expect(command.document.diagnostics.map(({ code }) => code)).toEqual(["NO_MESSAGE", "NO_MESSAGE"]);
    expect(readFileSync(half, "utf8")).toBe('{"conversationId":"');
    expect(readdirSync(spool).sort()).toEqual([path.basename(half), "note"].sort());
  });

  it.each([
    ["no folder is named", [], { DKIST_SPOOL: "" }, "there is no --spool and no DKIST_SPOOL"],
    ["the folder is not there", ["--spool", "gone"], {}, "the folder of the messages cannot be read: ENOENT"],
    ["the settings are wrong", [], { MESH_CONFIG: "{" }, "MESH_CONFIG is not valid JSON"],
  ])("does nothing where %s", async (_, options, env, words) => {
    const command = await dkistCore(["notify", "--flush", ...options], {
      cwd: spool,
      env: { ...environment(), ...env },
    });

    expect([command.exitCode, command.stdout]).toEqual([2, ""]);
    expect(command.stderr).toContain(words);
  });

  it("is what must be asked for", async () => {
    const { exitCode, stderr } = await dkistCore(["notify"], { cwd: spool, env: environment() });

    expect(exitCode).toBe(2);
    expect(stderr).toContain("dkist-core notify --flush");
  });

  it("of several at once loses nothing; what goes twice has the same conversationId", async () => {
    const tasks = ["A", "B", "C", "D", "E", "F"];
    await leave(...tasks);
    const results = await Promise.all([1, 2, 3].map(() => program.flush(environment())));

    expect(results.map(({ code, stderr }) => [code, stderr])).toEqual([1, 2, 3].map(() => [0, ""]));
    expect([...new Set(await found())]).toEqual(tasks.map(idOf).sort());
    expect(readdirSync(spool)).toEqual([]);
  });
});

describe("a kill -9", () => {
  /** Kills a process at a moment that the proxy sees. */
  async function killedWhen(how: "confirmed, not removed" | "published, not confirmed", mode: "run" | "flush") {
    let kill = (): void => undefined;
    const port = await spoil({
      toBroker: (bytes, pair) => {
        // The goodbye: the client has read the broker's confirm, and has not removed the file yet.
        if (how === "confirmed, not removed" && bytes.includes(Method.CONNECTION_CLOSE)) {
          pair.freeze();
          kill();
        }
        return bytes;
      },
      toClient: (bytes, pair) => {
        if (how === "published, not confirmed" && bytes.includes(Method.BASIC_ACK)) {
          pair.freeze();
          kill();
        }
        return bytes;
      },
    });
    const onStart = (child: { kill: (signal: "SIGKILL") => boolean }): void => {
      kill = () => void child.kill("SIGKILL");
    };
    return mode === "run"
      ? program.run(failed("Dark"), environment(port), onStart)
      : program.flush(environment(port), onStart);
  }

  it.each([
    ["confirmed, not removed", "run"],
    ["confirmed, not removed", "flush"],
    ["published, not confirmed", "run"],
    ["published, not confirmed", "flush"],
  ] as const)(
    "when it is %s (%s): it is still there, and goes again with the same conversationId",
    async (how, mode) => {
      if (mode === "flush") await leave("Dark");
      const killed = await killedWhen(how, mode);
      expect(killed.code).toBeNull();
      expect(readdirSync(spool)).toEqual([`${idOf("Dark")}.json`]);

      expect(await program.flush(environment())).toMatchObject({ code: 0, stderr: "" });
      expect(await found()).toEqual([idOf("Dark"), idOf("Dark")]);
      expect(readdirSync(spool)).toEqual([]);
      countInSoak({ "notifiers killed": 1 });
    },
  );

  it(
    `at ${KILLS} random moments loses no message that was kept, and makes no other`,
    async () => {
      const tasks = Array.from({ length: KILLS }, (_, index) => `Task${index}`);
      const kept: string[] = [];
      // From before its first line to after its last, as long as this machine takes.
      const { seconds } = await program.run(failed("Unkilled"), environment());
      await takeFailureMessages(broker);
      for (const task of tasks) {
        await program.run(failed(task), environment(), (child) => {
          setTimeout(() => child.kill("SIGKILL"), Math.random() * seconds * 1_000);
        });
        kept.push(...readdirSync(spool).filter((name) => name.endsWith(".json")));
      }
      const sentBefore = await found();
      const flushed = await program.flush(environment());
      const sentAfter = await found();

      expect(flushed.code === 0 || /left alone: .* was not written to its end/.test(flushed.stderr)).toBe(true);
      const ids = new Set(tasks.map(idOf));
      const all = [...sentBefore, ...sentAfter];
      expect(all.filter((id) => !ids.has(id))).toEqual([]);
      expect(kept.map((name) => name.replace(".json", "")).filter((id) => !sentAfter.includes(id))).toEqual([]);
      countInSoak({ "notifiers killed": KILLS, "kept messages that were sent after it": sentAfter.length });
    },
    TIMEOUT_MS,
  );
});

it(
  MAY_MOUNT
    ? "a spool on a full disk keeps nothing half, and the message is in the log"
    : "a spool that cannot be written",
  () => {
    const input = JSON.stringify(NOTIFICATION);
    const { script } = program;
    const full = `mount -t tmpfs -o size=64k tmpfs "$DKIST_SPOOL"; cat /dev/zero > "$DKIST_SPOOL/fill" 2>/dev/null || true`;
    chmodSync(spool, 0o500);
    const shell = [
      "sh",
      "-c",
      `${MAY_MOUNT ? full : "true"}; node "$1"; echo "exit $?"; ls -A "$DKIST_SPOOL"`,
      "sh",
      script,
    ];
    const [command = "", ...parameters] = MAY_MOUNT ? ["unshare", "--map-root-user", "--mount", ...shell] : shell;
    const env = { PATH: process.env["PATH"] ?? "", ...environment(closedPort), DKIST_NOTIFY_DEADLINE_MS: "2000" };
    const { stdout, stderr } = spawnSync(command, parameters, { input, env, encoding: "utf8" });

    if (MAY_MOUNT) expect(stderr).toMatch(/DKIST_SPOOL cannot keep messages: ENOSPC.*; message: \{.*\}\n$/);
    else expect(stderr).toMatch(/; message: \{.*\}\n$/);
    expect(stdout).toMatch(MAY_MOUNT ? /^exit 75\nfill\n$/ : /^exit 75\n/);
  },
);
