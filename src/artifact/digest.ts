import { createHash } from "node:crypto";
import type { ManifestFile } from "../model/artifact.js";
import type { FileEntry } from "../model/task-bundle.js";

export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A file as a manifest lists it. */
export function manifestFile({ path, content, executable }: FileEntry): ManifestFile {
  return { path, bytes: content.byteLength, mode: executable ? "755" : "644", sha256: sha256(content) };
}

/** One digest over many files: their names, modes and contents, in the given order. */
export function digestOf(files: readonly ManifestFile[]): string {
  return sha256(files.map(({ path, mode, sha256 }) => `${mode} ${sha256} ${path}\n`).join(""));
}
