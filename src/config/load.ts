import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { readFile, realpath, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { en } from "zod/locales";
import { cosmiconfig, defaultLoaders, type CosmiconfigResult } from "cosmiconfig";
import { atExit } from "../lifetime/at-exit.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { messageOf } from "../model/message-of.js";
import { nearestName } from "../model/nearest-name.js";
import { ID_RULE, isId, releaseNameOfPackage } from "../model/naming.js";
import { readEnvironment, type Environment } from "./environment.js";
import { explainIssues } from "./explain-issues.js";
import { importConfig } from "./import-config.js";
import { configSchema, type Settings } from "./schema.js";

/** Everything a command needs to know before it looks at a workflow. Frozen. */
export interface Config extends Omit<Settings, "$schema" | "name"> {
  /** The release name. */
  readonly name: string;
  /** The client repo: an absolute path without links. */
  readonly root: string;
  /** Absolute; null when there is no config file. */
  readonly configFile: string | null;
  /** What `--version` said. */
  readonly requestedVersion: string | null;
  readonly environment: Environment;
}

/** What the command line says about the config; a flag wins over the environment, that over the file. */
export interface ConfigRequest {
  /** The client repo. */
  readonly cwd: string;
  /** A config file, where it shall not be searched for; relative to `cwd`. */
  readonly configFile?: string | undefined;
  readonly version?: string | undefined;
  /** The release's name, where it is known already. */
  readonly name?: string | undefined;
  readonly outDir?: string | undefined;
  readonly dagsDir?: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const EXTENSIONS = ["js", "mjs", "cjs", "ts", "json", "yaml", "yml"];
const SEARCH_PLACES = [
  "package.json",
  ".dkist-corerc",
  ...EXTENSIONS.map((extension) => `.dkist-corerc.${extension}`),
  ...EXTENSIONS.map((extension) => `dkist-core.config.${extension}`),
];

/**
 * Finds, reads and checks the client repo's config.
 *
 * @throws DkistCoreError BAD_CONFIG, naming every wrong value at once; BAD_USAGE for a folder or a variable
 */
export async function resolveConfig(request: ConfigRequest): Promise<Config> {
  const root = await realpath(path.resolve(request.cwd)).catch((cause: unknown) => {
    throw new DkistCoreError("BAD_USAGE", `there is no folder ${request.cwd}`, { hint: "check --cwd", cause });
  });
  if (root.includes("\\")) {
    throw new DkistCoreError("BAD_USAGE", `the client repo's path has a backslash: ${root}`, {
      hint: "rename the folder: globs take a backslash for something else",
    });
  }
  const environment = readEnvironment(request.env);
  const found = await findConfig(root, request.configFile, environment.loadTimeoutSeconds);
  const parsed = configSchema.safeParse(found?.config ?? {}, { error: en().localeError });
  if (!parsed.success) throw explainIssues(parsed.error.issues, displayPath(root, found?.filepath), configSchema);

  const settings = { ...parsed.data };
  delete settings.$schema; // for editors alone
  checkNodeOptionQueues(settings, displayPath(root, found?.filepath));
  return Object.freeze({
    ...settings,
    ...(request.outDir === undefined ? {} : { outDir: request.outDir }),
    ...(request.dagsDir === undefined ? {} : { dagsDir: request.dagsDir }),
    name: request.name ?? (settings.name === undefined ? await packageName(root) : checkedName(settings.name, "name")),
    root,
    configFile: found?.filepath ?? null,
    requestedVersion: request.version ?? null,
    environment,
  });
}

async function findConfig(root: string, configFile: string | undefined, seconds: number): Promise<CosmiconfigResult> {
  const load = (file: string): Promise<unknown> => importConfig(file, seconds);
  try {
    // Making the explorer reads a package.json too, and throws when it is none.
    const explorer = cosmiconfig("dkist-core", {
      searchPlaces: SEARCH_PLACES,
      stopDir: root,
      loaders: {
        ...defaultLoaders,
        ".js": load,
        ".mjs": load,
        ".cjs": load,
        ".ts": (file: string) => importTypeScript(file, seconds),
      },
    });
    return configFile === undefined ? await explorer.search(root) : await explorer.load(path.resolve(root, configFile));
  } catch (cause) {
    throw new DkistCoreError("BAD_CONFIG", `the config cannot be read: ${reason(cause)}`, {
      hint: `check ${configFile === undefined ? "" : "--config, "}the syntax of the file, and that it only gives settings`,
      location: configFile === undefined ? {} : { file: configFile },
      cause,
    });
  }
}

/** Some parsers name only the file in their first line, and say what is wrong in the next. */
function reason(cause: unknown): string {
  const lines = messageOf(cause)
    .split("\n")
    .filter((line) => line.trim() !== "");
  const [first = "", second] = lines.map((line) => line.trim());
  return first.endsWith(":") && second !== undefined ? `${first} ${second}` : first;
}

/** cosmiconfig's own TypeScript loader needs the whole compiler; esbuild is here anyway and four times as fast. */
async function importTypeScript(file: string, seconds: number): Promise<unknown> {
  const { build } = await import("esbuild");
  const result = await build({
    entryPoints: [file],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    write: false,
    logLevel: "silent",
  });
  // Beside the config, so that its imports resolve as they would from there.
  const compiled = path.join(path.dirname(file), `.dkist-core.config.${randomBytes(6).toString("hex")}.mjs`);
  // A signal may come while it runs.
  const forget = atExit(() => rmSync(compiled, { force: true }));
  try {
    await writeFile(compiled, result.outputFiles[0]?.contents ?? "");
    return await importConfig(compiled, seconds);
  } finally {
    await rm(compiled, { force: true });
    forget();
  }
}

async function packageName(root: string): Promise<string> {
  const text = await readFile(path.join(root, "package.json"), "utf8").catch(() => "{}");
  let name: unknown;
  try {
    name = (JSON.parse(text) as { name?: unknown } | null)?.name;
  } catch (cause) {
    throw new DkistCoreError("BAD_CONFIG", "package.json is not JSON", { location: { file: "package.json" }, cause });
  }
  if (typeof name !== "string" || name === "") {
    throw new DkistCoreError("BAD_CONFIG", "the release has no name: neither the config nor package.json gives one", {
      hint: 'run this in the client repo (or with --cwd), or set "name" in the config',
      location: { file: "package.json", field: "name" },
    });
  }
  return checkedName(releaseNameOfPackage(name), "package name");
}

/** The name becomes a folder on the workers and the stem of every artifact. */
function checkedName(name: string, what: string): string {
  if (isId(name) && name.length <= 100) return name;
  throw new DkistCoreError("BAD_CONFIG", `the ${what} ${JSON.stringify(name)} cannot name a release`, {
    hint: `use up to 100 ${ID_RULE}`,
    location: { field: "name" },
  });
}

function checkNodeOptionQueues(settings: Omit<Settings, "$schema">, file: string): void {
  const unknown = Object.keys(settings.nodeOptions).filter((queue) => !settings.resourceQueues.includes(queue));
  const [first] = unknown;
  if (first === undefined) return;
  const near = nearestName(first, settings.resourceQueues);
  throw new DkistCoreError("BAD_CONFIG", `nodeOptions names unknown resource queues: ${unknown.join(", ")}`, {
    hint:
      near === undefined
        ? `known ones are ${settings.resourceQueues.join(", ")}; add yours to resourceQueues`
        : `did you mean ${near}? Others are named in resourceQueues`,
    location: { file, field: "nodeOptions" },
  });
}

function displayPath(root: string, file: string | undefined): string {
  return file === undefined ? "(no config file)" : path.relative(root, file).split(path.sep).join("/");
}
