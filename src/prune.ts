import path from "node:path";
import type { Outcome } from "./build.js";
import { readEnvironment } from "./config/environment.js";
import { counted } from "./model/counted.js";
import { DkistCoreError } from "./model/diagnostics.js";
import { releaseName } from "./model/naming.js";
import type { Progress } from "./model/progress.js";
import { requireWholeNumber } from "./model/whole-number.js";
import { placesOf, type PlaceOptions } from "./release-places.js";
import { openAirflowRest } from "./release/airflow-rest.js";
import { deleteForGood, longInTrash } from "./release/empty-trash.js";
import type { Leftover } from "./release/leftovers.js";
import { findReleases, type DeployedRelease } from "./release/list-releases.js";
import { findPromotions } from "./release/promotion.js";
import { planPrune } from "./release/prune-plan.js";
import { pruneRelease, whyNeeded, type Removable, type Users } from "./release/prune.js";
import { dagFilesOf } from "./release/dag-files-of.js";
import { readLatest } from "./render/latest.js";

const SECONDS_A_DAY = 24 * 60 * 60;

/** What {@link pruneReleases} takes. */
export interface PruneOptions extends PlaceOptions {
  /** How many of the newest versions of each name stay. */
  readonly keep: number;
  /** Of Airflow's web server or api-server. */
  readonly airflowUrl: string;
  /** Also delete what has lain in the trash for so many days. Default: the trash is left alone. */
  readonly emptyTrashDays?: number;
  /** Remove what may go. Default: only say it. */
  readonly yes?: boolean;
  /** Told when a stage starts, and what came of it. */
  readonly progress?: Progress;
}

/** What became of the deployed releases. */
export interface PruneResult {
  /** Airflow's version. */
  readonly airflow: string;
  /** Whether it was only said. */
  readonly dryRun: boolean;
  /** By name, then version. */
  readonly releases: readonly {
    /** `<name>_<version>`. */
    readonly release: string;
    /** `goes`: with `yes` it would be removed. */
    readonly outcome: "kept" | "goes" | "removed";
    /** Why it is kept; null for others. */
    readonly reason: string | null;
    /** Where it is now. */
    readonly trash: readonly string[];
  }[];
  /** What has lain in the trash for long enough; gone for good, unless it was only said. */
  readonly emptied: readonly Leftover[];
}

/** See `pruneReleases` in `build.ts`. */
export async function pruneReleases(options: PruneOptions): Promise<Outcome<PruneResult>> {
  const { keep, airflowUrl, emptyTrashDays = 0, yes = false, progress } = options;
  requireWholeNumber("keep", keep, 1);
  requireWholeNumber("emptyTrashDays", emptyTrashDays, 0);
  const places = await placesOf(options);
  const { codeMounts, dags } = places;
  if (dags === null) {
    throw new DkistCoreError("BAD_USAGE", "without the DAGs folder it is not known which version is promoted", {
      hint: "give --dags FOLDER",
    });
  }
  progress?.start("airflow");
  const airflow = await openAirflowRest(airflowUrl, readEnvironment(options.env ?? process.env).airflowApi);
  progress?.done("airflow", `version ${airflow.version}`);

  progress?.start("look");
  const { releases } = await findReleases(codeMounts, dags, "quick");
  const promotions = await findPromotions(dags, readLatest);
  const promoted = new Map(promotions.map(({ promotion: { name, version } }) => [name, version]));
  const decisions = planPrune(releases, keep, promoted);
  progress?.done("look", counted(releases.length, "release"));

  const outcomes: PruneResult["releases"][number][] = [];
  for (const { release, keptBecause } of decisions) {
    progress?.start("prune");
    if (keptBecause !== null) outcomes.push(kept(release, keptBecause));
    else if (release.dags?.state === "broken")
      outcomes.push(
        kept(release, "its manifest in the DAGs folder cannot be trusted, or its DAG files are there twice"),
      );
    else
      outcomes.push(
        await pruned(
          removable(release, dags, await dagFilesOf(dags, release.release)),
          { airflow, isPromoted: () => isPromoted(dags, release.release) },
          yes,
          outcomes,
        ),
      );
  }
  if (decisions.length > 0)
    progress?.done("prune", `${outcomes.filter(({ outcome }) => outcome !== "kept").length} go`);
  const emptied = await emptyTrash([...codeMounts, dags], options);
  return { ok: true, diagnostics: [], result: { airflow: airflow.version, dryRun: !yes, releases: outcomes, emptied } };
}

/** @param release - `<name>_<version>` */
async function isPromoted(dags: string, release: string): Promise<boolean> {
  const promotions = await findPromotions(dags, readLatest);
  return promotions.some(({ promotion: { name, version } }) => releaseName(name, version) === release);
}

async function pruned(
  release: Removable,
  users: Users,
  yes: boolean,
  before: PruneResult["releases"],
): Promise<PruneResult["releases"][number]> {
  const { release: name } = release;
  try {
    if (!yes) {
      const reason = await whyNeeded(release, users);
      return { release: name, outcome: reason === null ? "goes" : "kept", reason, trash: [] };
    }
    const done = await pruneRelease(release, users);
    return done.removed
      ? { release: name, outcome: "removed", reason: null, trash: done.trash }
      : { release: name, outcome: "kept", reason: done.keptBecause, trash: [] };
  } catch (error) {
    const gone = before.filter(({ outcome }) => outcome === "removed").map((one) => one.release);
    if (!(error instanceof DkistCoreError) || gone.length === 0) throw error;
    throw new DkistCoreError(error.code, `${error.message}; removed before that: ${gone.join(", ")}`, {
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      cause: error,
    });
  }
}

async function emptyTrash(
  folders: readonly string[],
  { emptyTrashDays, yes = false, progress }: PruneOptions,
): Promise<Leftover[]> {
  if (emptyTrashDays === undefined) return [];
  progress?.start("trash");
  const found: Leftover[] = [];
  for (const folder of folders) found.push(...(await longInTrash(folder, emptyTrashDays * SECONDS_A_DAY)));
  if (yes) for (const leftover of found) await deleteForGood(leftover);
  progress?.done("trash", `${found.length} older than ${counted(emptyTrashDays, "day")}`);
  return found;
}

function kept({ release }: DeployedRelease, reason: string): PruneResult["releases"][number] {
  return { release, outcome: "kept", reason, trash: [] };
}

function removable(release: DeployedRelease, folder: string, files: readonly string[]): Removable {
  return {
    release: release.release,
    dagIds: release.dagIds ?? [],
    dags: files.length === 0 ? null : { folder, files },
    codeMounts: release.code.filter(({ state }) => state !== "absent").map(({ path: code }) => path.dirname(code)),
  };
}
