import { chmodSync, createWriteStream, mkdirSync, renameSync } from "node:fs";
import { chmod, rm } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { syncFolder, writeDurably, writeFailed, type Staged } from "../disk/staged-files.js";
import { temporaryName } from "../disk/temporary-name.js";
import type { FilesManifest } from "../model/artifact.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { CODE_MANIFEST, CODE_RELEASE } from "./layout.js";
import { ContentDiffers } from "./listed-content.js";
import { surveyCode } from "./survey-code.js";
import { makeTrash } from "./trash.js";
import { isMissing } from "./unreadable.js";
import { verifyFolder } from "./verify-files.js";
import { readVerifiedZip, type VerifiedZip } from "./verify-zip.js";

/** A verified code zip, and where it is to go. */
export interface CodeToStage {
  readonly zip: VerifiedZip;
  readonly manifest: FilesManifest;
  /** The release manifest, of which a copy goes into the folder. */
  readonly releaseText: string;
  /** The release's folder, absolute. */
  readonly target: string;
  /** Whether another build in its place may go to the trash. */
  readonly mayReplace: boolean;
  /** Where what stands in its place goes then, absolute. */
  readonly trash: string;
  readonly stop: AbortSignal | undefined;
}

/** How often another deploy of the same version may come between. */
const MAX_ATTEMPTS = 5;

/**
 * Unpacks a code zip beside its target, on the same disk and under a hidden name, and reads back what was written.
 *
 * @returns `commit` renames it into place. When another deploy was first, what that one put there is verified instead.
 * @throws DkistCoreError WRITE_FAILED, BAD_ARTIFACT when the zip has changed; then nothing is left
 */
export async function stageCode(code: CodeToStage): Promise<Staged> {
  const { target } = code;
  const temporary = path.join(path.dirname(target), temporaryName(path.basename(target)));
  const discard = (): Promise<void> => rm(temporary, { recursive: true, force: true });
  try {
    await unpack(code, temporary);
  } catch (cause) {
    // What cannot be removed must not hide why nothing could be written.
    await discard().catch(() => undefined);
    throw whyNotUnpacked(code.zip.file, cause);
  }
  return {
    discard,
    commit: async () => {
      try {
        await putFolder(temporary, code);
      } catch (cause) {
        await discard().catch(() => undefined);
        throw writeFailed(cause);
      }
    },
  };
}

async function unpack({ zip, manifest, releaseText, stop }: CodeToStage, temporary: string): Promise<void> {
  const folders = new Set([temporary]);
  mkdirSync(temporary);
  const makeFolder = (folder: string): void => {
    if (folders.has(folder)) return;
    makeFolder(path.dirname(folder));
    mkdirSync(folder);
    folders.add(folder);
  };
  await readVerifiedZip(zip, manifest, async (listed, content) => {
    stop?.throwIfAborted();
    const file = path.join(temporary, listed.path);
    makeFolder(path.dirname(file));
    await pipeline(content, createWriteStream(file, { flags: "wx", flush: true }));
    await chmod(file, listed.mode === "755" ? 0o755 : 0o644);
  });
  for (const [name, content] of [
    [CODE_RELEASE, releaseText],
    // Last: a folder without it is no release.
    [CODE_MANIFEST, zip.manifestText],
  ] as const) {
    await writeDurably(path.join(temporary, name), content);
    await chmod(path.join(temporary, name), 0o644);
  }
  for (const folder of [...folders].reverse()) {
    // Tasks run as another user: what may be read must not depend on the umask.
    chmodSync(folder, 0o755);
    await syncFolder(folder);
  }
  const [finding] = await verifyFolder(temporary, manifest, [CODE_MANIFEST, CODE_RELEASE]);
  if (finding !== undefined) throw new Error(`what was unpacked does not read back: ${finding.message}`);
}

/**
 * Renames the folder into place. A rename onto a folder with something in it fails, so of two deploys one is first; and the
 * answer to a rename can be lost on a network file system. So what counts is what is there afterwards.
 */
async function putFolder(temporary: string, { target, manifest, mayReplace, trash }: CodeToStage): Promise<void> {
  let isAside = false;
  for (let attempt = 1; ; attempt += 1) {
    try {
      // Nothing stands between this and the rename to the trash below: no file system that we can count on does both in one.
      renameSync(temporary, target);
      break;
    } catch (cause) {
      const there = await surveyCode(target, manifest.digest);
      const isOurs = there.state === "release" && there.digest === manifest.digest;
      if (isOurs && there.isWhole) {
        await rm(temporary, { recursive: true, force: true });
        break;
      }
      if (there.state === "absent" && isAside) renameSync(trash, target);
      if (there.state === "absent" || attempt === MAX_ATTEMPTS) throw cause;
      if (there.state === "unknown" || !(isOurs || mayReplace)) throw overtaken(target);
      makeTrash(path.dirname(target));
      isAside = moveAside(target, isAside ? `${trash}-${attempt}` : trash);
    }
  }
  await syncFolder(path.dirname(target));
}

/** @returns false when another deploy has moved it away */
function moveAside(target: string, trash: string): boolean {
  try {
    renameSync(target, trash);
    return true;
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
}

function overtaken(target: string): DkistCoreError {
  const message = `another deploy has put other content there: ${target}`;
  return new DkistCoreError("WRITE_FAILED", message, { hint: "see what is there: dkist-core releases" });
}

/** A zip that is not the verified one any more is another thing than a disk that cannot be written. */
export function whyNotUnpacked(zip: string, cause: unknown): DkistCoreError {
  if (!(cause instanceof ContentDiffers)) return writeFailed(cause);
  const message = `${path.basename(zip)} ${cause.message}`;
  return new DkistCoreError("BAD_ARTIFACT", message, { hint: "verify it, then deploy again", location: { file: zip } });
}
