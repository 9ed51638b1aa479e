import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { sha256 } from "../model/digest.js";
import type { FileEntry } from "../model/task-bundle.js";

/**
 * The oldest time a zip can hold without an extra field, at a minute that strip-nondeterminism leaves alone. archiver
 * writes the UTC parts, so the time zone says nothing.
 */
const ENTRY_TIME = new Date(Date.UTC(1980, 0, 1, 12, 1, 0));

/**
 * Writes a deterministic zip: the entries in the given order, one time for all, modes 644 and 755, no folders, no owner.
 *
 * archiver is fed buffers only: given paths it skips what it cannot read, and says so in a warning.
 *
 * @param file - absolute; replaced if it is there
 * @param date - the time of every entry
 * @throws Error when two entries have one path: which of them counts would be each reader's own choice
 */
export async function writeZip(file: string, entries: readonly FileEntry[], date: Date = ENTRY_TIME): Promise<void> {
  const twice = entries.find(({ path }, index) => path === entries[index - 1]?.path);
  if (twice !== undefined) throw new Error(`two entries are called ${twice.path}`);
  // Loaded here, as most commands pack nothing and it takes longer than the rest of them together.
  const { ZipArchive } = await import("archiver");
  const archive = new ZipArchive({ zlib: { level: 6 } });
  for (const { path, content, executable } of entries) {
    archive.append(Buffer.from(content.buffer, content.byteOffset, content.byteLength), {
      name: path,
      date,
      mode: executable ? 0o755 : 0o644,
    });
  }
  const written = pipeline(archive, createWriteStream(file, { mode: 0o644, flush: true }));
  await Promise.all([archive.finalize(), written]);
}

/**
 * Reads a zip back, with every check its format offers, and compares it with what was to be in it.
 *
 * @throws Error naming the first entry that differs
 */
export async function checkZip(file: string, entries: readonly FileEntry[]): Promise<void> {
  const { openPromise } = await import("yauzl");
  const zip = await openPromise(file, { validateEntrySizes: true, strictFileNames: true });
  let index = 0;
  try {
    for await (const entry of zip.eachEntry()) {
      const expected = entries[index++];
      if (expected?.path !== entry.fileName) {
        throw new Error(`entry ${index} is ${entry.fileName}, not ${expected?.path ?? "the end"}`);
      }
      // Never the whole entry: a large asset is in memory once already.
      const digest = createHash("sha256");
      await pipeline(await zip.openReadStreamPromise(entry), digest);
      if (digest.digest("hex") !== sha256(expected.content))
        throw new Error(`${entry.fileName} does not read back as written`);
    }
  } finally {
    zip.close();
  }
  if (index !== entries.length) throw new Error(`${entries.length - index} entries are missing`);
}
