import type { TaskRef } from "../model/task-bundle.js";
import type { SourceScan } from "./isolation.js";
import type { KeptBuilds } from "./kept-builds.js";

/** Renders the two modules that a task bundle starts from. */
export interface ShimSources {
  program(task: TaskRef, library: string, taskModule: string): string;
  taskClass(task: TaskRef, module: string): string;
}

export interface BundleSettings {
  /** The client repo, absolute and without links. */
  readonly root: string;
  /** The oldest Node on the workers, e.g. `node20`. */
  readonly target: string;
  readonly external: readonly string[];
  /** Folders that the commands write to, as in the config. */
  readonly made: readonly string[];
  readonly tasks: Readonly<Record<string, { isolation?: "bundle" | "folder" | undefined; include: readonly string[] }>>;
  readonly shim: ShimSources;
  readonly scan: SourceScan;
  readonly kept: KeptBuilds;
}

/** Why a Task has no bundle: the author's to mend. */
export class BundleError extends Error {}
