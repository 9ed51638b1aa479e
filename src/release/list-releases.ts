import path from "node:path";
import type { Diagnostic } from "../model/diagnostics.js";
import { byCodeUnit } from "../model/naming.js";
import { byVersion } from "../model/version-order.js";
import { finding } from "./finding.js";
import { CODE_MANIFEST } from "./layout.js";
import { look, namesIn } from "./look.js";
import { surveyCode, verifyCodeFolder, type DeployedCode } from "./survey-code.js";
import { releaseIn, surveyDags, verifyDags, type DeployedDags } from "./survey-dags.js";
import { checkBuild } from "./verify-release.js";

/** A release as it is deployed. */
export interface DeployedRelease {
  /** `<name>_<version>`. */
  readonly release: string;
  /** Null where only DAG files without a manifest tell of it, which give the whole alone. */
  readonly name: string | null;
  /** Null where the name is. */
  readonly version: string | null;
  /** Null where no manifest can be trusted, and outside git. */
  readonly gitCommit: string | null;
  /** Null where the commit is. */
  readonly gitDirty: boolean | null;
  /** Sorted; null where nothing says it. */
  readonly dagIds: readonly string[] | null;
  /** For each CODE_MOUNT. */
  readonly code: readonly DeployedHalf[];
  /** Null where no DAGs folder was given. */
  readonly dags: DeployedDagFiles | null;
}

/** The code, or the DAG files. */
export interface DeployedHalf {
  /** Absolute. */
  readonly path: string;
  /** `unchecked`: there, its files not looked at. */
  readonly state: "whole" | "broken" | "unchecked" | "absent";
}

/** The DAG files. */
export interface DeployedDagFiles extends DeployedHalf {
  /** Null where there are none. */
  readonly as: "files" | "zip" | null;
}

/** What a DAGs folder says of one release. */
interface DagsOfRelease {
  readonly deployed: DeployedDags | null;
  /** Whether they are there both as files and as a zip. */
  readonly isTwice: boolean;
  /** DAG files that say they are of it, and that no manifest lists. */
  readonly loose: readonly string[];
}

/**
 * Finds what is deployed, and verifies it.
 *
 * @param how - `quick`: manifests alone
 * @throws DkistCoreError BAD_ARTIFACT when something cannot be read
 */
export async function findReleases(
  codeMounts: readonly string[],
  dags: string | null,
  how: "whole" | "quick",
): Promise<{ readonly releases: readonly DeployedRelease[]; readonly findings: readonly Diagnostic[] }> {
  const byRelease = dags === null ? new Map<string, DagsOfRelease>() : await dagsByRelease(dags);
  const names = new Set(byRelease.keys());
  for (const mount of codeMounts) for (const name of await releaseFolders(mount)) names.add(name);
  const found: { release: DeployedRelease; findings: Diagnostic[] }[] = [];
  for (const name of names) found.push(await describe(name, codeMounts, dags, byRelease.get(name), how));
  found.sort(({ release: a }, { release: b }) => byNameAndVersion(a, b));
  return { releases: found.map(({ release }) => release), findings: found.flatMap(({ findings }) => findings) };
}

