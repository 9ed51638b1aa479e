/**
 * The dependency rules, held against the imports of every module below `src/`: one straight line of stages that never
 * import one another, and an outside world that enters by named doors.
 */
import { describe, expect, it } from "@jest/globals";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

const SRC = fileURLToPath(new URL("../src/", import.meta.url));

interface Module {
  /** Relative to `src/`. */
  readonly file: string;
  readonly imports: readonly string[];
  /** Names of Node's globals that it uses. */
  readonly globals: readonly string[];
}

const OUTSIDE_GLOBALS = new Set(["process", "console", "Date", "setTimeout", "setInterval", "fetch"]);
const MODULES = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => readModule(file.split(path.sep).join("/")))
  .sort((a, b) => (a.file < b.file ? -1 : 1));

function readModule(file: string): Module {
  const source = ts.createSourceFile(file, readFileSync(path.join(SRC, file), "utf8"), ts.ScriptTarget.Latest, true);
  const imports: string[] = [];
  const globals = new Set<string>();
  const visit = (node: ts.Node): void => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier !== undefined) {
      imports.push((node.moduleSpecifier as ts.StringLiteral).text);
    }
    const [argument] =
      ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.arguments : [];
    if (argument !== undefined && ts.isStringLiteral(argument)) imports.push(argument.text);
    if (ts.isIdentifier(node) && OUTSIDE_GLOBALS.has(node.text) && isGlobal(node)) globals.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return { file, imports: imports.map((specifier) => inSource(file, specifier)), globals: [...globals] };
}

/** Not a property of something else, a name that is declared here, or a type alone. */
function isGlobal(node: ts.Identifier): boolean {
  const { parent } = node;
  const isDeclared =
    (ts.isVariableDeclaration(parent) || ts.isParameter(parent) || ts.isBindingElement(parent)) && parent.name === node;
  const isProperty = (ts.isPropertyAccessExpression(parent) || ts.isPropertyAssignment(parent)) && parent.name === node;
  return (
    !isDeclared &&
    !isProperty &&
    (ts.isPropertyAccessExpression(parent) || ts.isExpression(parent) || ts.isVariableDeclaration(parent))
  );
}

/** Our own modules by their path below `src/`; others as they are. */
function inSource(from: string, specifier: string): string {
  if (!specifier.startsWith(".")) return specifier;
  return path.posix.join(path.posix.dirname(from), specifier).replace(/\.js$/, ".ts");
}

const folderOf = (file: string): string => (file.includes("/") ? (file.split("/")[0] ?? "") : file);
const isOurs = (specifier: string): boolean => specifier.endsWith(".ts");

const STAGES = ["config", "load", "validate", "render", "bundle", "artifact", "report", "release", "engine", "doctor"];

