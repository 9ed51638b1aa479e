/**
 * A new client repo:
 *
 *     options -> planClientRepo -> refuse what is there already -> putInPlace
 */
import { lstatSync, statSync } from "node:fs";
import path from "node:path";
import { putInPlace, writeDurably } from "./artifact/staged-files.js";
import { DkistCoreError } from "./model/diagnostics.js";
import { composedWorkflowName, ID_RULE, isId } from "./model/naming.js";
import { isPackageName, PACKAGE_NAME_RULE, packageNameLike } from "./model/package-name.js";
import { loadClientTemplates, type ClientTemplate } from "./render/engine.js";
import { TOOL_VERSION } from "./tool-version.js";

/** The CI services that a client repo can have a pipeline for, and the file of each. */
export const CI_FILES = {
  bitbucket: "bitbucket-pipelines.yml",
  github: ".github/workflows/dkist-core.yml",
  gitlab: ".gitlab-ci.yml",
} as const;

/** What a fresh repo may come with; the client repo works with them as they are. */
const MAY_STAY: readonly string[] = [".gitignore", ".nvmrc", "README.md"];

/** A CI service. */
export type CiService = keyof typeof CI_FILES;

/** What a new client repo is made of. */
export interface InitOptions {
  /** The folder; made where it is not there. */
  readonly folder: string;
  /** The package name, and so the release's. Default: like the folder's. */
  readonly name?: string;
  /** The category in the workflow's name, usually the instrument. Default: the last word of the name. */
  readonly category?: string;
  /** Default: all. */
  readonly ci?: readonly CiService[];
  /** What npm shall install as dkist-processing-core: a range, or a tarball's path. Default: this version. */
  readonly library?: string;
}

/** A new client repo. */
export interface InitResult {
  /** As it was asked for. */
  readonly folder: string;
  readonly name: string;
  readonly workflowName: string;
  /** What was written; relative to the folder, sorted. */
  readonly files: readonly string[];
  /** What was there already, and is as it was. */
  readonly kept: readonly string[];
}

/** A client repo, not yet written anywhere. */
export interface ClientRepoPlan extends Omit<InitResult, "files" | "kept"> {
  readonly files: readonly { readonly path: string; readonly content: string }[];
}

/**
 * Makes a client repo that works at once: two Tasks with unit tests, a Workflow, config and pipeline files. Nothing that
 * is there already is changed.
 *
 * @throws DkistCoreError BAD_USAGE for a wrong name, and where a file is in the way: then nothing is written
 * @example
 * await initClientRepo({ folder: "dkist-processing-vbi" });
 */
export async function initClientRepo(options: InitOptions): Promise<InitResult> {
  const { files, ...plan } = planClientRepo(options, loadClientTemplates());
  const folder = path.resolve(plan.folder);
  if (isThere(folder) && !statSync(folder).isDirectory()) {
    throw new DkistCoreError("BAD_USAGE", `${plan.folder} is no folder`, { hint: "name another one" });
  }
  const there = files.map(({ path: file }) => file).filter((file) => isThere(path.join(folder, file)));
  refuseToReplace(there.filter((file) => !MAY_STAY.includes(file)));
  const missing = files.filter(({ path: file }) => !there.includes(file));
  await putInPlace(
    missing.map(({ path: file, content }) => ({
      target: path.join(folder, file),
      write: (temporary) => writeDurably(temporary, content),
    })),
  );
  return { ...plan, files: missing.map(({ path: file }) => file), kept: there };
}

/**
 * Decides all names, and renders all files. Pure.
 *
 * @throws DkistCoreError BAD_USAGE
 */
export function planClientRepo(options: InitOptions, templates: readonly ClientTemplate[]): ClientRepoPlan {
  const { folder, ci = Object.keys(CI_FILES) as CiService[], library = `^${TOOL_VERSION}` } = options;
  const name = options.name ?? defaultName(folder);
  if (name === undefined || !isPackageName(name)) {
    throw new DkistCoreError("BAD_USAGE", `a client repo cannot be called ${JSON.stringify(name ?? folder)}`, {
      hint: `give --name: ${PACKAGE_NAME_RULE}`,
    });
  }
  const category = options.category ?? defaultCategory(name);
  const workflowName = composedWorkflowName({ inputData: "l0", outputData: "l1", category });
  if (!isId(category) || category.length > 80) {
    throw new DkistCoreError("BAD_USAGE", `the category cannot be ${JSON.stringify(category)}`, {
      hint: `give --category: up to 80 ${ID_RULE}`,
    });
  }
  const unwanted = (Object.keys(CI_FILES) as CiService[])
    .filter((service) => !ci.includes(service))
    .map((service): string => CI_FILES[service]);
  const view = { name, category, workflowName, library, description: `Tasks and Workflows of ${name}` };
  const files = templates
    .filter((template) => !unwanted.includes(template.path))
    .map((template) => ({
      path: template.path.replace("workflow.ts", `${category}.ts`),
      content: template.render(view),
    }));
  return { folder, name, workflowName, files };
}

/** @returns undefined where nothing of the folder's name can stand in a package's */
export function defaultName(folder: string): string | undefined {
  return packageNameLike(path.basename(path.resolve(folder)));
}

/**
 * @example
 * defaultCategory("@dkist/dkist-processing-vbi") // "vbi"
 */
export function defaultCategory(name: string): string {
  return name.split(/[/-]/).at(-1) ?? name;
}

/** Also where a file stands in the place of one of its folders. */
function isThere(target: string): boolean {
  try {
    return lstatSync(target, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

function refuseToReplace(files: readonly string[]): void {
  if (files.length === 0) return;
  const [first = "", ...more] = files;
  const what = more.length === 0 ? `${first} is` : `${first} and ${more.length} more of its files are`;
  throw new DkistCoreError("BAD_USAGE", `${what} there already`, {
    hint: "nothing was written; name another folder, or move away what is in the way",
  });
}
