import path from "node:path";
import type { BuildOptions } from "./build.js";
import type { Config, ConfigRequest } from "./config/load.js";
import { loadClient, startClientProcess, type Client, type ClientProcess } from "./load/client.js";
import type { StartedProcess } from "./load/started-process.js";
import { counted } from "./model/counted.js";
import { sortDiagnostics, type Diagnostic } from "./model/diagnostics.js";
import { pinpoint, type Finding } from "./model/finding.js";
import { silent, type Progress } from "./model/progress.js";
import { DEFAULT_VERSION, resolveVersion } from "./model/version.js";
import type { WorkflowModel } from "./model/workflow-model.js";

/** A client repo, loaded and held against the rules: where every command starts. */
export interface ClientRepo {
  readonly config: Config;
  /** The workflow modules, absolute. */
  readonly files: readonly string[];
  readonly client: Client;
  /** `dev` when the workflows disagree, which is a finding. */
  readonly version: string;
  readonly findings: readonly Finding[];
  /** Where Tasks can be defined: see `reachableModules`. */
  readonly taskModules: () => Promise<readonly string[]>;
  /** Findings as the author reads them: with file, line and column, sorted. */
  diagnose(findings: readonly Finding[]): Promise<Diagnostic[]>;
}

/** What to load, and whom to tell that it is under way. */
export interface ClientRepoRequest extends ConfigRequest {
  /** Tasks will be bundled: what is needed for that is found out while the workflow modules are loaded in their process. */
  readonly bundles?: boolean;
  readonly progress?: Progress | undefined;
  /** The process for its modules, where one was started before. */
  readonly startedProcess?: StartedProcess | undefined;
}

/** What the options of a function say, with the process's own folder and environment where they say nothing. */
export function clientRepoRequest(options: BuildOptions): ClientRepoRequest {
  const { cwd, configFile, version, env, progress, startedProcess } = options;
  return { cwd: cwd ?? process.cwd(), configFile, version, env: env ?? process.env, progress, startedProcess };
}

/** What is done with a client repo, made ready while its modules are loaded. */
export type Prepare<T> = (config: Config) => Work<T> | Promise<Work<T>>;

type Work<T> = (repo: ClientRepo) => Promise<T>;

/** Reads config, discovers and loads the workflow modules, and checks the rules; closes the client process at the end. */
export async function withClientRepo<T>(request: ClientRepoRequest, prepare: Prepare<T>): Promise<T> {
  const started = startClientProcess(path.resolve(request.cwd), request.startedProcess);
  try {
    return await withStarted(started, request, prepare);
  } finally {
    started.stop();
  }
}

async function withStarted<T>(started: ClientProcess, request: ClientRepoRequest, prepare: Prepare<T>): Promise<T> {
  const progress = request.progress ?? silent;
  progress.start("load");
  // Loaded while that process starts: together they take as long.
  const [{ resolveConfig }, { discover }, { checkRules }] = await Promise.all([
    import("./config/load.js"),
    import("./load/discover.js"),
    import("./validate/rules.js"),
  ]);
  const config = await resolveConfig(request);
  const files = await discover(config.root, config.workflows);
  const findTaskModules = async (): Promise<string[]> =>
    (await import("./load/reachable-modules.js")).reachableModules(config.root, files);
  const taskModules = request.bundles === true ? findTaskModules() : undefined;
  taskModules?.catch(() => undefined); // told to who asks for them
  progress.doing?.("load", counted(files.length, "workflow module"));
  const loading = loadClient(config.root, files, config.environment.loadTimeoutSeconds, started);
  const prepared = Promise.resolve(prepare(config));
  prepared.catch(() => undefined); // told once the modules are loaded
  const client = await loading;
  try {
    const version = resolveVersion({
      requested: config.requestedVersion,
      authored: client.workflows.flatMap(({ workflowVersion }) => workflowVersion ?? []),
      environment: config.environment.buildVersion,
    });
    const { workflows, taskClasses } = client;
    progress.done("load", countsText(client.workflows, version ?? DEFAULT_VERSION));
    const { resourceQueues, workflows: workflowGlobs } = config;
    const broken = checkRules({ workflows, taskClasses, version, workflowGlobs, resourceQueues });
    // Modules that did not load say why there is no workflow.
    const loadFailed = client.findings.some(({ code }) => code === "LOAD_FAILED");
    const rules = loadFailed ? broken.filter(({ code }) => code !== "NO_WORKFLOWS") : broken;
    const work = await prepared;
    return await work({
      config,
      files,
      client,
      version: version ?? DEFAULT_VERSION,
      findings: [...client.findings, ...rules],
      taskModules: () => taskModules ?? findTaskModules(),
      diagnose: async (findings) =>
        findings.length === 0 ? [] : sortDiagnostics(pinpoint(findings, await client.sites())),
    });
  } finally {
    client.close();
  }
}

function countsText(workflows: readonly WorkflowModel[], version: string): string {
  const nodes = workflows.reduce((sum, workflow) => sum + workflow.nodes.length, 0);
  return `${counted(workflows.length, "workflow")}, ${counted(nodes, "node")}, version ${version}`;
}
