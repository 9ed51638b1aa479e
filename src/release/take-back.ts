import { shellWord } from "../model/shell-word.js";
import type { DeployStep } from "./deploy-plan.js";

/**
 * The shell commands that undo a deploy: what was last in place goes first, so that no DAG is without its code.
 *
 * @param kept - where what was there before is kept
 */
export function takeBackCommands(
  steps: readonly DeployStep[],
  kept: readonly { readonly path: string; readonly trash: string }[],
): string[] {
  const trashOf = new Map(kept.map(({ path, trash }) => [path, trash]));
  const [code, dags] = [steps.filter(({ what }) => what === "code"), steps.filter(({ what }) => what !== "code")];
  const made = dags.filter(({ action }) => action === "new");
  const changed = [...dags, ...code].filter(({ path }) => trashOf.has(path));
  const back = (path: string): string => `mv ${shellWord(trashOf.get(path) ?? "")} ${shellWord(path)}`;
  return [
    ...(made.length === 0 ? [] : [`rm ${made.map(({ path }) => shellWord(path)).join(" ")}`]),
    ...changed.filter(({ what }) => what !== "code").map(({ path }) => back(path)),
    ...code.flatMap(({ action, path }) =>
      action === "new"
        ? [`rm -r ${shellWord(path)}`]
        : trashOf.has(path)
          ? [`rm -r ${shellWord(path)} && ${back(path)}`]
          : [],
    ),
  ];
}
