import { execFile } from "node:child_process";
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import pLimit from "p-limit";
import { piecesOf } from "../disk/file-content.js";
import { endsWithUs } from "../lifetime/child.js";
import { withTemporaryFolder } from "../lifetime/temporary-folder.js";
import type { Finding } from "../model/finding.js";
import type { TaskBundle } from "../model/task-bundle.js";

/** Far longer than any bundle needs to load, even on a loaded machine. */
const DEADLINE_MS = 60_000;

/**
 * Starts every bundle once, alone in an empty folder with no node_modules above it, as a worker would: load, find the
 * class, exit.
 *
 * @param onDone - told how many are done
 * @returns a BUNDLE_DOES_NOT_START finding for each that does not
 */
export async function startBundles(
  bundles: readonly TaskBundle[],
  onDone?: (done: number) => void,
): Promise<Finding[]> {
  const limit = pLimit(availableParallelism());
  let done = 0;
  return withTemporaryFolder("start", async (folder) => {
    const findings = await Promise.all(
      bundles.map((bundle) =>
        limit(async () => {
          const release = path.join(folder, bundle.taskName);
          const failure = await startBundle(bundle, path.join(release, "tasks", bundle.taskName));
          await rm(release, { recursive: true, force: true });
          onDone?.(++done);
          return failure === undefined ? [] : [doesNotStart(bundle, failure)];
        }),
      ),
    );
    return findings.flat();
  });
}

async function startBundle(bundle: TaskBundle, folder: string): Promise<string | undefined> {
  for (const { path: name, content, executable } of bundle.files) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, piecesOf(content));
    if (executable) await chmod(file, 0o755);
  }
  const env = { ...process.env };
  delete env["NODE_PATH"];
  delete env["NODE_OPTIONS"];
  return new Promise((resolve) => {
    const options = { cwd: folder, env, timeout: DEADLINE_MS, killSignal: "SIGKILL" as const, maxBuffer: 16 * 2 ** 20 };
    const program = [path.join(folder, "run.js"), "--check"];
    const child = execFile(process.execPath, program, options, (error, stdout, stderr) => {
      if (error === null) resolve(undefined);
      else if (error.killed === true) resolve(`it did not load within ${DEADLINE_MS / 1000} s`);
      else resolve(reason(`${stderr}\n${stdout}`) ?? `exit ${String(error.code ?? error.signal)}`);
    });
    endsWithUs(child);
  });
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
