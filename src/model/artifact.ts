import type { DagOptions } from "./dag-options.js";
import type { FileEntry, PackageRef, TaskBundle } from "./task-bundle.js";
import type { WorkflowModel } from "./workflow-model.js";

/** A zip for deployment, still plain data. */
export interface Artifact {
  readonly kind: "code" | "workflows";
  readonly fileName: string;
  /** Sorted by path, by code unit. */
  readonly entries: readonly FileEntry[];
  /** The time of every entry; null: the one that all releases have. */
  readonly date: Date | null;
}

/** An artifact as it was written. */
export interface WrittenArtifact extends WrittenFile {
  /** `code`: for the workers; `workflows`: for the scheduler's DAG folder. */
  readonly kind: "code" | "workflows";
}

/** A file of a release as it was written. */
export interface WrittenFile {
  /** The file's name; the folder is the release manifest's. */
  readonly path: string;
  /** Of its content: 64 hex digits. */
  readonly sha256: string;
  /** Its size. */
  readonly bytes: number;
}

/** One file of an artifact, as its manifest lists it. */
export interface ManifestFile {
  /** In the artifact. */
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
  /** `755` for a program, else `644`. */
  readonly mode: "644" | "755";
  /** Of its content: 64 hex digits. */
  readonly sha256: string;
}

/** What an artifact holds: `manifest.json` in the zip itself, which thus says alone which release it is a part of. */
export interface ArtifactManifest extends ReleaseDescription {
  readonly formatVersion: 1;
  readonly kind: Artifact["kind"];
  /** sha256 over the list of files, whatever the zip's compression makes of them. */
  readonly digest: string;
  /** Every other file of the artifact. */
  readonly files: readonly ManifestFile[];
}

/** Where the released code comes from. */
export interface SourceState {
  /** Null outside git, before a first commit, and in a folder that git ignores. */
  readonly gitCommit: string | null;
  /** Null where there is no commit, and where git cannot say it. */
  readonly gitDirty: boolean | null;
  /** Of the package manager's lock file; null where there is none. */
  readonly lockfileSha256: string | null;
}

/** One version's artifacts: the release's commit point, renamed into place last. */
export interface ReleaseManifest extends ReleaseFacts {
  /** The page that shows all this to people; deploying does not need it. */
  readonly report: WrittenFile;
}

/** What a release is, as its page shows it and its manifest lists it. */
export interface ReleaseFacts extends ReleaseDescription {
  /** Of this document. */
  readonly formatVersion: 1;
  /** The Node that built it, and the oldest one that can run it. */
  readonly node: {
    /** e.g. `20.20.2`. */
    readonly builtWith: string;
    /** The config's `node`, e.g. `node20`. */
    readonly target: string;
  };
  /** Both zips. */
  readonly artifacts: readonly WrittenArtifact[];
}

/**
 * What Airflow and the workers get with a release, and where it comes from: in the release manifest and in the manifest of
 * each zip. The same sources give the same description, on any machine.
 */
export interface ReleaseDescription extends SourceState {
  /** The release name. */
  readonly name: string;
  /** The release's version. */
  readonly version: string;
  /** Of the dkist-core that built it. */
  readonly toolVersion: string;
  /** What the config says of all DAGs. */
  readonly dagOptions: DagOptions;
  /** sha256 over the templates that the DAG files are made from. */
  readonly dagTemplatesSha256: string;
  /** By file, then in the author's order. */
  readonly workflows: readonly (WorkflowModel & {
    /** The workflow's name with the version. */
    readonly dagId: string;
  })[];
  /** One for each Task class, sorted by task name. */
  readonly bundles: readonly BundleSummary[];
  /** The program that sends the failure message. */
  readonly notifier: {
    /** Of the program: 64 hex digits. */
    readonly sha256: string;
    /** The npm packages in it. */
    readonly packages: readonly PackageRef[];
  };
  /** Sorted by path; paths are relative to the assets folder. */
  readonly assets: readonly ManifestFile[];
}

/** What the bundle of one Task is. */
export interface BundleSummary extends Pick<TaskBundle, "taskName" | "isolation" | "reasons" | "native"> {
  /** The npm packages in it. */
  readonly packages: readonly PackageRef[];
  /** Size of its files together. */
  readonly bytes: number;
  /** sha256 over the bundle's files. */
  readonly digest: string;
  /** sha256 over the client repo's own modules in it, as they were before they were bundled. */
  readonly codeDigest: string;
}
