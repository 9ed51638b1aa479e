import { execFile } from "node:child_process";

export interface RunOptions {
  readonly cwd: string;
  /** Over the environment of {@link cleanEnvironment}. */
  readonly env?: Readonly<Record<string, string>>;
  /** Octal, e.g. `077`. Default: this process's. */
  readonly umask?: string;
}

export interface Finished {
  /** The exit code, or the signal's name. */
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end, whatever its exit code. */
export function run(program: string, parameters: readonly string[], options: RunOptions): Promise<Finished> {
  // sh gives the child its umask; exec leaves no shell in between.
  const [command, first] =
    options.umask === undefined ? [program, []] : ["sh", ["-c", `umask ${options.umask}; exec "$@"`, "sh", program]];
  return new Promise((resolve) => {
    const env = { ...cleanEnvironment(), ...options.env };
    execFile(
      command,
      [...first, ...parameters],
      { cwd: options.cwd, env, maxBuffer: 2 ** 26 },
      (error, stdout, stderr) => {
        resolve({ code: error === null ? 0 : (error.code ?? error.signal ?? "unknown"), stdout, stderr });
      },
    );
  });
}

/**
 * Runs a program that must succeed.
 *
 * @returns its stdout
 * @throws Error with its output when it does not exit with 0
 */
export async function mustRun(program: string, parameters: readonly string[], options: RunOptions): Promise<string> {
  const { code, stdout, stderr } = await run(program, parameters, options);
  if (code !== 0) throw new Error(`${program} ${parameters.join(" ")}: exit ${code}\n${stdout}\n${stderr}`);
  return stdout;
}

/**
 * The environment without what npm and Jest put into it: an npm inside an npm would take the outer one's folders for its
 * own, and the repo's `node_modules/.bin` would lend a client the tools it has not installed.
 */
export function cleanEnvironment(): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value === undefined) continue;
    if (/^npm_(?!config_(?:registry|cache|userconfig|globalconfig)$)/i.test(name)) continue;
    if (["INIT_CWD", "NODE_ENV", "NODE_OPTIONS", "NODE_PATH", "JEST_WORKER_ID", "BUILD_VERSION"].includes(name))
      continue;
    kept[name] = value;
  }
  const folders = (kept["PATH"] ?? "").split(":").filter((folder) => !folder.includes("node_modules"));
  return { ...kept, PATH: folders.join(":") };
}
