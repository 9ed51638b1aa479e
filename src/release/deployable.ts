import type { Wanted } from "./deploy-plan.js";
import type { VerifiedRelease } from "./verify-release.js";
import type { VerifiedZip } from "./verify-zip.js";

/** A release in which nothing was found wrong. */
export interface Deployable {
  readonly wanted: Wanted;
  readonly codeZip: VerifiedZip;
  readonly workflowZip: VerifiedZip;
  /** The release manifest. */
  readonly text: string;
}

/** @returns null when something was found wrong */
export function deployableOf({ release, zips, text, findings }: VerifiedRelease): Deployable | null {
  const { code, workflows } = zips;
  if (findings.length > 0 || release === null || !code?.manifest || !workflows?.manifest) return null;
  const { name, version } = release;
  const wanted = { name, version, code: code.manifest, workflows: workflows.manifest };
  return { wanted, codeZip: code, workflowZip: workflows, text };
}
