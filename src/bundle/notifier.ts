import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { PackageRef } from "../model/task-bundle.js";

/** The program that sends the failure message, as one file. */
export interface Notifier {
  readonly content: Uint8Array;
  /** What is in it beside our own code. */
  readonly packages: readonly PackageRef[];
}

/** Both are made when this package is built; the paths are right for this module compiled and as it is. */
const PROGRAM = fileURLToPath(new URL("../../dist/notify-failure.js", import.meta.url));
const PACKAGES = fileURLToPath(new URL("../../dist/notify-failure.packages.json", import.meta.url));

export async function readNotifier(): Promise<Notifier> {
  const [content, packages] = await Promise.all([readFile(PROGRAM), readFile(PACKAGES, "utf8")]);
  return { content, packages: JSON.parse(packages) as PackageRef[] };
}
