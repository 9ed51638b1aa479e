import { createHash } from "node:crypto";
import { createReadStream, type Dirent, type Stats } from "node:fs";
import { lstat, open, readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { byCodeUnit } from "../model/naming.js";
import { isMissing, unreadable } from "./unreadable.js";

/** What is at a path. */
export interface Found {
  readonly kind: "file" | "folder" | "link" | "other";
  readonly bytes: number;
  readonly isProgram: boolean;
}

/**
 * How the tools for releases look at a disk. What is not there is null; what is there and cannot be read is BAD_ARTIFACT,
 * as then nothing can be said.
 *
 * @param links - `follow`: for a path that the user gives
 */
export async function look(file: string, links: "see" | "follow" = "see"): Promise<Found | null> {
  let stats: Stats;
  try {
    stats = await (links === "see" ? lstat(file) : stat(file));
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw unreadable(file, cause);
  }
  const kind = stats.isFile() ? "file" : stats.isDirectory() ? "folder" : stats.isSymbolicLink() ? "link" : "other";
  return { kind, bytes: stats.size, isProgram: (stats.mode & 0o100) !== 0 };
}

/** Sorted. @throws DkistCoreError BAD_ARTIFACT */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort(byCodeUnit);
  } catch (cause) {
    throw unreadable(folder, cause);
  }
}

/** Everything but folders, by its path below the folder, sorted. @throws DkistCoreError BAD_ARTIFACT */
export async function filesBelow(folder: string): Promise<string[]> {
  let entries: Dirent[];
  try {
    entries = await readdir(folder, { recursive: true, withFileTypes: true });
  } catch (cause) {
    throw unreadable(folder, cause);
  }
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join("/"))
    .sort(byCodeUnit);
}

/** More than any manifest has, each file with its name and digest. */
export const MAX_MANIFEST_BYTES = 64 * 2 ** 20;

/** @returns null when it is not there. @throws DkistCoreError BAD_ARTIFACT */
export async function readManifestText(file: string): Promise<string | null> {
  const found = await look(file, "follow");
  if (found === null) return null;
  if (found.kind !== "file") throw unreadable(file, new Error("it is no file"));
  if (found.bytes > MAX_MANIFEST_BYTES) {
    throw unreadable(file, new Error(`it has ${found.bytes} bytes, as no manifest has`));
  }
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** The first bytes of a file, as Latin-1. @throws DkistCoreError BAD_ARTIFACT */
export async function readHead(file: string, bytes: number): Promise<string> {
  try {
    const handle = await open(file, "r");
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(bytes), 0, bytes, 0);
      return buffer.subarray(0, bytesRead).toString("latin1");
    } finally {
      await handle.close();
    }
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** @throws DkistCoreError BAD_ARTIFACT */
export async function sha256OfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    await pipeline(createReadStream(file), hash);
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return hash.digest("hex");
}

export function contentOf(file: string): Readable {
  return createReadStream(file);
}
