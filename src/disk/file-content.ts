import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";
import { DkistCoreError } from "../model/diagnostics.js";
import { isOnDisk } from "../model/digest.js";
import type { DiskContent, FileEntry } from "../model/task-bundle.js";

/** Non-blocking: opening a FIFO would wait for a writer. */
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** A piece that is handed on is a buffer of its own, and few large ones leave less behind than many small ones. */
const PIECE_BYTES = 2 ** 20;
const LOOK_BYTES = 2 ** 16;

/**
 * Reads a file once, in pieces, for what is to be known of it; its content stays where it is.
 *
 * @param file - absolute and without links
 * @param check - throws for what is not to be read
 * @throws DkistCoreError BAD_ASSET when somebody writes to it meanwhile
 */
export async function lookAtFile(
  file: string,
  check: (about: { isFile(): boolean; readonly size: bigint }) => void = () => undefined,
): Promise<{ readonly content: DiskContent; readonly executable: boolean }> {
  const handle = await open(file, READ);
  try {
    const before = await handle.stat({ bigint: true });
    check(before);
    const digest = createHash("sha256");
    let bytes = 0;
    const buffer = Buffer.allocUnsafe(LOOK_BYTES);
    for await (const piece of piecesOfFile(handle, () => buffer)) {
      digest.update(piece);
      bytes += piece.length;
    }
    const after = await handle.stat({ bigint: true });
    if (before.size !== after.size || before.mtimeNs !== after.mtimeNs || BigInt(bytes) !== after.size) {
      throw fileChanged(file);
    }
    return { content: { file, bytes, sha256: digest.digest("hex") }, executable: (before.mode & 0o111n) !== 0n };
  } finally {
    await handle.close();
  }
}

/**
 * Content in pieces: of a file on the disk, no more than one is in memory.
 *
 * @throws DkistCoreError BAD_ASSET after the last one, where the file is not what it was when it was looked at
 */
export async function* piecesOf(content: FileEntry["content"]): AsyncGenerator<Uint8Array> {
  if (!isOnDisk(content)) {
    yield content;
    return;
  }
  const handle = await open(content.file, READ);
  try {
    const digest = createHash("sha256");
    let left = content.bytes;
    // A byte more than there should be: else the end would have to be asked for with a whole buffer.
    for await (const piece of piecesOfFile(handle, () => Buffer.allocUnsafe(Math.min(left + 1, PIECE_BYTES)))) {
      digest.update(piece);
      left = Math.max(left - piece.length, 0);
      yield piece;
    }
    if (digest.digest("hex") !== content.sha256) throw fileChanged(content.file);
  } finally {
    await handle.close();
  }
}

/** The same as a whole, for small files. */
export async function wholeOf(content: FileEntry["content"]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of piecesOf(content)) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** @param nextBuffer - gives each piece its place: one may be used again when its piece is */
async function* piecesOfFile(handle: FileHandle, nextBuffer: () => Buffer): AsyncGenerator<Buffer> {
  for (;;) {
    const { buffer, bytesRead } = await handle.read({ buffer: nextBuffer() });
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
  }
}

function fileChanged(file: string): DkistCoreError {
  return new DkistCoreError("BAD_ASSET", `${JSON.stringify(file)} changed while it was read`, {
    hint: "build when nobody writes to it",
    location: { file },
  });
}
