import { access, constants, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { byCodeUnit } from "../model/naming.js";
import type { CodeMountFacts } from "./code-mount.js";

/** What the code zip of every release holds. */
const PARTS = ["manifest.json", "notify-failure.js", "tasks"];

/** @param folder - the value of CODE_MOUNT; an empty one counts as not set */
export async function readCodeMount(folder: string | undefined): Promise<CodeMountFacts> {
  if (folder === undefined || folder === "") return { kind: "not set" };
  if (!path.isAbsolute(folder)) return { kind: "relative", folder };
  try {
    if (!(await stat(folder)).isDirectory()) return { kind: "no folder", folder };
    // Folders under way, and what was put aside, begin with a dot.
    const names = (await readdir(folder)).filter((name) => !name.startsWith(".")).sort(byCodeUnit);
    const found = await Promise.all(names.map((name) => missingParts(path.join(folder, name), name)));
    const writable = await isAllowed(folder, constants.W_OK);
    return {
      kind: "folder",
      folder,
      writable,
      releases: found.filter(({ lacks }) => lacks.length === 0).map(({ name }) => name),
      // A folder that has nothing of a release is something else.
      incomplete: found.filter(({ lacks }) => lacks.length > 0 && lacks.length < PARTS.length),
    };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? { kind: "missing", folder } : { kind: "unreadable", folder, reason: message };
  }
}

async function missingParts(folder: string, name: string): Promise<{ name: string; lacks: string[] }> {
  const lacks = await Promise.all(
    PARTS.map(async (part) => ((await isAllowed(path.join(folder, part), constants.R_OK)) ? [] : [part])),
  );
  return { name, lacks: lacks.flat() };
}

async function isAllowed(file: string, mode: number): Promise<boolean> {
  return access(file, mode).then(
    () => true,
    () => false,
  );
}
