import { readFileSync } from "node:fs";
import { isOnDisk } from "../../src/model/digest.js";
import type { FileEntry } from "../../src/model/task-bundle.js";

/** The content of an artifact's file, wherever it is; nothing where there is no such file. */
export function bytesOf(entry: Pick<FileEntry, "content"> | undefined): Buffer {
  if (entry === undefined) return Buffer.of();
  return isOnDisk(entry.content) ? readFileSync(entry.content.file) : Buffer.from(entry.content);
}
