import { lstatSync } from "node:fs";
import { MAX_SPOOL_ENTRIES, readSpool } from "../notify/spool.js";
import { readNamedFolder } from "./read-named-folder.js";
import type { SpoolContent, SpoolFacts } from "./spool.js";

/**
 * Looks at the messages that wait, and at nothing else of the folder: it is used while we look.
 *
 * @param folder - the value of DKIST_SPOOL; an empty one counts as not set
 */
export function readSpoolFacts(folder: string | undefined): Promise<SpoolFacts> {
  return readNamedFolder(folder, countSpool);
}

function countSpool(folder: string): SpoolContent {
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
