import type { Outcome } from "./build.js";
import type { Artifact } from "./model/artifact.js";
import { counted } from "./model/counted.js";
import { isClean, sortDiagnostics } from "./model/diagnostics.js";
import { silent, type Progress } from "./model/progress.js";
import { verifyAny, type Verified } from "./release/verify-any.js";
import type { Depth } from "./release/verify-zip.js";
import { limitsOf } from "./release/zip-directory.js";

/** What {@link verifyRelease} takes. */
export interface VerifyOptions {
  /** A release manifest, a zip, a deployed folder of code, or the manifest of deployed DAG files. */
  readonly path: string;
  /** How many megabytes may come out of a zip. Default: 4000, and no more than 200 times the zip. */
  readonly maxSizeMb?: number;
  /** Told when a stage starts, and what came of it. */
  readonly progress?: Progress;
}

/** What was verified. */
export interface VerifyResult {
  /** `release`: a release manifest and its zips. `zip`: one zip, alone. `code`, `dags`: deployed. */
  readonly kind: "release" | "zip" | "code" | "dags";
  /** Null where no manifest can be trusted. */
  readonly name: string | null;
  /** Null where no manifest can be trusted. */
  readonly version: string | null;
  /** Null where the release was built from no commit, too. */
  readonly gitCommit: string | null;
  /** Null where git could not say it, too. */
  readonly gitDirty: boolean | null;
  /** The zips and folders. */
  readonly parts: readonly {
    /** Null where no manifest says it. */
    readonly kind: Artifact["kind"] | null;
    /** As it was given. */
    readonly path: string;
    /** How many its manifest lists; null where it cannot be trusted. */
    readonly files: number | null;
    /** Unpacked, all together. */
    readonly bytes: number;
    /** Of a zip. */
    readonly sha256: string | null;
  }[];
  /** What was looked at, in words. */
  readonly checks: readonly string[];
}

/** See `verifyRelease` in `build.ts`. */
export async function verifyRelease(options: VerifyOptions): Promise<Outcome<VerifyResult>> {
  const { progress = silent } = options;
  progress.start("verify");
  const verified = await verifyAny(options.path, limitsOf(options.maxSizeMb));
  const diagnostics = sortDiagnostics(verified.findings);
  const { kind, description, parts } = verified;
  const files = parts.reduce((sum, { manifest }) => sum + (manifest?.files.length ?? 0), 0);
  progress.done("verify", counted(files, "file"));
  return {
    ok: isClean(diagnostics),
    diagnostics,
    result: {
      kind,
      name: description?.name ?? null,
      version: description?.version ?? null,
      gitCommit: description?.gitCommit ?? null,
      gitDirty: description?.gitDirty ?? null,
      parts: parts.map(({ kind, path, manifest, bytes, sha256 }) => {
        return { kind, path, files: manifest?.files.length ?? null, bytes, sha256 };
      }),
      checks: checksOf(verified),
    },
  };
}

/** Only what could be looked at. */
function checksOf({ kind, parts }: Verified): string[] {
  const reached = (...depths: readonly Depth[]): boolean =>
    parts.length > 0 && parts.every(({ depth }) => depths.includes(depth));
  const isWholeRelease = kind === "release" && parts.length === 2;
  const isOnDisk = kind === "code" || kind === "dags";
  const checks: [string, boolean][] = [
    ["how big it would be", !isOnDisk && reached("sizes", "entries", "content")],
    ["every entry's name, type and mode, and that no two are one file", !isOnDisk && reached("entries", "content")],
    [
      "every file's size, sha256 and CRC against its manifest; none missing, none added",
      !isOnDisk && reached("content"),
    ],
    ["every file's type, size and sha256 against its manifest; none missing", kind === "dags" && reached("content")],
    [
      "every file's type, size and sha256 against its manifest; none missing, none added",
      kind === "code" && reached("content"),
    ],
    ["that both zips are the ones the release manifest lists", isWholeRelease],
    [
      "that every task and every DAG file is of the build its manifest describes",
      reached("content") && (kind !== "release" || isWholeRelease),
    ],
    ["not: whether it is the zip that was released; the release manifest says that", kind === "zip"],
  ];
  return checks.flatMap(([check, wasMade]) => (wasMade ? [check] : []));
}
