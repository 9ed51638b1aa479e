import type { ManifestFile } from "./artifact.js";

/** A Task class and where its shim imports it from. */
export interface TaskRef {
  readonly taskName: string;
  /** Absolute path of the defining module. */
  readonly module: string;
  /** The name of the export, `default` included. */
  readonly exportName: string;
  /** The class is a property of that export (CommonJS modules whose exports Node cannot see by name). */
  readonly property: string | null;
}

/** One file of an artifact. */
export interface FileEntry {
  /** Relative, with forward slashes. */
  readonly path: string;
  /** What was made here is in memory; what lies on a disk stays there. */
  readonly content: Uint8Array | DiskContent;
  readonly executable: boolean;
}

/** The content of a file on this disk, as it was when it was looked at. */
export interface DiskContent {
  /** Absolute. */
  readonly file: string;
  /** Its size. */
  readonly bytes: number;
  /** Of its content: 64 hex digits. */
  readonly sha256: string;
}

/** An npm package in a bundle. */
export interface PackageRef {
  /** e.g. `@scope/name`. */
  readonly name: string;
  /** As its package.json says it. */
  readonly version: string;
  /** As its package.json says it; null where it says nothing. */
  readonly license: string | null;
}

/** What a native addon was made for; another machine cannot load it. */
export interface NativePlatform {
  /** As Node names it, e.g. `linux`. */
  readonly platform: string;
  /** As Node names it, e.g. `x64`. */
  readonly arch: string;
  /** Null where it makes no difference. */
  readonly libc: "glibc" | "musl" | null;
}

/** `bundle`: one file by esbuild. `folder`: the traced files as they are, in a node_modules tree of the task's own. */
export type Isolation = "bundle" | "folder";

/** One Task with its dependencies and no other's: the content of `tasks/<Task>/`. */
export interface TaskBundle {
  /** The Task's name in every Workflow. */
  readonly taskName: string;
  /** One file, or the traced files. */
  readonly isolation: Isolation;
  /** Why it is not one file; empty for a bundle. */
  readonly reasons: readonly string[];
  /** Sorted by name, then version. */
  readonly packages: readonly PackageRef[];
  /** The machine its native addons were made for; null where it has none. */
  readonly native: NativePlatform | null;
  /** Sorted by path; paths are relative to the task's folder. */
  readonly files: readonly FileEntry[];
  /**
   * What of it is the client repo's own, as it lies on this disk, sorted by path: it is not packed, but tells a change of
   * code from a change of packages.
   */
  readonly own: readonly ManifestFile[];
}
