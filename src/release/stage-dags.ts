import { copyFileSync, mkdirSync, renameSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import {
  stageFiles,
  syncFolder,
  writeDurably,
  writeFailed,
  type Staged,
  type StagedFile,
} from "../disk/staged-files.js";
import { sha256 } from "../model/digest.js";
import type { DeployStep } from "./deploy-plan.js";
import type { Deployable } from "./deployable.js";
import { dagsLayout } from "./layout.js";
import { ContentDiffers } from "./listed-content.js";
import { whyNotUnpacked } from "./stage-code.js";
import { makeTrash } from "./trash.js";
import { verifiedFiles } from "./verify-zip.js";

/**
 * Writes a release's DAG files beside their places, where Airflow does not take them for DAG files: hidden, and with an
 * ending of their own. A zip it knows by its content, so that one waits in the trash, which Airflow ignores.
 *
 * @param steps - those of the plan that change something, in its order
 * @param folder - the DAGs folder, absolute
 * @param trash - where what is replaced or removed is kept, absolute
 * @returns `commit`: DAG files in place one by one, then those away that the release has no more, then its manifest
 * @throws DkistCoreError WRITE_FAILED, and then nothing is left
 */
export async function stageDags(
  release: Deployable,
  steps: readonly DeployStep[],
  folder: string,
  trash: string,
): Promise<Staged> {
  const contents = await contentsOf(release, steps).catch((cause: unknown) => {
    throw whyNotUnpacked(release.workflowZip.file, cause);
  });
  const staged = (some: readonly DeployStep[]): Promise<Staged> =>
    stageFiles(
      some
        .filter(({ action }) => action !== "remove")
        .map((step): StagedFile => ({
          target: step.path,
          ...(step.what === "zip" ? { stagingFolder: path.dirname(trash) } : {}),
          write: (temporary) => writeChecked(temporary, contents.get(step.path) ?? Buffer.of()),
        })),
    );
  if (steps.some(({ what, action }) => what === "zip" || action !== "new")) prepareTrash(folder);
  const files = await staged(steps.filter(({ what }) => what !== "manifest"));
  let manifest: Staged;
  try {
    manifest = await staged(steps.filter(({ what }) => what === "manifest"));
  } catch (error) {
    await files.discard();
    throw error;
  }
  const discard = async (): Promise<void> => {
    await Promise.all([files.discard(), manifest.discard()]);
  };
  return {
    discard,
    commit: async () => {
      try {
        keep(steps, trash);
        await files.commit();
        for (const { action, path: file } of steps) {
          if (action === "remove") renameSync(file, path.join(trash, path.basename(file)));
        }
        await manifest.commit();
        await syncFolder(folder);
      } catch (cause) {
        await discard();
        throw writeFailed(cause);
      }
    },
  };
}

/** By target: what is to be written there. */
async function contentsOf(release: Deployable, steps: readonly DeployStep[]): Promise<Map<string, Uint8Array>> {
  const { wanted, workflowZip } = release;
  const dagFiles = new Map<string, Uint8Array>();
  for await (const { listed, content } of verifiedFiles(workflowZip, wanted.workflows)) {
    dagFiles.set(listed.path, await buffer(content as AsyncIterable<Buffer>));
  }
  const byName = new Map<string, Uint8Array>([...dagFiles, [dagsLayout(wanted).manifest, workflowZip.manifestText]]);
  const zip = steps.some(({ what }) => what === "zip") ? await readZipBytes(workflowZip) : Buffer.of();
  return new Map(
    steps.map(({ what, path: file }) => [
      file,
      what === "zip" ? zip : (byName.get(path.basename(file)) ?? Buffer.of()),
    ]),
  );
}

async function readZipBytes({ file, sha256: expected }: Deployable["workflowZip"]): Promise<Buffer> {
  const bytes = await readFile(file);
  if (sha256(bytes) !== expected) throw new ContentDiffers("was changed since it was verified");
  return bytes;
}

async function writeChecked(temporary: string, content: Uint8Array): Promise<void> {
  await writeDurably(temporary, content);
  if (sha256(await readFile(temporary)) !== sha256(content))
    throw new Error(`${temporary} does not read back as written`);
}

function prepareTrash(folder: string): void {
  try {
    makeTrash(folder);
  } catch (cause) {
    throw writeFailed(cause);
  }
}

/** Copies, so that at no moment there is no file. */
function keep(steps: readonly DeployStep[], trash: string): void {
  if (steps.every(({ action }) => action === "new")) return;
  mkdirSync(trash, { recursive: true });
  for (const { action, path: file } of steps) {
    if (action === "replace" || action === "restore") copyFileSync(file, path.join(trash, path.basename(file)));
  }
}
