import { verifyRelease, type VerifyResult } from "../../build.js";
import { printable } from "../../model/printable.js";
import { bytesText, columns } from "../../report/text.js";
import { decimalNumber } from "../option-values.js";
import type { OutputOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { releaseText, report } from "./shared.js";
import { counted } from "../../model/counted.js";

const KINDS = {
  release: "release",
  zip: "zip of",
  code: "deployed code of",
  dags: "deployed DAG files of",
} as const;

/** `dkist-core verify`: whether a release, or a part of one, is whole. */
export async function verify(
  options: OutputOptions & { readonly path?: string; readonly maxSize?: string },
  terminal: Terminal,
): Promise<number> {
  const { path = "", maxSize } = options;
  const outcome = await verifyRelease({
    path,
    progress: terminal.progress,
    ...(maxSize === undefined
      ? {}
      : { maxSizeMb: decimalNumber("--max-size", maxSize, "give megabytes, more than 0") }),
  });
  return report("verify", outcome, options, terminal, (result) => ({
    made: verifiedText(result),
    words: outcome.ok ? "whole: nothing is wrong\n" : "not to be deployed or run: see above\n",
  }));
}

function verifiedText({ kind, parts, checks, ...release }: VerifyResult): string {
  const rows = parts.map(({ kind, path, files, bytes, sha256 }) => [
    `  ${kind ?? "unknown"}`,
    printable(path),
    files === null ? "" : counted(files, "file"),
    bytesText(bytes),
    sha256 === null ? "" : `sha256 ${sha256.slice(0, 12)}`,
  ]);
  const head = release.name === null ? "" : `${KINDS[kind]} ${releaseText(release)}\n`;
  return `${head}${columns(rows)}checked:\n${checks.map((check) => `  ${check}\n`).join("")}`;
}
