import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { openPromise } from "yauzl";

/** A file in a zip. */
export interface ZipEntry {
  readonly content: Buffer;
  /** Permission bits. */
  readonly mode: number;
}

/** All files of a zip, by path. */
export async function readZip(file: string): Promise<Map<string, ZipEntry>> {
  const zip = await openPromise(file, { validateEntrySizes: true, strictFileNames: true });
  const entries = new Map<string, ZipEntry>();
  for await (const entry of zip.eachEntry()) {
    const content = await buffer(await zip.openReadStreamPromise(entry));
    entries.set(entry.fileName, { content, mode: (entry.externalFileAttributes >>> 16) & 0o777 });
  }
  return entries;
}

/** Unpacks a code zip as a worker's operator would. */
export async function unpack(file: string, folder: string): Promise<void> {
  for (const [path, { content, mode }] of await readZip(file)) {
    const target = join(folder, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, content);
    await chmod(target, mode);
  }
}