/** What the modules of each folder may import of ours. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  // What must not outlive this process: any stage may have a part in it.
  lifetime: ["lifetime"],
  model: ["model"],
  authoring: ["authoring", "model"],
  runtime: ["runtime", "authoring", "model"],
  notify: ["notify", "model"],
  // A config names resource queues, and loading reads what authors wrote.
  config: ["config", "model", "authoring", "lifetime"],
  load: ["load", "model", "authoring", "lifetime", "disk"],
  validate: ["validate", "model", "lifetime"],
  render: ["render", "model"],
  // What a build found out is kept for the next one.
  bundle: ["bundle", "model", "lifetime", "disk"],
  // What must never be seen half written is put in place the same way everywhere, and no search follows links around.
  disk: ["disk", "model", "lifetime"],
  artifact: ["artifact", "model", "disk"],
  release: ["release", "model", "disk", "lifetime"],
  report: ["report", "model"],
  // A run has its folder beside what else is kept in a client repo.
  engine: ["engine", "model", "disk"],
  // A verdict on the broker speaks of the notifier's settings and of what its broker answered.
  doctor: ["doctor", "model", "notify"],
};

/** Each with its reason; an entry that is no longer needed fails the test. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  "bundle/packages.ts > tool-version.ts": "our own package is in every bundle, at this version",
  "bundle/esbuild-task.ts > tool-version.ts": "another version of ours bundles in its own way",
  "notify/notify-failure.ts > runtime/failure-report.ts":
    "the failure report is the contract between a task and its notifier",
  "notify/failure-message.ts > runtime/failure-report.ts":
    "the failure report is the contract between a task and its notifier",
  "notify/read-failure-report.ts > runtime/failure-report.ts":
    "the failure report is the contract between a task and its notifier",
  "notify/read-failure-report.ts > runtime/own-file.ts": "what one of them writes, the other reads",
  "notify/spool.ts > runtime/own-file.ts": "both leave files that only their user may read",
  "notify/spool.ts > runtime/error-facts.ts": "both run on a worker and describe errors alike",
  "notify/ending.ts > runtime/error-facts.ts": "both run on a worker and describe errors alike",
  "notify/ending.ts > runtime/escape.ts": "both write log lines on a worker",
  "notify/ending.ts > runtime/exit-codes.ts": "both end with the exit codes of a worker",
  "notify/flush-here.ts > runtime/escape.ts": "both write log lines on a worker",
  "notify/flush-here.ts > runtime/exit-codes.ts": "both end with the exit codes of a worker",
  "notify/flush-here.ts > runtime/redaction.ts": "what a task's log hides, its message hides",
  "notify/publish-once.ts > runtime/error-facts.ts": "both run on a worker and describe errors alike",
  "notify/publish-error.ts > runtime/error-facts.ts": "both run on a worker and describe errors alike",
  "notify/notify-failure.ts > runtime/exit-codes.ts": "both end with the exit codes of a worker",
  "notify/notify-failure.ts > runtime/redaction.ts": "what a task's log hides, its message hides",
};

/** Modules of the stages that may reach the outside world, and all they reach. Everything else there is pure. */
const DOORS: Readonly<Record<string, readonly string[]>> = {
  "artifact/assets.ts": ["node:fs/promises", "fast-glob"],
  "artifact/release-date.ts": ["Date"],
  "artifact/source-state.ts": ["node:child_process", "node:fs", "node:fs/promises"],
  "artifact/write.ts": ["node:fs", "node:fs/promises"],
  "artifact/zip.ts": ["node:fs", "yazl", "yauzl", "Date"],
  "authoring/task.ts": ["console"],
  "bundle/bundle-program.ts": ["esbuild"],
  "bundle/bundle-task.ts": ["fast-glob"],
  "bundle/bundle-tasks.ts": ["node:os", "esbuild"],
  "bundle/disk-state.ts": ["node:fs"],
  "bundle/esbuild-task.ts": ["esbuild"],
  "bundle/external.ts": ["node:fs"],
  "bundle/isolation.ts": ["node:fs/promises", "esbuild"],
  "bundle/kept-builds.ts": ["node:fs", "Date"],
  "bundle/library.ts": ["node:fs/promises", "esbuild"],
  "bundle/notifier.ts": ["node:fs/promises"],
  "bundle/packages.ts": ["node:fs"],
  "bundle/start-check.ts": ["node:fs/promises", "node:os", "process", "setTimeout"],
  "bundle/started-before.ts": ["process"],
  "bundle/task-folder.ts": ["node:fs/promises", "process"],
  "bundle/trace-task.ts": ["node:fs/promises"],
  "bundle/trace.ts": ["node:fs/promises", "node:module", "@vercel/nft"],
  "config/import-config.ts": ["node:worker_threads", "setTimeout"],
  "config/load.ts": ["node:fs", "node:fs/promises", "cosmiconfig", "esbuild"],
  "disk/abandoned.ts": ["node:fs", "Date"],
  "disk/file-content.ts": ["node:fs", "node:fs/promises"],
  "disk/known-digests.ts": ["node:fs"],
  "disk/link-loops.ts": ["node:fs"],
  "disk/make-folders.ts": ["node:fs"],
  "disk/releasable-file.ts": ["node:fs/promises"],
  "disk/starred-modules.ts": ["node:fs", "esbuild"],
  "disk/staged-files.ts": ["node:fs", "node:fs/promises"],
  "disk/state-folder.ts": ["node:fs"],
  "disk/temporary-name.ts": ["node:fs", "node:os", "process"],
  "doctor/programs.ts": ["node:child_process"],
  "doctor/read-code-mount.ts": ["node:fs/promises"],
  "doctor/read-named-folder.ts": ["node:fs/promises"],
  "doctor/read-spool.ts": ["node:fs"],
  "doctor/try-folder.ts": ["node:fs/promises"],
  "doctor/within.ts": ["setTimeout"],
  "engine/code-folder.ts": ["node:fs/promises", "node:os", "process"],
  "engine/command-line.ts": ["node:child_process", "node:fs", "process"],
  "engine/journal.ts": ["node:fs"],
  "engine/run-folder.ts": ["node:fs", "process"],
  "engine/run-nodes.ts": ["setTimeout", "Date"],
  "engine/run-state.ts": ["Date"],
  "engine/run-tries.ts": ["node:fs"],
  "engine/task-process.ts": ["node:child_process", "node:fs", "node:os", "process", "setTimeout", "setInterval"],
  "load/client-process.ts": ["process"],
  "load/client.ts": ["setTimeout"],
  "load/discover.ts": ["node:fs/promises", "fast-glob"],
  "load/import-modules.ts": ["setTimeout"],
  "load/reachable-modules.ts": ["esbuild"],
  "load/source-position.ts": ["node:fs", "node:module"],
  "load/started-process.ts": ["process"],
  "release/airflow-rest.ts": ["fetch"],
  "release/empty-trash.ts": ["node:fs/promises", "Date"],
  "release/leftovers.ts": ["node:fs/promises"],
  "release/look.ts": ["node:fs", "node:fs/promises"],
  "release/open-zip.ts": ["node:fs", "yauzl"],
  "release/previous-release.ts": ["node:fs/promises"],
  "release/stage-code.ts": ["node:fs", "node:fs/promises"],
  "release/stage-dags.ts": ["node:fs", "node:fs/promises"],
  "release/take-away.ts": ["node:fs"],
  "release/trash.ts": ["node:fs"],
  "render/engine.ts": ["node:fs"],
  "validate/airflow-check.ts": ["node:fs/promises", "process"],
  "validate/airflow-probe.ts": ["node:fs/promises", "process"],
  "validate/python.ts": ["node:child_process", "node:os", "process"],
};

