import { createHash } from "node:crypto";
import type { ManifestFile } from "./artifact.js";
import type { DiskContent, FileEntry } from "./task-bundle.js";

export function sha256(content: Uint8Array | string): string {
  return createHash("sha256").update(content).digest("hex");
}

/** A file as a manifest lists it. */
export function manifestFile({ path, content, executable }: FileEntry): ManifestFile {
  const mode = executable ? "755" : "644";
  return isOnDisk(content)
    ? { path, bytes: content.bytes, mode, sha256: content.sha256 }
    : { path, bytes: content.byteLength, mode, sha256: sha256(content) };
}

export function isOnDisk(content: FileEntry["content"]): content is DiskContent {
  return "file" in content;
}

/** One digest over many files: their names, modes and contents, in the given order. */
export function digestOf(files: readonly ManifestFile[]): string {
  return sha256(files.map(({ path, mode, sha256 }) => `${mode} ${sha256} ${path}\n`).join(""));
}
