import { randomBytes } from "node:crypto";
import path from "node:path";
import type { Staged } from "../disk/staged-files.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { counted } from "../model/counted.js";
import { releaseName } from "../model/naming.js";
import type { Progress } from "../model/progress.js";
import { DEFAULT_VERSION } from "../model/version.js";
import { planDeployment, type DagsAs, type Plan, type DeployStep, type There, type Wanted } from "./deploy-plan.js";
import type { Deployable } from "./deployable.js";
import { TRASH } from "./layout.js";
import { look } from "./look.js";
import { removeLeftHalf } from "./leftovers.js";
import { stageCode } from "./stage-code.js";
import { stageDags } from "./stage-dags.js";
import { surveyCode } from "./survey-code.js";
import { surveyDagsFor } from "./survey-dags-for.js";

/** Where a release is to go. All paths are absolute. */
export interface Targets {
  readonly codeMounts: readonly string[];
  /** Null: no DAG files. */
  readonly dags: string | null;
  /** Null: as they are there already, else as files. */
  readonly dagsAs: DagsAs | null;
}

/** What a deploy did beside its plan's steps. */
export interface Deployed {
  /** What killed deploys had left half made. */
  readonly removedLeftovers: readonly string[];
  /** What was there before, and is replaced or removed now. */
  readonly kept: readonly {
    /** Where it was. */
    readonly path: string;
    /** Where it is kept. */
    readonly trash: string;
  }[];
}

/**
 * Looks at the targets and decides what to do.
 *
 * @param how - `quick`: takes the code that is there by its manifest, without a look at its files
 * @throws DkistCoreError BAD_ARTIFACT when something there cannot be read
 */
export async function surveyAndPlan(wanted: Wanted, targets: Targets, how: "whole" | "quick" = "whole"): Promise<Plan> {
  const folder = releaseName(wanted.name, wanted.version);
  const there: There = {
    code: await Promise.all(
      targets.codeMounts.map(async (mount) => {
        const target = path.join(mount, folder);
        return { folder: target, there: await surveyCode(target, wanted.code.digest, how) };
      }),
    ),
    dags: targets.dags === null ? null : await surveyDagsFor(targets.dags, wanted),
  };
  return planDeployment(wanted, there, targets.dagsAs);
}

/**
 * Takes a plan's steps. Everything is written beside its place first; then the code is renamed into place, and the DAG
 * files last: a DAG that Airflow can see has its code.
 *
 * @throws DkistCoreError WRITE_FAILED. When the message names nothing that is in place already, nothing has changed; what
 *   is in place is whole, and the same deploy again goes on from there.
 */
export async function applyPlan(
  release: Deployable,
  { steps, dagsAs }: Plan,
  targets: Targets,
  progress: Progress,
): Promise<Deployed> {
  const { wanted } = release;
  const places = [...targets.codeMounts, ...(targets.dags === null ? [] : [targets.dags])];
  const removedLeftovers = places.flatMap(removeLeftHalf);
  const changes = steps.filter(({ action }) => action !== "same");
  if (changes.length === 0) return { removedLeftovers, kept: [] };

  const trashName = `${releaseName(wanted.name, wanted.version)}.${randomBytes(4).toString("hex")}`;
  const staged: StagedPart[] = [];
  const trashOf = new Map<string, string>();
  progress.start("unpack");
  try {
    for (const step of changes.filter(({ what }) => what === "code")) {
      const trash = path.join(path.dirname(step.path), TRASH, trashName);
      const code = {
        zip: release.codeZip,
        manifest: wanted.code,
        target: step.path,
        mayReplace: wanted.version === DEFAULT_VERSION,
        trash,
      };
      staged.push({ what: "code", steps: [step], staged: await stageCode(code) });
      if (step.action !== "new") trashOf.set(step.path, trash);
    }
    const dagSteps = changes.filter(({ what }) => what !== "code");
    if (targets.dags !== null && dagsAs !== null && dagSteps.length > 0) {
      const trash = path.join(targets.dags, TRASH, trashName);
      const dags = await stageDags(release, dagSteps, targets.dags, trash);
      staged.push({ what: "dags", steps: dagSteps, staged: dags });
      for (const step of dagSteps) {
        if (step.action !== "new") trashOf.set(step.path, path.join(trash, path.basename(step.path)));
      }
    }
  } catch (error) {
    await Promise.allSettled(staged.map(({ staged }) => staged.discard()));
    throw error;
  }
  progress.done("unpack", `${counted(changes.length, "part")} beside their places, read back`);

  await commitAll(staged, progress);
  await refuseOvertaken(wanted, { ...targets, dagsAs });
  // Where another deploy was first, nothing had to go.
  const kept = await Promise.all(
    [...trashOf].map(async ([path, trash]) => ((await look(trash)) === null ? [] : [{ path, trash }])),
  );
  return { removedLeftovers, kept: kept.flat() };
}

interface StagedPart {
  readonly what: "code" | "dags";
  readonly steps: readonly DeployStep[];
  readonly staged: Staged;
}

async function commitAll(parts: readonly StagedPart[], progress: Progress): Promise<void> {
  const inPlace: string[] = [];
  for (const [index, { what, steps, staged }] of parts.entries()) {
    progress.start(what);
    try {
      await staged.commit();
    } catch (error) {
      await Promise.allSettled(parts.slice(index + 1).map((later) => later.staged.discard()));
      throw partly(error, inPlace);
    }
    inPlace.push(...steps.map((step) => step.path));
    progress.done(what, what === "code" ? "renamed into place" : `${steps.length} renamed into place, after the code`);
  }
}

/** The error, with what is in place already. */
function partly(error: unknown, inPlace: readonly string[]): unknown {
  if (!(error instanceof DkistCoreError) || inPlace.length === 0) return error;
  const message = `${error.message}; in place already: ${inPlace.join(", ")}`;
  return new DkistCoreError(error.code, message, {
    hint: "mend that, then deploy again: it goes on from there",
    cause: error,
  });
}

/** Of two deploys of different builds of `dev`, each may have put a part in place last. */
async function refuseOvertaken(wanted: Wanted, targets: Targets): Promise<void> {
  const { steps } = await surveyAndPlan(wanted, targets, "quick");
  if (steps.every(({ action }) => action === "same")) return;
  const release = `${wanted.name} ${wanted.version}`;
  throw new DkistCoreError(
    "WRITE_FAILED",
    `another deploy of ${release}, with other content, went on at the same time`,
    {
      hint: "decide which one is to be there, and deploy that one again",
    },
  );
}
