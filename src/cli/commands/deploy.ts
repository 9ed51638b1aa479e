import { deployRelease, type DeployResult } from "../../build.js";
import { counted } from "../../model/counted.js";
import { printable } from "../../model/printable.js";
import { columns } from "../../report/text.js";
import { decimalNumber } from "../option-values.js";
import type { OutputOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { releaseText, report } from "./shared.js";

type Action = DeployResult["steps"][number]["action"];

const ACTIONS: Readonly<Record<Action, { readonly symbol: string; readonly words: string }>> = {
  new: { symbol: "+", words: "new" },
  same: { symbol: "=", words: "already there" },
  replace: { symbol: "~", words: "replaced" },
  restore: { symbol: "!", words: "damaged, restored" },
  remove: { symbol: "-", words: "removed" },
  refuse: { symbol: "x", words: "refused" },
};

/** `dkist-core deploy`: puts a release in place. */
export async function deploy(
  options: OutputOptions & {
    readonly release?: string;
    readonly codeMount?: readonly string[];
    readonly dags?: string;
    readonly dagsAs?: "files" | "zip";
    readonly dryRun?: boolean;
    readonly maxSize?: string;
  },
  terminal: Terminal,
): Promise<number> {
  const { release = "", codeMount, dags, dagsAs, dryRun, maxSize } = options;
  const outcome = await deployRelease({
    release,
    progress: terminal.progress,
    dryRun: dryRun === true,
    ...(codeMount === undefined ? {} : { codeMounts: codeMount }),
    ...(dags === undefined ? {} : { dags }),
    ...(dagsAs === undefined ? {} : { dagsAs }),
    ...(maxSize === undefined
      ? {}
      : { maxSizeMb: decimalNumber("--max-size", maxSize, "give megabytes, more than 0") }),
  });
  return report("deploy", outcome, options, terminal, (result) => ({
    made: `${planText(result)}${doneText(result)}`,
    words: takeBackText(result),
  }));
}

function planText({ steps, counts, codeMounts, codeMountsFromEnvironment }: DeployResult): string {
  const actions = Object.keys(ACTIONS) as Action[];
  const rows = steps.map(({ action, what, path }) => [`  ${ACTIONS[action].symbol} ${what}`, printable(path)]);
  const legend = actions.map((action) => `${ACTIONS[action].symbol} ${ACTIONS[action].words}`).join("  ");
  const count = actions
    .flatMap((action) => (counts[action] === undefined ? [] : [`${counts[action]} ${ACTIONS[action].words}`]))
    .join(", ");
  const from = codeMountsFromEnvironment
    ? `code mount ${codeMounts.map(printable).join(", ")}, as CODE_MOUNT says\n`
    : "";
  return `${from}${columns(rows)}  ${legend}\n${count}\n`;
}

function doneText(result: DeployResult): string {
  const { dryRun, counts, takeBack, kept, removedLeftovers } = result;
  if (counts.refuse !== undefined) return "refused: nothing was changed\n";
  if (dryRun) return "nothing was changed (--dry-run)\n";
  return [
    ...removedLeftovers.map((file) => `removed what a killed deploy had left: ${printable(file)}\n`),
    ...kept.map(({ path, trash }) => `what was ${printable(path)} is kept as ${printable(trash)}\n`),
    takeBack.length === 0
      ? `${releaseText(result)} is in place already, whole\n`
      : `deployed ${releaseText(result)}: ${placesText(result)}\n`,
  ].join("");
}

function placesText({ codeMounts, dags, dagsAs, steps }: DeployResult): string {
  const dagFiles = steps.filter(({ what, action }) => what === "dag" && action !== "remove").length;
  const dagsText = dagsAs === "zip" ? "the workflow zip" : counted(dagFiles, "DAG file");
  return [
    ...codeMounts.map((mount) => `code in ${printable(mount)}`),
    ...(dags === null ? [] : [`${dagsText} in ${printable(dags)}`]),
  ].join(", ");
}

function takeBackText({ takeBack }: DeployResult): string {
  if (takeBack.length === 0) return "";
  const commands = takeBack.map((command) => `  ${printable(command)}\n`).join("");
  return `to take it back, when none of its runs is under way:\n${commands}`;
}
