import { deployRelease, type DeployResult } from "../../build.js";
import { printable } from "../../model/printable.js";
import { columns } from "../../report/text.js";
import type { CommonOptions } from "../program.js";
import { openStopSignal } from "../stop-signal.js";
import type { Terminal } from "../terminal.js";
import { releaseText, show, showError } from "./shared.js";

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
  options: CommonOptions & {
    readonly release?: string;
    readonly codeMount?: readonly string[];
    readonly dags?: string;
    readonly dagsAs?: "files" | "zip";
    readonly dryRun?: boolean;
    readonly maxSize?: number;
  },
  terminal: Terminal,
): Promise<number> {
  const { release = "", codeMount, dags, dagsAs, dryRun, maxSize } = options;
  const stop = openStopSignal();
  try {
    const outcome = await deployRelease({
      release,
      progress: terminal.progress,
      stop: stop.signal,
      dryRun: dryRun === true,
      ...(codeMount === undefined ? {} : { codeMounts: codeMount }),
      ...(dags === undefined ? {} : { dags }),
      ...(dagsAs === undefined ? {} : { dagsAs }),
      ...(maxSize === undefined ? {} : { maxSizeMb: maxSize }),
    });
    return show("deploy", outcome, options, terminal, deployText);
  } catch (error) {
    const stopped = stop.exitCode();
    if (stopped === null) throw error;
    showError("deploy", error, options, terminal);
    return stopped;
  } finally {
    stop.close();
  }
}

function deployText(result: DeployResult): string {
  const { steps, counts, codeMounts, codeMountsFromEnvironment } = result;
  const actions = Object.keys(ACTIONS) as Action[];
  const rows = steps.map(({ action, what, path }) => [`  ${ACTIONS[action].symbol} ${what}`, printable(path)]);
  const legend = actions.map((action) => `${ACTIONS[action].symbol} ${ACTIONS[action].words}`).join("  ");
  const count = actions
    .flatMap((action) => (counts[action] === undefined ? [] : [`${counts[action]} ${ACTIONS[action].words}`]))
    .join(", ");
  return [
    codeMountsFromEnvironment ? `code mount ${codeMounts.map(printable).join(", ")}, as CODE_MOUNT says\n` : "",
    columns(rows),
    `  ${legend}\n`,
    `${count}\n`,
    ...ending(result),
  ].join("");
}

function ending(result: DeployResult): string[] {
  const { dryRun, steps, counts, takeBack, kept, removedLeftovers } = result;
  if (counts.refuse !== undefined) return ["refused: nothing was changed\n"];
  if (dryRun) return ["nothing was changed (--dry-run)\n"];
  const left = removedLeftovers.map((file) => `removed what a killed deploy had left: ${printable(file)}\n`);
  const release = releaseText(result);
  if (takeBack.length === 0) return [...left, `${release} is in place already, whole\n`];
  const dagFiles = steps.filter(({ what, action }) => what === "dag" && action !== "remove").length;
  const places = [
    ...result.codeMounts.map((mount) => `code in ${printable(mount)}`),
    ...(result.dags === null
      ? []
      : [`${result.dagsAs === "zip" ? "the workflow zip" : `${dagFiles} DAG files`} in ${printable(result.dags)}`]),
  ];
  return [
    ...left,
    ...kept.map(({ path, trash }) => `what was ${printable(path)} is kept as ${printable(trash)}\n`),
    `deployed ${release}: ${places.join(", ")}\n`,
    "to take it back, when none of its runs is under way:\n",
    ...takeBack.map((command) => `  ${printable(command)}\n`),
  ];
}
