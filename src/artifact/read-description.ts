import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import type { ReleaseDescription } from "../model/artifact.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { releaseDescriptionSchema } from "./manifest-schema.js";

/** Far more than any manifest has, each file with its name and digest. */
const MAX_MANIFEST_BYTES = 64 * 2 ** 20;
/** In a code zip below the release's folder, in a workflow zip beside the DAG files. */
const MANIFEST_IN_ZIP = /^[^/]+(?:\/manifest\.json|\.manifest\.json)$/;

/**
 * Reads what a release says about itself. It is believed: whether the rest of the release is as its manifest says is not
 * checked here.
 *
 * @param place - a release manifest, a code zip or a workflow zip, or the folder that a code zip was unpacked to; absolute
 * @returns null for a folder that is none of a release
 * @throws DkistCoreError BAD_USAGE when nothing is there; BAD_ARTIFACT when it is no release
 */
export async function readDescription(place: string): Promise<ReleaseDescription | null> {
  const found = await stat(place).catch(() => undefined);
  if (found === undefined) {
    throw new DkistCoreError("BAD_USAGE", `there is no file or folder ${place}`, {
      hint: "give a release manifest (<name>_<version>.json), a zip, a release's folder or a client repo",
    });
  }
  if (found.isDirectory()) return readFolder(place);
  if (!found.isFile()) throw bad(place, "is no file");
  if (place.endsWith(".zip")) return parse(place, await manifestInZip(place));
  if (found.size > MAX_MANIFEST_BYTES) throw bad(place, "is too large for a manifest");
  return parse(place, await readFile(place, "utf8").catch((cause: unknown) => refuse(place, cause)));
}

async function readFolder(folder: string): Promise<ReleaseDescription | null> {
  const file = path.join(folder, "manifest.json");
  const text = await readFile(file, "utf8").catch(() => undefined);
  // A client repo may have a manifest.json of another kind.
  if (text === undefined || !/"kind": *"code"/.test(text.slice(0, 200))) return null;
  return parse(file, text);
}

async function manifestInZip(file: string): Promise<string> {
  const { openPromise } = await import("yauzl");
  const zip = await openPromise(file, { validateEntrySizes: true, strictFileNames: true }).catch((cause: unknown) =>
    refuse(file, cause),
  );
  try {
    const texts: string[] = [];
    for await (const entry of zip.eachEntry()) {
      if (!MANIFEST_IN_ZIP.test(entry.fileName)) continue;
      if (entry.uncompressedSize > MAX_MANIFEST_BYTES) throw bad(file, `holds ${entry.fileName}, which is too large`);
      texts.push((await buffer(await zip.openReadStreamPromise(entry))).toString("utf8"));
    }
    const [text, another] = texts;
    if (text === undefined) throw bad(file, "holds no manifest of a release");
    if (another !== undefined) throw bad(file, "holds more than one manifest");
    return text;
  } catch (cause) {
    return refuse(file, cause);
  } finally {
    zip.close();
  }
}

function parse(file: string, text: string): ReleaseDescription {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw bad(file, "holds no JSON", cause);
  }
  const { data, error } = releaseDescriptionSchema.safeParse(value);
  if (data !== undefined) return data;
  const [first] = error.issues;
  const place = first === undefined ? "" : ` (${first.path.join(".")}: ${first.message})`;
  throw bad(file, `is no manifest of a release, or one of another form than this version reads${place}`, error);
}

function refuse(file: string, cause: unknown): never {
  if (cause instanceof DkistCoreError) throw cause;
  throw bad(file, `cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
}

function bad(file: string, what: string, cause?: unknown): DkistCoreError {
  return new DkistCoreError("BAD_ARTIFACT", `${path.basename(file)} ${what}`, {
    hint: "give what build has written: a release manifest, a code zip or a workflow zip",
    location: { file },
    ...(cause === undefined ? {} : { cause }),
  });
}
