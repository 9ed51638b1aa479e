/**
 * How doctor looks at each thing: what is found out, and the verdict on it. What only one look needs is loaded by that look,
 * so that the others work where it does not (on a Node that is too old, for example).
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { release, tmpdir } from "node:os";
import path from "node:path";
import type { AirflowChoice } from "./check-rendered.js";
import type { Config } from "./config/load.js";
import { airflowVerdict, pythonVerdict, type PythonChoice } from "./doctor/airflow.js";
import { brokerSettingsVerdict, brokerVerdict, type BrokerFacts } from "./doctor/broker.js";
import { notChecked, ok, type Need, type Verdict } from "./doctor/check.js";
import {
  configVerdict,
  gitVerdict,
  libraryVerdict,
  lockFileVerdict,
  modulesVerdict,
  type ConfigFacts,
} from "./doctor/client-repo.js";
import { codeMountVerdict } from "./doctor/code-mount.js";
import { bashVerdict, platformVerdict, tempFolderVerdict } from "./doctor/machine.js";
import type { CheckName } from "./doctor/needs.js";
import { nodeVerdict, taskNodeVerdict, type NodeFloors } from "./doctor/node.js";
import { versionOf } from "./doctor/programs.js";
import { readCodeMount } from "./doctor/read-code-mount.js";
import { readSpoolFacts } from "./doctor/read-spool.js";
import { spoolVerdict } from "./doctor/spool.js";
import { within } from "./doctor/within.js";
import { DkistCoreError, type Location } from "./model/diagnostics.js";
import { messageOf } from "./model/message-of.js";
import { nativePlatformOf } from "./model/native-platform.js";
import { BROKER_VARIABLES, namesBroker, readBrokerSettings } from "./notify/broker-settings.js";
import { OLDEST_NODE, TOOL_VERSION } from "./tool-version.js";

/** Where to look. */
export interface LookRequest {
  /** The client repo, absolute. */
  readonly root: string;
  /** A config file, where it shall not be searched for. */
  readonly configFile: string | undefined;
  readonly airflow: AirflowChoice;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What several looks start from. */
export interface Here extends LookRequest {
  /** Undefined where there is none, or none that is right. */
  readonly config: Config | undefined;
  readonly configFacts: ConfigFacts;
  readonly python: Promise<PythonChoice>;
}

const BROKER_SECONDS = 5;
/** Importing Airflow takes 4 s of a quiet processor's time, and more from a network disk. */
const AIRFLOW_SECONDS = 60;
/** Two names on PATH and the version of what was found, each with a limit of its own. */
const FIND_PYTHON_SECONDS = 62;
const CONFIG_SECONDS = 10;

/** What has a limit of its own gets a little more: its own says better what took so long. */
export function limitSecondsOf(name: CheckName): number {
  const limits: Partial<Record<CheckName, number>> = {
    broker: BROKER_SECONDS + 2,
    Python: FIND_PYTHON_SECONDS,
    Airflow: FIND_PYTHON_SECONDS + AIRFLOW_SECONDS + 2,
  };
  return limits[name] ?? 10;
}

export const LOOKS: Readonly<Record<CheckName, (here: Here, need: Need) => Verdict | Promise<Verdict>>> = {
  "dkist-core": () => ok(TOOL_VERSION),
  platform: () => platformVerdict({ ...nativePlatformOf(process), release: release() }),
  Node: (here) => nodeVerdict(process.versions.node, nodeFloors(here)),
  "Node of tasks": async (here) => {
    const command = here.config?.airflow.nodeCommand ?? "node";
    return taskNodeVerdict({ command, version: await versionOf(command) }, nodeFloors(here));
  },
  bash: async () => bashVerdict(await versionOf("bash")),
  "temp folder": async () => {
    const { tryFolder } = await import("./doctor/try-folder.js");
    return tempFolderVerdict(await tryFolder(tmpdir()));
  },
  config: ({ configFacts }) => configVerdict(configFacts),
  library: ({ root, configFacts }) =>
    configFacts.kind === "no client repo"
      ? notChecked("there is no client repo to import it")
      : libraryVerdict({ version: libraryVersion(root), ownVersion: TOOL_VERSION }),
  "workflow modules": async ({ config }) => {
    if (config === undefined) return notChecked("there is no config to say where they are");
    const { discover } = await import("./load/discover.js");
    return modulesVerdict((await discover(config.root, config.workflows)).length, config.workflows);
  },
  "lock file": async ({ root }) => {
    const { findLockFile } = await import("./artifact/source-state.js");
    const [file, npm] = await Promise.all([findLockFile(root), versionOf("npm")]);
    return lockFileVerdict({ name: file === undefined ? undefined : path.basename(file), npm });
  },
  git: async ({ root, config }) => {
    const { readSourceState } = await import("./artifact/source-state.js");
    const { state, noCommit } = await readSourceState(
      root,
      config === undefined ? [] : [config.outDir, config.dagsDir],
    );
    return gitVerdict(state.gitCommit, state.gitDirty, noCommit ?? "");
  },
  Python: async (here) => {
    const choice = await here.python;
    if (choice.python === undefined) return pythonVerdict(choice, undefined);
    const { askPython } = await import("./validate/python.js");
    const { version } = await askPython(choice.python).catch(() => ({ version: undefined }));
    return pythonVerdict(choice, version);
  },
  Airflow: async (here) => {
    if (here.airflow === "none") return notChecked("--airflow none");
    const choice = await here.python;
    if (choice.python === undefined) return airflowVerdict(choice, undefined);
    const { probeAirflow } = await import("./validate/airflow-probe.js");
    return airflowVerdict(choice, await probeAirflow(choice.python, AIRFLOW_SECONDS));
  },
  CODE_MOUNT: async ({ env }) => codeMountVerdict(await readCodeMount(env["CODE_MOUNT"])),
  "broker settings": ({ env }) => brokerSettingsVerdict(brokerFacts(env)),
  broker: async ({ env }, need) => {
    const facts = brokerFacts(env);
    const isAsked = need === "needed" || facts.variables.length > 0;
    if ("problems" in facts.settings || !isAsked) return brokerVerdict(facts, undefined);
    const { checkBroker } = await import("./notify/broker-check.js");
    const { adviceOn } = await import("./notify/broker-advice.js");
    return brokerVerdict(facts, adviceOn(facts.settings, await checkBroker(facts.settings, BROKER_SECONDS * 1000)));
  },
  DKIST_SPOOL: async ({ env }) => spoolVerdict(await readSpoolFacts(env["DKIST_SPOOL"])),
};

/** Reads the config, and starts to look for a Python. */
export async function gatherHere(request: LookRequest): Promise<Here> {
  const { config, configFacts } = await readConfig(request);
  return { ...request, config, configFacts, python: choosePython(request, config) };
}

async function readConfig({
  root,
  configFile,
  env,
}: LookRequest): Promise<{ config: Config | undefined; configFacts: ConfigFacts }> {
  try {
    const { resolveConfig } = await import("./config/load.js");
    const { changedSettings } = await import("./config/changed-settings.js");
    const config = await within(CONFIG_SECONDS, resolveConfig({ cwd: root, configFile, env }), () => {
      // It is a program, and may wait for ever.
      throw new DkistCoreError("BAD_CONFIG", `the config gave no settings within ${CONFIG_SECONDS} s`);
    });
    const configFacts: ConfigFacts = {
      kind: "good",
      file: config.configFile === null ? null : path.relative(root, config.configFile),
      releaseName: config.name,
      changed: changedSettings(config),
      variables: setAmong(["BUILD_VERSION", "DKIST_LOAD_TIMEOUT_SECONDS"], env),
    };
    return { config, configFacts };
  } catch (error) {
    const { message, hint, location } = error instanceof DkistCoreError ? error : brokenConfig(error);
    const configFacts = isClientRepo(root, location)
      ? ({ kind: "broken", message, hint, file: location?.file } as const)
      : ({ kind: "no client repo", root } as const);
    return { config: undefined, configFacts };
  }
}

/** A package.json makes one, and so does a config that goes further than to miss the release's name. */
function isClientRepo(root: string, wrong: Location | undefined): boolean {
  return existsSync(path.join(root, "package.json")) || wrong?.field !== "name";
}

function brokenConfig(error: unknown): DkistCoreError {
  return new DkistCoreError("BAD_CONFIG", messageOf(error));
}

async function choosePython({ root, airflow }: LookRequest, config: Config | undefined): Promise<PythonChoice> {
  const option = airflow === "auto" || airflow === "none" ? undefined : airflow;
  const named = option ?? (airflow === "auto" ? config?.airflow.python : undefined);
  const { findPython, programPath } = await import("./validate/python.js");
  if (named !== undefined) {
    return { python: programPath(named, root), namedBy: option === undefined ? "airflow.python" : "--airflow" };
  }
  return { python: (await findPython())?.path, namedBy: undefined };
}

function nodeFloors({ config }: Here): NodeFloors {
  return { library: OLDEST_NODE, config: config?.node };
}

/** Of the copy of this package that modules of the client repo import; undefined where they find none. */
function libraryVersion(root: string): string | undefined {
  try {
    const require = createRequire(path.join(root, "package.json"));
    return (require("dkist-processing-core/package.json") as { readonly version?: string }).version;
  } catch {
    return undefined;
  }
}

function brokerFacts(env: LookRequest["env"]): BrokerFacts {
  const meshConfig = env["MESH_CONFIG"] ?? "";
  return {
    settings: readBrokerSettings(env),
    variables: setAmong(BROKER_VARIABLES, env),
    isUnnamed: meshConfig !== "" && !namesBroker(meshConfig),
  };
}

/** An empty variable counts as not set. */
function setAmong(names: readonly string[], env: LookRequest["env"]): string[] {
  return names.filter((name) => (env[name] ?? "") !== "");
}
