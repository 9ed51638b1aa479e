import { realpath, stat } from "node:fs/promises";
import { readEnvironment } from "./config/environment.js";
import { DkistCoreError } from "./model/diagnostics.js";
import { messageOf } from "./model/message-of.js";

/** Where releases are. Relative paths are from the process's working directory. */
export interface PlaceOptions {
  /** Folders that workers know as CODE_MOUNT. Default: the environment's CODE_MOUNT, where it is set. */
  readonly codeMounts?: readonly string[];
  /** The folder that Airflow reads DAG files from. */
  readonly dags?: string;
  /** Default: the process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** Where releases are; all paths are absolute, and without links. */
export interface Places {
  readonly codeMounts: readonly string[];
  readonly fromEnvironment: boolean;
  readonly dags: string | null;
}

/**
 * The folders, which must be there: one that is made for a misspelt path, or where a disk is not mounted, would hide that.
 */
export async function placesOf({ codeMounts = [], dags, env = process.env }: PlaceOptions): Promise<Places> {
  const fromEnvironment = codeMounts.length === 0 ? readEnvironment(env).codeMount : null;
  const mounts = fromEnvironment === null ? codeMounts : [fromEnvironment];
  if (mounts.length === 0 && dags === undefined) {
    throw new DkistCoreError(
      "BAD_USAGE",
      "it is not said where: there is no --code-mount, no --dags, and no CODE_MOUNT",
      {
        hint: "give --code-mount FOLDER, --dags FOLDER, or both",
      },
    );
  }
  const found: string[] = [];
  for (const mount of mounts)
    found.push(await folderAt(mount, fromEnvironment === null ? "--code-mount" : "CODE_MOUNT"));
  return {
    codeMounts: [...new Set(found)],
    fromEnvironment: fromEnvironment !== null,
    dags: dags === undefined ? null : await folderAt(dags, "--dags"),
  };
}

async function folderAt(folder: string, option: string): Promise<string> {
  try {
    const real = await realpath(folder);
    if ((await stat(real)).isDirectory()) return real;
    throw new Error("it is no folder");
  } catch (cause) {
    const reason = messageOf(cause);
    throw new DkistCoreError("BAD_USAGE", `${option} ${folder} cannot be used: ${reason}`, {
      hint: "make the folder, or check that its disk is mounted; it is not made here",
      cause,
    });
  }
}
