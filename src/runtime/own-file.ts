import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { isError } from "./error-facts.js";

/**
 * Writes a file for this user alone, whole or not at all, so that it survives a power cut. Synchronous, as it is also done
 * in the last moment of a process.
 *
 * @throws Error where the folder is not there or cannot be written; then nothing is left
 */
export function writeOwnFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.${process.hrtime.bigint().toString(36)}`;
  // Exclusive and never through a link: in a folder that others can write, a link in its place must not be followed.
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const descriptor = openSync(temporary, flags, 0o600);
  try {
    try {
      writeFileSync(descriptor, text);
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  syncFolder(dirname(path));
}

/**
 * Reads a regular file that a user wrote, never through a link, and never a FIFO, which would wait for a writer.
 *
 * @param owners - whose it may be
 * @throws Error saying in a few words why it is not read
 */
export function readOwnFile(path: string, maxBytes: number, owners: readonly (number | undefined)[]): string {
  const descriptor = openAsItIs(path);
  try {
    const found = fstatSync(descriptor);
    if (!found.isFile()) throw new Error("is no regular file");
    if (!owners.includes(found.uid)) throw new Error("belongs to another user");
    if (found.size > maxBytes) throw new Error(`has more than ${maxBytes} bytes`);
    const bytes = Buffer.alloc(found.size);
    const read = readSync(descriptor, bytes, 0, found.size, 0);
    return bytes.toString("utf8", 0, read);
  } finally {
    closeSync(descriptor);
  }
}

function openAsItIs(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const code = isError(error) && "code" in error ? error.code : undefined;
    if (code === "ELOOP") throw new Error("is a link", { cause: error });
    if (code === "ENXIO") throw new Error("is no regular file", { cause: error });
    throw error;
  }
}

/** So that the name survives a power cut, too; some file systems cannot, and the rename has happened all the same. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, constants.O_RDONLY);
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    // nothing can be done
  }
}
