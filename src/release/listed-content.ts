import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import type { ManifestFile } from "../model/artifact.js";

/** A file's content is not what was said of it. */
export class ContentDiffers extends Error {
  /** @param message - to be read after the file's name */
  constructor(message: string) {
    super(message);
    this.name = "ContentDiffers";
  }
}

/**
 * A file's content as it comes, checked on its way: never more than is listed is let through, and the end is reached only
 * by the listed content.
 *
 * @param said - what else is known of it: a zip's directory has a CRC, which other readers hold it to
 * @throws ContentDiffers
 */
export async function* listedContent(
  content: Readable,
  listed: Pick<ManifestFile, "bytes" | "sha256">,
  said: { readonly crc32: number } | null = null,
): AsyncGenerator<Uint8Array> {
  const hash = createHash("sha256");
  let [bytes, crc] = [0, 0];
  for await (const chunk of content as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    if (bytes > listed.bytes) throw new ContentDiffers(`has more than the ${listed.bytes} bytes that are listed`);
    hash.update(chunk);
    if (said !== null) crc = crc32(chunk, crc);
    yield chunk;
  }
  if (bytes !== listed.bytes) throw new ContentDiffers(`has ${bytes} bytes, not ${listed.bytes} as listed`);
  if (hash.digest("hex") !== listed.sha256) throw new ContentDiffers("has another sha256 than is listed");
  if (said !== null && crc !== said.crc32) throw new ContentDiffers("has another CRC than the zip says");
}

/** Reads to the end, for the checks alone. */
export async function drain(content: AsyncIterable<unknown>): Promise<void> {
  const iterator = content[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}
