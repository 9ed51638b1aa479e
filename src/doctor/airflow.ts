import { absent, ok, problem, warning, type Verdict } from "./check.js";

/** Which Python is asked, and who says so. */
export interface PythonChoice {
  /** Undefined where there is none. */
  readonly python: string | undefined;
  /** The option or setting that names it; undefined where it was looked for on PATH. */
  readonly namedBy: string | undefined;
}

const NONE = "no Python 3 on PATH";

/** @param version - e.g. `3.11.7`; undefined where it does not run */
export function pythonVerdict({ python, namedBy }: PythonChoice, version: string | undefined): Verdict {
  if (python === undefined) return absent(NONE, "without one, nothing checks the DAG files before they go out");
  if (version === undefined) return problem(`${python} does not run`, hintFor(namedBy));
  const found = `${version} (${python})`;
  return version.startsWith("3.") ? ok(found) : problem(found, hintFor(namedBy));
}

/** What a Python's Airflow said of itself. */
export interface AirflowFacts {
  /** Null where there is none, or where it cannot say. */
  readonly version: string | null;
  /** Why what the DAG files import cannot be imported; null where it can, or where there is no Airflow. */
  readonly refusal: string | null;
}

const SUPPORTED = "the DAG files are made for Airflow 2.10, 2.11 and 3";

/** @param facts - undefined where there is no Python to ask */
export function airflowVerdict({ python, namedBy }: PythonChoice, facts: AirflowFacts | undefined): Verdict {
  if (python === undefined || facts === undefined) return absent(NONE);
  const { version, refusal } = facts;
  if (version === null && refusal === null) {
    if (namedBy !== undefined) return problem(`none in ${python}, which ${namedBy} names`, hintFor(namedBy));
    return absent(`none in ${python}`, `--airflow names another Python; ${SUPPORTED}`);
  }
  const found = `${version ?? "of unknown version"} (${python})`;
  if (refusal !== null) {
    const hint = "install Airflow anew in an environment of its own; Airflow 3 needs apache-airflow-providers-standard";
    return problem(`${found} cannot import what the DAG files import: ${refusal}`, hint);
  }
  const [major = 0, minor = 0] = (version ?? "").split(".").map(Number);
  if (major === 3 || (major === 2 && (minor === 10 || minor === 11))) return ok(found);
  return major > 3 ? warning(found, `${SUPPORTED}; this one is newer`) : problem(found, SUPPORTED);
}

function hintFor(namedBy: string | undefined): string {
  return `${namedBy ?? "--airflow"} must name a Python 3 of the environment that Airflow is installed in`;
}
