import { byVersion } from "../model/version-order.js";
import { ok, problem, type Verdict } from "./check.js";

/** What a Node has to be at least. */
export interface NodeFloors {
  /** That of this package, e.g. `20.19`. */
  readonly library: string;
  /** The config's `node`, e.g. `node22`; undefined where no config is known. */
  readonly config: string | undefined;
}

/** @param version - e.g. `20.19.0` */
export function nodeVerdict(version: string, floors: NodeFloors): Verdict {
  if (byVersion(version, floors.library) < 0) {
    return problem(version, `dkist-core and its tasks need Node ${floors.library} or later`);
  }
  const configured = floors.config?.replace(/^node/, "");
  if (configured !== undefined && byVersion(version, configured) < 0) {
    return problem(version, `the config's node says ${configured}: the bundles are made for that or later`);
  }
  return ok(version);
}

/** The Node that starts the tasks on a worker, which need not be the one that runs doctor. */
export interface TaskNode {
  /** The config's `airflow.nodeCommand`. */
  readonly command: string;
  /** What `--version` said, e.g. `v20.19.0`; undefined where it does not run. */
  readonly version: string | undefined;
}

export function taskNodeVerdict({ command, version }: TaskNode, floors: NodeFloors): Verdict {
  if (version === undefined) {
    return problem(
      `${command} does not run`,
      "install Node for the user that runs Airflow's worker, or set airflow.nodeCommand in the config to its path",
    );
  }
  const verdict = nodeVerdict(version.replace(/^v/, ""), floors);
  return { ...verdict, found: `${verdict.found} (${command})` };
}
