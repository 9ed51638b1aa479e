import path from "node:path";
import { buffer } from "node:stream/consumers";
import type { ArtifactManifest, ManifestFile } from "../model/artifact.js";
import type { Diagnostic } from "../model/diagnostics.js";
import { messageOf } from "../model/message-of.js";
import { releaseName } from "../model/naming.js";
import { whyUnsafe } from "./entry-name.js";
import { finding } from "./finding.js";
import { ContentDiffers, drain, listedContent } from "./listed-content.js";
import { openZip, withZip, type OpenZip, type ZipEntry } from "./open-zip.js";
import { MAX_MANIFEST_BYTES } from "./look.js";
import { readArtifactManifest, type Read } from "./read-manifest.js";
import { isFromTheDisk, unreadable } from "./unreadable.js";
import { checkEntries, checkSizes, entryName, type Limits } from "./zip-directory.js";

/** A zip of a release, verified as far as it goes by itself. */
export interface VerifiedZip {
  /** As it was given. */
  readonly file: string;
  readonly bytes: number;
  readonly sha256: string;
  /** What all its files have, manifest included. */
  readonly unpackedBytes: number;
  /** Null where there is none to be trusted; the findings say why. */
  readonly manifest: ArtifactManifest | null;
  readonly manifestText: Uint8Array;
  /** How far it was looked into. */
  readonly depth: Depth;
  readonly findings: readonly Diagnostic[];
}

/** `sizes`: what its directory says of them; `entries`: also names, types and modes; `content`: also every file. */
export type Depth = "nothing" | "sizes" | "entries" | "content";

/**
 * Verifies a code zip or a workflow zip: its directory, its manifest, and every file in it against the manifest.
 *
 * Content is unpacked in passing, never beyond what is listed, and not at all where it would be too big.
 *
 * @throws DkistCoreError BAD_ARTIFACT when the file cannot be read
 */
export async function verifyZip(file: string, limits: Limits): Promise<VerifiedZip> {
  return withZip(file, async (zip) => {
    const { bytes, sha256, entries, damage } = zip;
    const unpackedBytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
    const about = { file, bytes, sha256, unpackedBytes, manifest: null, manifestText: Buffer.of() };
    if (damage !== null) return { ...about, depth: "nothing", findings: [notAZip(file, damage)] };
    const tooBig = checkSizes(file, entries, bytes, limits);
    if (tooBig.length > 0) return { ...about, depth: "sizes", findings: tooBig };

    const unsafe = checkEntries(file, entries);
    const found = await readOwnManifest(file, zip);
    if (found.manifest === null) return { ...about, depth: "entries", findings: [...unsafe, ...found.findings] };
    const { manifest, manifestText, prefix, manifestName } = found;
    const byName = new Map(entries.map((entry) => [entryName(entry), entry]));
    const differing = await verifyFiles(file, byName, manifest, prefix);
    const listed = new Set([manifestName, ...manifest.files.map(({ path }) => prefix + path)]);
    const unlisted = [...byName.keys()].filter((name) => !listed.has(name) && whyUnsafe(name) === null);
    return {
      ...about,
      manifest,
      manifestText,
      depth: "content",
      findings: [...unsafe, ...differing, ...unlisted.map((name) => unlistedFile(file, name))],
    };
  });
}

/** A file of a verified zip. The content's end is reached only by the content that is listed. */
export interface VerifiedFile {
  readonly listed: ManifestFile;
  readonly content: AsyncIterable<Uint8Array>;
}

/**
 * Every file of a zip that was verified, but for its manifest; each is to be read before the next.
 *
 * @throws ContentDiffers when it is not the same zip any more
 */
export async function* verifiedFiles(verified: VerifiedZip, manifest: ArtifactManifest): AsyncGenerator<VerifiedFile> {
  const { sha256, entries, close } = await openZip(verified.file);
  try {
    if (sha256 !== verified.sha256) throw new ContentDiffers("was changed since it was verified");
    const prefix = prefixOf(manifest);
    const byName = new Map(entries.map((entry) => [entryName(entry), entry]));
    for (const listed of manifest.files) {
      const entry = byName.get(prefix + listed.path);
      if (entry === undefined) throw new ContentDiffers(`does not hold ${listed.path}`);
      yield { listed, content: listedContent(await entry.open(), listed, entry) };
    }
  } finally {
    close();
  }
}

/**
 * The manifest in a zip, without a look at the files that it lists.
 *
 * @throws DkistCoreError BAD_ARTIFACT when the file cannot be read
 */
