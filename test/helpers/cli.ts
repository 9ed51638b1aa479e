import { spawn } from "node:child_process";
import path from "node:path";
import type { Diagnostic } from "../../src/model/diagnostics.js";
import { PACKAGE_ROOT } from "./client-repo.js";

/** How a command ended. */
export interface CliResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The document of `--json`, with a result of the test's own choice. */
export interface CliDocument<T> {
  readonly schemaVersion: number;
  readonly command: string;
  readonly ok: boolean;
  readonly diagnostics: readonly (Omit<Diagnostic, "code"> & { readonly code: string })[];
  readonly result: T;
}

export const BIN = path.join(PACKAGE_ROOT, "bin/dkist-core.js");

/** Runs the real command line as a child process. */
export function dkistCore(
  parameters: readonly string[],
  options: { readonly cwd: string; readonly env?: Readonly<Record<string, string | undefined>> },
): Promise<CliResult> {
  return new Promise((resolve, reject) => {
    const plain = { NODE_OPTIONS: "", BUILD_VERSION: undefined, FORCE_COLOR: undefined, GITHUB_ACTIONS: undefined };
    const env = { ...process.env, ...plain, ...options.env };
    const child = spawn(process.execPath, [BIN, ...parameters], {
      cwd: options.cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** The same with `--json`; fails unless stdout is exactly one document. */
export async function dkistCoreJson<T>(
  parameters: readonly string[],
  options: Parameters<typeof dkistCore>[1],
): Promise<CliResult & { readonly document: CliDocument<T> }> {
  const result = await dkistCore([...parameters, "--json"], options);
  return { ...result, document: JSON.parse(result.stdout) as CliDocument<T> };
}
