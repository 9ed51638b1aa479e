import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import type { Readable } from "node:stream";
import pLimit from "p-limit";
import { piecesOf } from "../disk/file-content.js";
import { startProcessGroup } from "../lifetime/process-group.js";
import { withTemporaryFolder } from "../lifetime/temporary-folder.js";
import type { Finding } from "../model/finding.js";
import type { TaskBundle } from "../model/task-bundle.js";

/** What every worker has; whatever else is set here, as in a CI, need not be set there. */
const KEPT_VARIABLES = ["PATH", "HOME", "TMPDIR", "LANG", "TZ"];
/** Far longer than any bundle needs to load, even on a loaded machine. */
const DEADLINE_MS = 60_000;
/** What it had said is there when it has ended. */
const DRAIN_MS = 1_000;
/** Characters; why it does not start is said long before. */
const MAX_OUTPUT = 4 * 2 ** 20;

/**
 * Starts every bundle once, alone in an empty folder with no node_modules above it, as a worker would: load, find the
 * class, exit. Whatever it starts meanwhile ends with it.
 *
 * @param onDone - told how many are done
 * @returns a BUNDLE_DOES_NOT_START finding for each that does not
 */
export async function startBundles(
  bundles: readonly TaskBundle[],
  onDone?: (done: number) => void,
  deadlineMs = DEADLINE_MS,
): Promise<Finding[]> {
  const limit = pLimit(availableParallelism());
  let done = 0;
  return withTemporaryFolder("start", async (temporary) => {
    const findings = await Promise.all(
      bundles.map((bundle) =>
        limit(async () => {
          const release = path.join(temporary, bundle.taskName);
          const folder = path.join(release, "tasks", bundle.taskName);
          const failure = await startBundle(bundle, folder, deadlineMs);
          await rm(release, { recursive: true, force: true });
          onDone?.(++done);
          return failure === undefined ? [] : [doesNotStart(bundle, failure)];
        }),
      ),
    );
    return findings.flat();
  });
}

async function startBundle(bundle: TaskBundle, folder: string, deadlineMs: number): Promise<string | undefined> {
  for (const { path: name, content, executable } of bundle.files) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, piecesOf(content));
    if (executable) await chmod(file, 0o755);
  }
  const env = Object.fromEntries(KEPT_VARIABLES.map((name) => [name, process.env[name]]));
  const { leader, end } = startProcessGroup(process.execPath, [path.join(folder, "run.js"), "--check"], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const outputs = [leader.stderr, leader.stdout].map(readHead);
  return new Promise((resolve) => {
    const settle = (failure: string | undefined): void => {
      clearTimeout(deadline);
      end();
      for (const output of outputs) output.close();
      resolve(failure);
    };
    const ended = (code: number | null, signal: string | null): void => {
      const said = outputs.map((output) => output.text()).join("\n");
      settle(code === 0 ? undefined : (reason(said) ?? `exit ${String(code ?? signal)}`));
    };
    let deadline = setTimeout(() => settle(`it did not load within ${deadlineMs / 1000} s`), deadlineMs);
    leader.once("error", ({ message }) => settle(message));
    leader.once("close", ended);
    leader.once("exit", (code, signal) => {
      clearTimeout(deadline);
      // A daemon that it has started may hold its output for ever.
      deadline = setTimeout(() => ended(code, signal), DRAIN_MS);
    });
  });
}

/** Reads the head of what a program says, and takes the rest from it. */
function readHead(stream: Readable | null): { text: () => string; close: () => void } {
  let head = "";
  stream?.setEncoding("utf8").on("data", (part: string) => {
    if (head.length < MAX_OUTPUT) head += part;
  });
  return { text: () => head, close: () => stream?.destroy() };
}

/** The line that says what went wrong; a missing module is the usual one. */
function reason(output: string): string | undefined {
  const lines = output.split("\n").map((line) => line.trim());
  return (
    lines.find((line) => /Cannot find (?:module|package)|ERR_MODULE_NOT_FOUND/.test(line)) ??
    lines.find((line) => /^(?:Uncaught )?[A-Za-z]*Error\b/.test(line)) ??
    lines.find((line) => line.includes("ERROR")) ??
    lines.find((line) => line !== "")
  );
}

function doesNotStart({ taskName, isolation }: TaskBundle, failure: string): Finding {
  return {
    severity: "error",
    code: "BUNDLE_DOES_NOT_START",
    message: `${taskName}'s ${isolation} does not start on its own: ${failure}`,
    hint: `add what is missing with tasks.${taskName}.include or external in the config; loading must need no environment`,
    location: { node: taskName },
  };
}
