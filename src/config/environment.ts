import { DkistCoreError } from "../model/diagnostics.js";

/** What the commands take from the environment. An empty variable counts as not set. */
export interface Environment {
  /** BUILD_VERSION: the version where neither a flag nor a workflow gives one. */
  readonly buildVersion: string | null;
  /** DKIST_LOAD_TIMEOUT_SECONDS: how long the config may take to load, and how long the workflow modules. */
  readonly loadTimeoutSeconds: number;
  /** SOURCE_DATE_EPOCH as it stands: other tools read it too, so only what records a date may object to it. */
  readonly sourceDateEpoch: string | null;
  /** CODE_MOUNT: where releases' code is deployed on a worker. */
  readonly codeMount: string | null;
  /** AIRFLOW_API_TOKEN, or AIRFLOW_API_USERNAME and AIRFLOW_API_PASSWORD: how to log in to Airflow's REST API. */
  readonly airflowApi: {
    readonly token: string | null;
    readonly username: string | null;
    readonly password: string | null;
  };
}

/** Long enough for a cold disk and a heavy science stack, short enough for a CI log. */
const DEFAULT_LOAD_TIMEOUT_SECONDS = 60;
/** Far below what a timer can count (24.8 days). */
const MAX_LOAD_TIMEOUT_SECONDS = 24 * 3600;

/**
 * @throws DkistCoreError BAD_USAGE when a variable has a value that cannot be used
 * @example
 * readEnvironment({ BUILD_VERSION: "1.4.0" }).buildVersion // "1.4.0"
 */
export function readEnvironment(env: Readonly<Record<string, string | undefined>>): Environment {
  const given = (name: string): string | null => (env[name] === undefined || env[name] === "" ? null : env[name]);
  return {
    buildVersion: given("BUILD_VERSION"),
    loadTimeoutSeconds: loadTimeout(given("DKIST_LOAD_TIMEOUT_SECONDS")),
    sourceDateEpoch: given("SOURCE_DATE_EPOCH"),
    codeMount: given("CODE_MOUNT"),
    airflowApi: {
      token: given("AIRFLOW_API_TOKEN"),
      username: given("AIRFLOW_API_USERNAME"),
      password: given("AIRFLOW_API_PASSWORD"),
    },
  };
}

function loadTimeout(text: string | null): number {
  if (text === null) return DEFAULT_LOAD_TIMEOUT_SECONDS;
  const seconds = Number(text);
  if (seconds > 0 && seconds <= MAX_LOAD_TIMEOUT_SECONDS) return seconds;
  throw new DkistCoreError("BAD_USAGE", `DKIST_LOAD_TIMEOUT_SECONDS cannot be ${JSON.stringify(text)}`, {
    hint: `give a number of seconds up to ${MAX_LOAD_TIMEOUT_SECONDS}, or leave it unset`,
  });
}
