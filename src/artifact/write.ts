import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { putInPlace, writeDurably, type StagedFile } from "../disk/staged-files.js";
import { sha256 } from "../model/digest.js";
import { DkistCoreError } from "../model/diagnostics.js";
import type { Artifact, ReleaseFacts, ReleaseManifest, WrittenArtifact, WrittenFile } from "../model/artifact.js";
import { releaseName } from "../model/naming.js";
import { DEFAULT_VERSION } from "../model/version.js";
import { checkZip, writeZip } from "./zip.js";

/** What is said about a release, once its artifacts' digests are known. */
export interface ReleaseTexts {
  readonly describe: (written: readonly WrittenArtifact[]) => ReleaseFacts;
  /** The page for people. */
  readonly page: (release: ReleaseFacts) => string;
}

/**
 * Writes a release: both zips, read back and checked, the page, then the release manifest, which makes them one.
 *
 * @param folder - absolute; made if it is not there
 * @throws DkistCoreError RELEASE_EXISTS when this version was released with other content; WRITE_FAILED
 */
export async function writeRelease(
  folder: string,
  artifacts: readonly Artifact[],
  { describe, page }: ReleaseTexts,
  replace: boolean,
): Promise<ReleaseManifest> {
  const written: WrittenArtifact[] = [];
  const zips = artifacts.map((artifact): StagedFile => ({
    target: path.join(folder, artifact.fileName),
    write: async (temporary) => {
      await writeZip(temporary, artifact.entries, artifact.date ?? undefined);
      await checkZip(temporary, artifact.entries);
      written.push({ kind: artifact.kind, path: artifact.fileName, ...(await onDisk(temporary)) });
    },
  }));
  const planned = describe([]);
  const release = releaseName(planned.name, planned.version);
  let report: WrittenFile = writtenFile(`${release}.html`, Buffer.of());
  let manifest: ReleaseManifest = { ...planned, report };
  const reportFile: StagedFile = {
    target: path.join(folder, report.path),
    write: async (temporary) => {
      const content = Buffer.from(page(describe(written)));
      await writeDurably(temporary, content);
      report = writtenFile(report.path, content);
    },
  };
  const target = path.join(folder, `${release}.json`);
  const commitPoint: StagedFile = {
    target,
    write: async (temporary) => {
      manifest = { ...describe(written), report };
      if (!replace) await refuseOtherContent(target, manifest);
      await writeDurably(temporary, `${JSON.stringify(manifest, undefined, 2)}\n`);
    },
  };
  await putInPlace([...zips, reportFile, commitPoint]);
  return manifest;
}

function writtenFile(name: string, content: Uint8Array): WrittenFile {
  return { path: name, sha256: sha256(content), bytes: content.byteLength };
}

/** Read in pieces: a code zip may be larger than what memory, or one Buffer, holds. */
async function onDisk(file: string): Promise<Omit<WrittenFile, "path">> {
  const digest = createHash("sha256");
  await pipeline(createReadStream(file), digest);
  return { sha256: digest.digest("hex"), bytes: (await stat(file)).size };
}

/**
 * A released version never changes: what runs under a version today must be what ran under it yesterday. The page does not
 * run: it says which checks were made this time.
 */
async function refuseOtherContent(target: string, manifest: ReleaseManifest): Promise<void> {
  if (manifest.version === DEFAULT_VERSION) return;
  const why = await whyNotReplaced(target, manifest);
  if (why === undefined) return;
  throw new DkistCoreError("RELEASE_EXISTS", `version ${manifest.version} was built before, ${why}`, {
    hint: "give this build a new version (dkist-core diff shows what differs); --force replaces the old one",
    location: { file: path.basename(target) },
  });
}

async function whyNotReplaced(target: string, manifest: ReleaseManifest): Promise<string | undefined> {
  const digests = ({ artifacts }: ReleaseManifest): string =>
    JSON.stringify(artifacts.map(({ kind, sha256 }) => [kind, sha256]));
  try {
    const released = JSON.parse(await readFile(target, "utf8")) as ReleaseManifest;
    return digests(released) === digests(manifest) ? undefined : otherContent(released, manifest);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    // It was whole when it was put in place: what was released then, nobody can say.
    return "and its release manifest cannot be read any more";
  }
}

function otherContent(released: ReleaseManifest, manifest: ReleaseManifest): string {
  const [before, now] = [released.gitCommit, manifest.gitCommit].map((commit) => commit?.slice(0, 7) ?? "no commit");
  return before === now ? "with other content" : `from another commit: ${before}, now ${now}`;
}
