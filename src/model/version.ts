/** What decides a release's version, strongest first. */
export interface VersionSources {
  /** `--version`. */
  readonly requested: string | null;
  /** The `workflowVersion` of every workflow that gives one. */
  readonly authored: readonly string[];
  /** BUILD_VERSION. */
  readonly environment: string | null;
}

/** The version where nothing says another one. */
export const DEFAULT_VERSION = "dev";

/**
 * The one version of a release.
 *
 * @returns null when the workflows disagree and nothing stronger decides
 * @example
 * resolveVersion({ requested: null, authored: [], environment: "1.4.0" }) // "1.4.0"
 */
export function resolveVersion({ requested, authored, environment }: VersionSources): string | null {
  if (requested !== null) return requested;
  const [first, ...others] = new Set(authored);
  if (first !== undefined) return others.length === 0 ? first : null;
  return environment ?? DEFAULT_VERSION;
}
