import { verifyRelease, type VerifyResult } from "../../build.js";
import { printable } from "../../model/printable.js";
import { bytesText, columns } from "../../report/text.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { releaseText, show } from "./shared.js";

const KINDS = {
  release: "release",
  zip: "zip of",
  code: "deployed code of",
  dags: "deployed DAG files of",
} as const;

/** `dkist-core verify`: whether a release, or a part of one, is whole. */
export async function verify(
  options: CommonOptions & { readonly path?: string; readonly maxSize?: number },
  terminal: Terminal,
): Promise<number> {
  const { path = "", maxSize } = options;
  const outcome = await verifyRelease({
    path,
    progress: terminal.progress,
    ...(maxSize === undefined ? {} : { maxSizeMb: maxSize }),
  });
  return show("verify", outcome, options, terminal, (result) => `${verifiedText(result)}${verdict(outcome.ok)}\n`);
}

function verifiedText({ kind, parts, checks, ...release }: VerifyResult): string {
  const rows = parts.map(({ kind, path, files, bytes, sha256 }) => [
    `  ${kind ?? "unknown"}`,
    printable(path),
    files === null ? "" : `${files} files`,
    bytesText(bytes),
    sha256 === null ? "" : `sha256 ${sha256.slice(0, 12)}`,
  ]);
  const head = release.name === null ? "" : `${KINDS[kind]} ${releaseText(release)}\n`;
  return `${head}${columns(rows)}checked:\n${checks.map((check) => `  ${check}\n`).join("")}`;
}

function verdict(isOk: boolean): string {
  return isOk ? "whole: nothing is wrong" : "not to be deployed or run: see above";
}
