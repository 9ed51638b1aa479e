import { ok, problem, warning, type Verdict } from "./check.js";

/** What this machine is. */
export interface PlatformFacts {
  readonly platform: string;
  readonly arch: string;
  readonly libc?: string | null;
  /** Of the operating system, e.g. `6.1.0-18-amd64`. */
  readonly release: string;
}

export function platformVerdict({ platform, arch, libc, release }: PlatformFacts): Verdict {
  const found = [platform, release, arch, libc ?? ""].filter((part) => part !== "").join(" ");
  return platform === "linux" ? ok(found) : warning(found, "dkist-core and its tasks are tested on Linux alone");
}

/** @param version - the first line that `bash --version` printed; undefined where it does not run */
export function bashVerdict(version: string | undefined): Verdict {
  if (version === undefined) return problem("does not run", "install bash: Airflow starts every task by it");
  return ok(/version ([^ (]+)/.exec(version)?.[1] ?? version);
}

/** What a folder for files of passage is like. */
export interface TempFolderFacts {
  readonly folder: string;
  /** Why no file could be written there; undefined where one could. */
  readonly refusal: string | undefined;
  /** Undefined where the system does not say. */
  readonly freeBytes: number | undefined;
}

/** A Node process, bundles under way and Airflow's own files. */
const LITTLE_BYTES = 1_000_000_000;
const TOO_LITTLE_BYTES = 100_000_000;

export function tempFolderVerdict({ folder, refusal, freeBytes }: TempFolderFacts): Verdict {
  const hint = "make room there, or let TMPDIR name another folder";
  if (refusal !== undefined) return problem(`cannot write in ${folder}: ${refusal}`, hint);
  if (freeBytes === undefined) return ok(`${folder}, writable`);
  const found = `${folder}, writable, ${(freeBytes / 1e9).toFixed(1)} GB free`;
  if (freeBytes < TOO_LITTLE_BYTES) return problem(found, hint);
  return freeBytes < LITTLE_BYTES ? warning(found, hint) : ok(found);
}