const WORLD =
  /^(?:node:(?:fs|fs\/promises|child_process|os|net|http|https|tls|dns|worker_threads|module|process)|yazl|yauzl|cosmiconfig|esbuild|fast-glob|@vercel\/nft|amqplib)$/;
/** `lifetime` is about this process; `runtime`, `notify` and `cli` run as programs of their own: they are made of the outside world. */
const PURE_FOLDERS = ["model", "authoring", "disk", ...STAGES];

function reached({ imports, globals }: Module): string[] {
  return [...new Set([...imports.filter((specifier) => WORLD.test(specifier)), ...globals])];
}

describe("imports", () => {
  it("finds the modules it is about", () => {
    expect(MODULES.length).toBeGreaterThan(60);
    expect(MODULES.find(({ file }) => file === "build.ts")?.imports).toContain("client-repo.ts");
    expect(MODULES.find(({ file }) => file === "load/client-process.ts")?.globals).toContain("process");
  });

  it.each(Object.entries(MAY_IMPORT))("%s imports of ours only %p", (folder, allowed) => {
    const wrong = MODULES.filter(({ file }) => folderOf(file) === folder).flatMap(({ file, imports }) =>
      imports
        .filter((one) => isOurs(one) && !allowed.includes(folderOf(one)))
        .map((one) => `${file} > ${one}`)
        .filter((edge) => !(edge in EXCEPTIONS)),
    );
    expect(wrong).toEqual([]);
  });

  it("stages never import one another", () => {
    const wrong = MODULES.filter(({ file }) => STAGES.includes(folderOf(file))).flatMap(({ file, imports }) =>
      imports
        .filter((one) => STAGES.includes(folderOf(one)) && folderOf(one) !== folderOf(file))
        .map((one) => `${file} > ${one}`),
    );
    expect(wrong).toEqual([]);
  });

  it("nothing but the command line imports the command line", () => {
    const wrong = MODULES.filter(
      ({ file, imports }) => folderOf(file) !== "cli" && imports.some((one) => folderOf(one) === "cli"),
    );
    expect(wrong.map(({ file }) => file)).toEqual([]);
  });

  it("keeps no exception that nothing needs", () => {
    const edges = new Set(MODULES.flatMap(({ file, imports }) => imports.map((one) => `${file} > ${one}`)));
    expect(Object.keys(EXCEPTIONS).filter((edge) => !edges.has(edge))).toEqual([]);
  });

  it.each([
    { entry: "index.ts", folders: ["authoring", "model"], others: ["@opentelemetry/api"] },
    { entry: "testing.ts", folders: ["authoring", "model", "runtime"], others: ["@opentelemetry/api", "node:util"] },
  ])("the entry $entry, which authors import, reaches only $folders and $others", ({ entry, folders, others }) => {
    const byFile = new Map(MODULES.map((module) => [module.file, module]));
    const reachedFiles = new Set<string>([entry]);
    for (const file of reachedFiles)
      for (const one of byFile.get(file)?.imports ?? []) if (isOurs(one)) reachedFiles.add(one);
    expect([...reachedFiles].filter((file) => ![entry, ...folders].includes(folderOf(file)))).toEqual([]);
    const packages = [...reachedFiles].flatMap((file) => byFile.get(file)?.imports.filter((one) => !isOurs(one)) ?? []);
    expect([...new Set(packages)].sort()).toEqual(others);
  });
});

describe("the outside world", () => {
  it("enters the stages only by the doors that are named here, and each by what is named", () => {
    const wrong = MODULES.filter(({ file }) => PURE_FOLDERS.includes(folderOf(file))).flatMap((module) =>
      reached(module)
        .filter((one) => !(DOORS[module.file] ?? []).includes(one))
        .map((one) => `${module.file}: ${one}`),
    );
    expect(wrong).toEqual([]);
  });

  it("names no door that is none, and nothing that a door no longer reaches", () => {
    const files = new Map(MODULES.map((module) => [module.file, reached(module)]));
    const unused = Object.entries(DOORS).flatMap(([file, named]) =>
      named.filter((one) => files.get(file)?.includes(one) !== true).map((one) => `${file}: ${one}`),
    );
    expect(unused).toEqual([]);
  });

  it("process.exit stands in no library module", () => {
    const exits = MODULES.filter(({ file }) =>
      /\bprocess\.exit\(/.test(readFileSync(path.join(SRC, file), "utf8")),
    ).map(({ file }) => file);
    // Programs of their own: the client process ends with its parent, the command on a signal or a full disk, a task when its guard says so.
    const programs = ["load/client-process.ts", "cli/early-end.ts", "cli/main.ts"];
    expect(exits.filter((file) => !programs.includes(file) && !["runtime", "notify"].includes(folderOf(file)))).toEqual(
      [],
    );
  });
});
