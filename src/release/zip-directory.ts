import path from "node:path";
import { DkistCoreError, type Diagnostic } from "../model/diagnostics.js";
import { printable } from "../model/printable.js";
import { collisions, whyUnsafe } from "./entry-name.js";
import { finding } from "./finding.js";

/** What a zip's directory says of one entry. */
export interface ZipEntryFacts {
  /** As it stands there; not necessarily a name. */
  readonly rawName: Uint8Array;
  /** The name that stands before the entry's content: some readers believe this one. */
  readonly rawLocalName: Uint8Array;
  /** Whether the entry says that its name is UTF-8. */
  readonly saysUtf8: boolean;
  /** Whether an extra field gives the entry another name. */
  readonly hasSecondName: boolean;
  /** Unix mode with its file type; 0 where the zip was not made on Unix. */
  readonly mode: number;
  readonly bytes: number;
  readonly compressedBytes: number;
  /** 0: stored, 8: deflated. */
  readonly method: number;
  readonly isEncrypted: boolean;
}

/** How big what comes out of a zip may be. */
export interface Limits {
  /** Unpacked, all files together. */
  readonly bytes: number;
  /** Unpacked bytes for each byte of the zip; counts from {@link FREE_BYTES} on. Null: any. */
  readonly ratio: number | null;
}

/**
 * 4 GB hold hundreds of tasks with native addons. Text and code shrink to a fifth or a tenth; what shrinks to less than a
 * two hundredth is a bomb, or empty frames, for which a size can be given.
 */
export const DEFAULT_LIMITS: Limits = { bytes: 4_000_000_000, ratio: 200 };
/** Whatever they come from: so much does no harm. */
const FREE_BYTES = 100_000_000;
/** Far more than any release has files. */
export const MAX_ENTRIES = 200_000;

const S_IFMT = 0o170000;
const S_IFREG = 0o100000;
const FILE_TYPES: Readonly<Record<number, string>> = {
  0o120000: "a link",
  0o040000: "a folder",
  0o010000: "a pipe",
  0o020000: "a device",
  0o060000: "a device",
  0o140000: "a socket",
};

/**
 * Limits from what a user gives.
 *
 * @param megabytes - the size that may be reached, whatever the zip's own; undefined: {@link DEFAULT_LIMITS}
 * @throws DkistCoreError BAD_USAGE
 */
export function limitsOf(megabytes: number | undefined): Limits {
  if (megabytes === undefined) return DEFAULT_LIMITS;
  if (Number.isSafeInteger(megabytes * 1_000_000) && megabytes > 0)
    return { bytes: megabytes * 1_000_000, ratio: null };
  throw new DkistCoreError("BAD_USAGE", `the largest size cannot be ${megabytes} MB`, {
    hint: "give megabytes, more than 0",
  });
}

/** The entry's name; bytes that are no UTF-8 become U+FFFD. */
export function entryName({ rawName }: Pick<ZipEntryFacts, "rawName">): string {
  return Buffer.from(rawName).toString("utf8");
}

/**
 * Entries that must not be unpacked: they would write elsewhere, or mean different files to different readers.
 *
 * @param file - the zip as it is to be named
 * @returns UNSAFE_ENTRY
 */
export function checkEntries(file: string, entries: readonly ZipEntryFacts[]): Diagnostic[] {
  const hint = "do not unpack this zip; build the release again";
  return [
    ...entries.flatMap((entry) => whyRefused(entry).map((reason) => unsafe(file, entryName(entry), reason, hint))),
    ...collisionFindings(file, entries.map(entryName), hint),
  ];
}

/**
 * The same for the paths of a zip that is yet to be written: what deploy would refuse shall not be built.
 *
 * @param file - the zip as it is to be named
 * @returns UNSAFE_ENTRY
 */
export function checkPaths(file: string, paths: readonly string[]): Diagnostic[] {
  const hint = "rename the file, or leave it out of the release";
  const named = paths.flatMap((name) => {
    const reason = whyUnsafe(name);
    return reason === null ? [] : [unsafe(file, name, `has a name that ${reason}`, hint)];
  });
  return [...named, ...collisionFindings(file, paths, hint)];
}

function collisionFindings(file: string, paths: readonly string[], hint: string): Diagnostic[] {
  return collisions(paths).map(([name, other]) => {
    if (name === other) return unsafe(file, name, "is there twice", hint);
    const isLike = name.normalize() === other.normalize() ? ": the same letters, their accents written otherwise" : "";
    return unsafe(file, name, `is the same file as ${quoted(other)} on some disks${isLike}`, hint);
  });
}

function whyRefused(entry: ZipEntryFacts): string[] {
  const { rawName, rawLocalName, saysUtf8, hasSecondName, mode, method, isEncrypted } = entry;
  const unsafeName = whyUnsafe(entryName(entry));
  const type = mode & S_IFMT;
  const permissions = mode & 0o7777;
  const reasons: (string | null)[] = [
    unsafeName === null ? null : `has a name that ${unsafeName}`,
    !saysUtf8 && rawName.some((byte) => byte >= 0x80) ? "has a name of which it does not say that it is UTF-8" : null,
    hasSecondName ? "has a second name in an extra field" : null,
    Buffer.compare(rawName, rawLocalName) === 0 ? null : "has another name before its content than in the directory",
    isEncrypted ? "is encrypted" : null,
    method === 0 || method === 8 ? null : `is compressed in a way (${method}) that no release is`,
  ];
  if (type !== S_IFREG) reasons.push(`is ${FILE_TYPES[type] ?? "no regular file"}`);
  else if (permissions !== 0o644 && permissions !== 0o755) {
    reasons.push(`has the mode ${permissions.toString(8)}, not 644 or 755`);
  }
  return reasons.filter((reason) => reason !== null);
}

/**
 * Whether what a zip's directory says can be unpacked without filling the disk.
 *
 * @param file - the zip as it is to be named
 * @param zipBytes - its size
 * @returns OVER_LIMIT
 */
export function checkSizes(
  file: string,
  entries: readonly Pick<ZipEntryFacts, "bytes">[],
  zipBytes: number,
  limits: Limits,
): Diagnostic[] {
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  const hint = "if it is right, say how big it may get: --max-size MB";
  const findings: Diagnostic[] = [];
  if (bytes > limits.bytes) {
    findings.push(
      finding(
        "OVER_LIMIT",
        file,
        `${path.basename(file)} would unpack to ${bytes} bytes; the limit is ${limits.bytes}`,
        hint,
      ),
    );
  }
  if (limits.ratio !== null && bytes > FREE_BYTES && bytes > limits.ratio * zipBytes) {
    const ratio = Math.round(bytes / zipBytes);
    const message = `${path.basename(file)} would unpack to ${ratio} times its size; the limit is ${limits.ratio}`;
    findings.push(finding("OVER_LIMIT", file, message, hint));
  }
  return findings;
}

function unsafe(file: string, name: string, reason: string, hint: string): Diagnostic {
  return finding("UNSAFE_ENTRY", file, `${quoted(name)} ${reason}`, hint);
}

function quoted(name: string): string {
  return printable(JSON.stringify(name));
}
