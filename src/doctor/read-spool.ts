import { lstatSync } from "node:fs";
import { access, constants, stat } from "node:fs/promises";
import path from "node:path";
import { MAX_SPOOL_ENTRIES, readSpool } from "../notify/spool.js";
import type { SpoolFacts } from "./spool.js";

/**
 * Looks at the messages that wait, and at nothing else of the folder: it is used while we look.
 *
 * @param folder - the value of DKIST_SPOOL; an empty one counts as not set
 */
export async function readSpoolFacts(folder: string | undefined): Promise<SpoolFacts> {
  if (folder === undefined || folder === "") return { kind: "not set" };
  if (!path.isAbsolute(folder)) return { kind: "relative", folder };
  try {
    if (!(await stat(folder)).isDirectory()) return { kind: "no folder", folder };
    const writable = await access(folder, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    return { kind: "folder", folder, writable, ...countSpool(folder) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? { kind: "missing", folder } : { kind: "unreadable", folder, reason: message };
  }
}

function countSpool(folder: string): Omit<SpoolFacts & { kind: "folder" }, "kind" | "folder" | "writable"> {
  const times: string[] = [];
  let others = 0;
  for (const spooled of readSpool(folder)) {
    if (spooled.kind === "other") {
      others += 1;
      continue;
    }
    // One that was sent just now does not wait any more.
    const kept = lstatSync(spooled.path, { throwIfNoEntry: false });
    if (kept !== undefined) times.push(kept.mtime.toISOString().replace(/\.\d+/, ""));
  }
  const [waitingSince = null] = times.sort();
  const isCut = times.length + others >= MAX_SPOOL_ENTRIES;
  return { waiting: times.length, waitingSince, others, isCut };
}
