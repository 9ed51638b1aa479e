import { access, constants, stat } from "node:fs/promises";
import path from "node:path";
import type { NamedFolder } from "./named-folder.js";

/**
 * Looks at a folder that a variable names.
 *
 * @param folder - the variable's value; an empty one counts as not set
 * @param lookInside - what is to be known of it, where it is a folder
 */
export async function readNamedFolder<Inside>(
  folder: string | undefined,
  lookInside: (folder: string) => Inside | Promise<Inside>,
): Promise<NamedFolder<Inside>> {
  if (folder === undefined || folder === "") return { kind: "not set" };
  if (!path.isAbsolute(folder)) return { kind: "relative", folder };
  try {
    if (!(await stat(folder)).isDirectory()) return { kind: "no folder", folder };
    const writable = await isAllowed(folder, constants.W_OK | constants.X_OK);
    return { kind: "folder", folder, writable, ...(await lookInside(folder)) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? { kind: "missing", folder } : { kind: "unreadable", folder, reason: message };
  }
}

export async function isAllowed(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}
