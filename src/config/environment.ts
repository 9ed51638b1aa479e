/** What the commands take from the environment. An empty variable counts as not set. */
export interface Environment {
  /** BUILD_VERSION: the version where neither a flag nor a workflow gives one. */
  readonly buildVersion: string | null;
  /** DKIST_LOAD_TIMEOUT_SECONDS: how long the workflow modules may take to load. */
  readonly loadTimeoutSeconds: number;
}

/** Long enough for a cold disk and a heavy science stack, short enough for a CI log. */
const DEFAULT_LOAD_TIMEOUT_SECONDS = 60;

/**
 * @example
 * readEnvironment({ BUILD_VERSION: "1.4.0" }).buildVersion // "1.4.0"
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const timeout = Number(env["DKIST_LOAD_TIMEOUT_SECONDS"]);
  return {
    buildVersion: env["BUILD_VERSION"] === undefined || env["BUILD_VERSION"] === "" ? null : env["BUILD_VERSION"],
    loadTimeoutSeconds: Number.isFinite(timeout) && timeout > 0 ? timeout : DEFAULT_LOAD_TIMEOUT_SECONDS,
  };
}
