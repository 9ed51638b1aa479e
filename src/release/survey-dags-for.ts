import path from "node:path";
import { releaseName } from "../model/naming.js";
import type { DagsThere, Wanted } from "./deploy-plan.js";
import { dagFileThere, surveyDags, type DagFileThere } from "./survey-dags.js";
import { verifyZip } from "./verify-zip.js";
import { DEFAULT_LIMITS } from "./zip-directory.js";

/**
 * What a DAGs folder holds that matters to one release.
 *
 * @throws DkistCoreError BAD_ARTIFACT when something in it cannot be read
 */
export async function surveyDagsFor(folder: string, wanted: Wanted): Promise<DagsThere> {
  const own = releaseName(wanted.name, wanted.version);
  const deployed = await surveyDags(folder);
  const ownFiles = deployed.find(({ release, as }) => release === own && as === "files");
  const ownZip = deployed.find(({ release, as }) => release === own && as === "zip");
  const before = ownFiles?.manifest?.files ?? [];
  const names = new Set([...wanted.workflows.files, ...before].map((file) => file.path));
  const dagFiles = new Map<string, DagFileThere>();
  for (const name of names) {
    const there = await dagFileThere(path.join(folder, name));
    if (there !== null) dagFiles.set(name, there);
  }
  const others = deployed.filter(({ release }) => release !== own);
  return {
    folder,
    manifest: ownFiles === undefined ? null : { digest: ownFiles.manifest?.digest ?? null, files: before },
    hasFacts: [ownFiles, ownZip].some((one) => one?.facts != null),
    zip:
      ownZip === undefined
        ? null
        : {
            digest: ownZip.manifest?.digest ?? null,
            isWhole: (await verifyZip(ownZip.file, DEFAULT_LIMITS)).findings.length === 0,
          },
    dagFiles,
    claimed: new Map(
      others.flatMap(({ release, manifest }) => (manifest?.files ?? []).map((file) => [file.path, release] as const)),
    ),
  };
}
