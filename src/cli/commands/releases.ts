import { listReleases, type DeployedRelease, type ReleasesResult } from "../../build.js";
import { printable } from "../../model/printable.js";
import { bytesText, columns } from "../../report/text.js";
import type { OutputOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { show } from "./shared.js";

/** `dkist-core releases`: what is deployed, and whether it is whole. */
export async function releases(
  options: OutputOptions & {
    readonly codeMount?: readonly string[];
    readonly dags?: string;
    readonly quick?: boolean;
  },
  terminal: Terminal,
): Promise<number> {
  const { codeMount, dags, quick } = options;
  const outcome = await listReleases({
    progress: terminal.passing,
    quick: quick === true,
    ...(codeMount === undefined ? {} : { codeMounts: codeMount }),
    ...(dags === undefined ? {} : { dags }),
  });
  return show("releases", outcome, options, terminal, releasesText);
}

function releasesText({ codeMounts, dags, releases, promoted, leftovers }: ReleasesResult): string {
  const several = codeMounts.length > 1;
  const head = [
    "NAME",
    "VERSION",
    "GIT",
    "DAGS",
    ...codeMounts.map((mount) => (several ? `CODE ${printable(mount)}` : "CODE")),
  ];
  if (dags !== null) head.push("DAG FILES");
  const mark = ({ name, version }: DeployedRelease): string =>
    promoted.some((one) => one.name === name && one.version === version) ? " (promoted)" : "";
  const rows = releases.map((one) => [
    printable(one.name ?? one.release),
    one.version === null ? "?" : `${printable(one.version)}${mark(one)}`,
    one.gitCommit === null ? "-" : `${printable(one.gitCommit.slice(0, 7))}${one.gitDirty === true ? " (dirty)" : ""}`,
    one.dagIds === null ? "?" : String(one.dagIds.length),
    ...one.code.map(({ state }) => state),
    ...(one.dags === null ? [] : [`${one.dags.state}${one.dags.as === null ? "" : ` (${one.dags.as})`}`]),
  ]);
  const table = rows.length === 0 ? "nothing is deployed here\n" : columns([head, ...rows]);
  return `${table}${leftoversText(leftovers)}`;
}

function leftoversText(leftovers: ReleasesResult["leftovers"]): string {
  if (leftovers.length === 0) return "";
  const rows = leftovers.map(({ kind, path, bytes, isAbandoned }) => {
    const what = kind === "trash" ? "was there before" : isAbandoned ? "of a killed deploy" : "of a deploy under way";
    return [`  ${printable(path)}`, bytesText(bytes), what];
  });
  const hint = leftovers.some(({ kind }) => kind === "trash")
    ? "what was there before can be removed once nothing that was started from it runs\n"
    : "";
  return `leftovers:\n${columns(rows)}${hint}`;
}
