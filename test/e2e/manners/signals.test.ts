/** Whatever a command is at, a signal ends it and all that it has started, and nothing is left behind. */
import { afterEach, expect, it } from "@jest/globals";
import { spawn } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { commandLineOf } from "../../../src/engine/command-line.js";
import type { CliDocument } from "../../helpers/cli.js";
import { chainModule, clientRepo, PACKAGE_ROOT, type ClientRepo } from "../../helpers/client-repo.js";

let repo: ClientRepo;
afterEach(() => repo.remove());

const GOOD = chainModule("flow", ["A"]);
/** Says that it is there, and goes on for ever, deaf to signals. A bundle is started with few variables. */
const BUSY = `
import { writeFileSync } from "node:fs";
const stay = () => { writeFileSync(process.env.TMPDIR + "/../pid", String(process.pid)); for (;;); };
`;
const DEAF_PYTHON = `#!/bin/sh
case "$*" in *find_spec*) echo 'dkist-core: {"version": "3.11.7", "build": "deaf", "hasAirflow": true}'; exit;; *json.load*) exec python3 "$@";; esac
trap "" TERM INT HUP
echo $$ > "$PID_FILE"
exec sleep 600
`;

interface Situation {
  readonly what: string;
  readonly files: Readonly<Record<string, string>>;
  readonly parameters: readonly string[];
}

const LOADING: Situation = {
  what: "a module loads for ever",
  files: { "dist/workflows/a.js": `${BUSY}stay();` },
  parameters: ["list"],
};
const STARTING: Situation = {
  what: "a bundle starts for ever",
  files: { "dist/workflows/a.js": `${BUSY}${GOOD}\nif (process.argv.includes("--check")) stay();` },
  parameters: ["build", "--airflow", "none"],
};
const IN_AIRFLOW: Situation = {
  what: "Airflow loads for ever",
  files: { "dist/workflows/a.js": GOOD, "bin/python": DEAF_PYTHON },
  parameters: ["test-workflows", "--airflow", "bin/python"],
};
const PREPARING: Situation = {
  ...LOADING,
  what: "a run is prepared",
  parameters: ["run", "flow", "--recipe-run-id", "1"],
};
const CONFIGURING: Situation = {
  what: "a config waits",
  files: {
    "dist/workflows/a.js": GOOD,
    "dkist-core.config.ts": `import { writeFileSync } from "node:fs";
      writeFileSync(process.env["PID_FILE"] as string, "0");
      await new Promise((resolve) => setTimeout(resolve, 600_000));
      export default {};`,
  },
  parameters: ["export-dags"],
};
const BUSY_CONFIG: Situation = {
  what: "a config is busy for ever",
  files: {
    "dist/workflows/a.js": GOOD,
    "dkist-core.config.mjs": `import { writeFileSync } from "node:fs";
      writeFileSync(process.env["PID_FILE"], "0");
      for (;;);`,
  },
  parameters: ["list"],
};

it.each([
  { ...LOADING, signal: "SIGINT", exitCode: 130 },
  { ...LOADING, signal: "SIGTERM", exitCode: 143 },
  { ...LOADING, signal: "SIGHUP", exitCode: 129 },
  { ...STARTING, signal: "SIGINT", exitCode: 130 },
  { ...IN_AIRFLOW, signal: "SIGTERM", exitCode: 143 },
  { ...PREPARING, signal: "SIGINT", exitCode: 130 },
  { ...CONFIGURING, signal: "SIGTERM", exitCode: 143 },
  { ...BUSY_CONFIG, signal: "SIGINT", exitCode: 130 },
] as const)(
  "while $what, $signal ends it with $exitCode within 5 s",
  async ({ files, parameters, signal, exitCode }) => {
    repo = clientRepo({ "tmp/.keep": "", ...files });
    if ("bin/python" in files) chmodSync(repo.file("bin/python"), 0o755);
    const pidFile = repo.file("pid");
    const before = listed();
    const bin = path.join(PACKAGE_ROOT, "bin/dkist-core.js");
    const env = { ...process.env, NODE_OPTIONS: "", TMPDIR: repo.file("tmp"), PID_FILE: pidFile };
    const child = spawn(process.execPath, [bin, ...parameters, "--json"], {
      cwd: repo.root,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    while (!existsSync(pidFile) || readFileSync(pidFile, "utf8") === "") await wait(20);
    const began = performance.now();
    child.kill(signal);
    expect(await ended).toBe(exitCode);
    expect(performance.now() - began).toBeLessThan(5_000);
    const document = JSON.parse(stdout) as CliDocument<null>;
    expect(document).toMatchObject({ ok: false, diagnostics: [{ code: "STOPPED" }], result: null });
    expect(stderr).toMatch(new RegExp(`^error STOPPED {2}\\S+ was stopped by ${signal}\\n.*\\n$`));
    const pid = Number(readFileSync(pidFile, "utf8"));
    if (pid > 0) await gone(pid);
    expect(listed()).toEqual([...before, "pid"].sort());
  },
);

/** What lies in the client repo, and in the temporary folder there; what was found out by then may stay. */
function listed(): string[] {
  return [...readdirSync(repo.root), ...readdirSync(repo.file("tmp"))].filter((name) => name !== ".dkist-core").sort();
}

async function gone(pid: number): Promise<void> {
  const began = performance.now();
  while ((commandLineOf(pid) ?? "") !== "") {
    expect(performance.now() - began).toBeLessThan(5_000);
    await wait(20);
  }
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
