import { createHash, randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

/** A temporary file or folder, as its name tells of it. */
export interface Temporary {
  /** What it is to become. */
  readonly name: string;
  /** The machine that makes it. */
  readonly host: string;
  readonly pid: number;
}

const TEMPORARY = /^\.(.+)\.([0-9a-f]{8})-(\d+)-[0-9a-f]{8}\.tmp$/;
/** Longer than any work on a temporary takes, whatever the clocks of the machines that share a disk say. */
const ABANDONED_MS = 24 * 3600_000;

/**
 * A name for what is being made: hidden, with an ending that Airflow does not parse, and one that says who makes it.
 *
 * @example
 * temporaryName("a.py") // ".a.py.4be1a0c2-812-9f31c07e.tmp"
 */
export function temporaryName(name: string): string {
  return `.${name}.${thisHost()}-${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
}

/** @returns null for every other name */
export function parseTemporaryName(fileName: string): Temporary | null {
  const [, name, host, pid] = TEMPORARY.exec(fileName) ?? [];
  return name === undefined || host === undefined ? null : { name, host, pid: Number(pid) };
}

/**
 * Whether nobody works on a temporary any more: its process on this machine is gone, or it is so old that its process,
 * here or on another machine that shares the disk, cannot be at work.
 */
export function isAbandoned({ host, pid }: Temporary, ageMs: number): boolean {
  return ageMs > ABANDONED_MS || (host === thisHost() && !isRunning(pid));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

let known: string | undefined;

/**
 * Where a process id means one process: two containers may share their host's name, and a number comes again after a start
 * of the machine.
 */
function thisHost(): string {
  return (known ??= createHash("sha256").update(factsOfHost().join("\n")).digest("hex").slice(0, 8));
}

function factsOfHost(): string[] {
  return [
    hostname(),
    orNothing(() => readFileSync("/proc/sys/kernel/random/boot_id", "utf8")),
    orNothing(() => readlinkSync("/proc/self/ns/pid")),
  ];
}

function orNothing(read: () => string): string {
  try {
    return read();
  } catch {
    return ""; // no Linux
  }
}