async function describe(
  release: string,
  codeMounts: readonly string[],
  dagsFolder: string | null,
  ofDags: DagsOfRelease | undefined,
  how: "whole" | "quick",
): Promise<{ release: DeployedRelease; findings: Diagnostic[] }> {
  const findings: Diagnostic[] = [];
  const halves: DeployedHalf[] = [];
  const stateOf = (own: readonly Diagnostic[]): DeployedHalf["state"] => {
    findings.push(...own);
    return own.some(({ severity }) => severity === "error") ? "broken" : how === "quick" ? "unchecked" : "whole";
  };

  const deployed = ofDags?.deployed ?? null;
  const loose = ofDags?.loose ?? [];
  const isInDags = deployed !== null || loose.length > 0;
  const codes: DeployedCode[] = [];
  for (const mount of codeMounts) {
    const folder = path.join(mount, release);
    const there = await surveyCode(folder, "", "quick");
    if (there.state === "absent") {
      halves.push({ path: folder, state: "absent" });
      if (isInDags) findings.push(withoutCode(release, folder));
      continue;
    }
    const code = await verifyCodeFolder(folder, how);
    codes.push(code);
    const other =
      deployed?.manifest && code.manifest ? checkBuild(deployed.file, deployed.manifest, code.manifest) : [];
    halves.push({ path: folder, state: stateOf([...code.findings, ...other]) });
  }

  let dags: DeployedRelease["dags"] = null;
  if (dagsFolder !== null) {
    if (deployed !== null) {
      const own = how === "quick" ? deployed.findings : await verifyDags(deployed);
      const twice = ofDags?.isTwice === true ? [asFilesAndZip(release, dagsFolder)] : [];
      dags = { path: deployed.file, as: deployed.as, state: stateOf([...own, ...twice]) };
    } else {
      dags = {
        path: dagsFolder,
        as: loose.length > 0 ? "files" : null,
        state: loose.length > 0 ? "unchecked" : "absent",
      };
      if (!isInDags && codes.some(({ manifest }) => manifest !== null)) findings.push(withoutDags(release, dagsFolder));
    }
    if (loose.length > 0) findings.push(withoutManifest(release, dagsFolder, loose));
  }

  const about = codes.find((code) => code.manifest !== null)?.manifest ?? deployed?.manifest ?? null;
  return {
    release: {
      release,
      name: about?.name ?? null,
      version: about?.version ?? null,
      gitCommit: about?.gitCommit ?? null,
      gitDirty: about?.gitDirty ?? null,
      dagIds: about?.workflows.map(({ dagId }) => dagId).sort(byCodeUnit) ?? null,
      code: halves,
      dags,
    },
    findings,
  };
}

async function releaseFolders(mount: string): Promise<string[]> {
  const names = (await namesIn(mount)).filter((name) => !name.startsWith("."));
  const manifests = await Promise.all(names.map((name) => look(path.join(mount, name, CODE_MANIFEST))));
  return names.filter((_, index) => manifests[index] !== null);
}

async function dagsByRelease(folder: string): Promise<Map<string, DagsOfRelease>> {
  const deployed = await surveyDags(folder);
  const listed = new Set(
    deployed.flatMap(({ as, manifest }) => (as === "zip" ? [] : (manifest?.files ?? []).map((file) => file.path))),
  );
  const found = new Map<string, { deployed: DeployedDags | null; isTwice: boolean; loose: string[] }>();
  for (const one of deployed) {
    const known = found.get(one.release);
    if (known === undefined) found.set(one.release, { deployed: one, isTwice: false, loose: [] });
    else known.isTwice = true;
  }
  const names = (await namesIn(folder)).filter((name) => name.endsWith(".py") && !listed.has(name));
  for (const name of names) {
    const release = await releaseIn(path.join(folder, name)).catch(() => null);
    if (release === null) continue;
    const known = found.get(release) ?? { deployed: null, isTwice: false, loose: [] };
    known.loose.push(name);
    found.set(release, known);
  }
  return found;
}

function withoutCode(release: string, folder: string): Diagnostic {
  const message = `${release} has DAG files, and no code here: its tasks would end with exit code 78`;
  return finding("RELEASE_INCOMPLETE", folder, message, "deploy it with this --code-mount");
}

function withoutDags(release: string, folder: string): Diagnostic {
  const message = `${release} has code, and no DAG files here: nothing can start it`;
  return { ...finding("RELEASE_INCOMPLETE", folder, message, "deploy it with this --dags"), severity: "warning" };
}

function asFilesAndZip(release: string, folder: string): Diagnostic {
  const message = `the DAG files of ${release} are here both as files and in a zip: Airflow finds each DAG twice`;
  return finding("RELEASE_MIXED", folder, message, "remove one of them");
}

function withoutManifest(release: string, folder: string, names: readonly string[]): Diagnostic {
  const message = `${names.join(", ")}: of ${release}, but in no manifest, so not verified`;
  const hint = "a deploy of it that was killed, or of dev before, or export-dags has put them there; deploy it again";
  return { ...finding("RELEASE_INCOMPLETE", folder, message, hint), severity: "warning" };
}

function byNameAndVersion(a: DeployedRelease, b: DeployedRelease): number {
  return (
    byCodeUnit(a.name ?? a.release, b.name ?? b.release) ||
    byVersion(a.version ?? "", b.version ?? "") ||
    byCodeUnit(a.release, b.release)
  );
}