export async function readZipManifest(file: string): Promise<Read<ArtifactManifest>> {
  return withZip(file, async (zip) => {
    if (zip.damage !== null) return { value: null, findings: [notAZip(file, zip.damage)] };
    const found = await readOwnManifest(file, zip);
    return found.manifest === null
      ? { value: null, findings: found.findings }
      : { value: found.manifest, findings: [] };
  });
}

/** The workflow zip's files lie at its root, as Airflow parses no others; the code zip's in the release's folder. */
function prefixOf({ kind, name, version }: ArtifactManifest): string {
  return kind === "code" ? `${releaseName(name, version)}/` : "";
}

/** The path of a zip's manifest in it. */
function manifestNameOf(manifest: ArtifactManifest): string {
  return manifest.kind === "code"
    ? `${prefixOf(manifest)}manifest.json`
    : `${releaseName(manifest.name, manifest.version)}.manifest.json`;
}

interface OwnManifest {
  readonly manifest: ArtifactManifest;
  readonly manifestText: Uint8Array;
  readonly manifestName: string;
  readonly prefix: string;
}

async function readOwnManifest(
  file: string,
  { entries }: OpenZip,
): Promise<OwnManifest | { readonly manifest: null; readonly findings: readonly Diagnostic[] }> {
  const refused = (...findings: readonly Diagnostic[]) => ({ manifest: null, findings }) as const;
  const candidates = entries.filter((entry) =>
    /^(?:[^/]+\/manifest\.json|[^/]+\.manifest\.json)$/.test(entryName(entry)),
  );
  const [entry, another] = candidates;
  if (entry === undefined) {
    const message = `${path.basename(file)} holds no manifest: neither <name>_<version>/manifest.json nor <name>_<version>.manifest.json`;
    return refused(finding("BAD_MANIFEST", file, message, "give a zip that build has written"));
  }
  if (another !== undefined) {
    const names = `${entryName(entry)} and ${entryName(another)}`;
    return refused(finding("BAD_MANIFEST", file, `${path.basename(file)} holds more than one manifest: ${names}`));
  }
  const manifestName = entryName(entry);
  if (entry.bytes > MAX_MANIFEST_BYTES)
    return refused(finding("OVER_LIMIT", file, `${manifestName} is no manifest's size`));
  let manifestText: Buffer;
  try {
    manifestText = await buffer(await entry.open());
  } catch (cause) {
    return refused(finding("DAMAGED", file, `${manifestName} ${reasonOf(file, cause)}`));
  }
  const { value: manifest, findings } = readArtifactManifest(manifestText.toString("utf8"), `${file} ${manifestName}`);
  if (manifest === null) return refused(...findings);
  if (manifestNameOf(manifest) !== manifestName) {
    const message = `${manifestName} is the manifest of ${manifestNameOf(manifest)}`;
    return refused(finding("BAD_MANIFEST", file, message));
  }
  return { manifest, manifestText, manifestName, prefix: prefixOf(manifest) };
}

async function verifyFiles(
  file: string,
  entries: ReadonlyMap<string, ZipEntry>,
  manifest: ArtifactManifest,
  prefix: string,
): Promise<Diagnostic[]> {
  const findings: Diagnostic[] = [];
  for (const listed of manifest.files) {
    const name = prefix + listed.path;
    const entry = entries.get(name);
    if (entry === undefined) {
      findings.push(finding("FILE_MISSING", file, `${name} is listed in the manifest, and is not there`));
      continue;
    }
    const mode = (entry.mode & 0o7777).toString(8);
    if (mode !== listed.mode && (mode === "644" || mode === "755")) {
      findings.push(finding("DAMAGED", file, `${name} has the mode ${mode}, not ${listed.mode} as listed`));
    }
    try {
      // Not even opened where its size is another: nothing grows beyond what was released.
      if (entry.bytes !== listed.bytes) {
        throw new ContentDiffers(`has ${entry.bytes} bytes, not ${listed.bytes} as listed`);
      }
      await drain(listedContent(await entry.open(), listed, entry));
    } catch (cause) {
      findings.push(finding("DAMAGED", file, `${name} ${reasonOf(file, cause)}`, "build the release again"));
    }
  }
  return findings;
}

/** A disk that fails says nothing about the zip. */
function reasonOf(file: string, cause: unknown): string {
  if (cause instanceof ContentDiffers) return cause.message;
  if (isFromTheDisk(cause)) throw unreadable(file, cause);
  return `cannot be unpacked: ${messageOf(cause)}`;
}

function unlistedFile(file: string, name: string): Diagnostic {
  return finding("FILE_UNLISTED", file, `${name} is in no manifest: it was added later`, "build the release again");
}

function notAZip(file: string, damage: string): Diagnostic {
  return finding(
    "DAMAGED",
    file,
    `${path.basename(file)} is no whole zip: ${damage}`,
    "copy it again, or build the release again",
  );
}
