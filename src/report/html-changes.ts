import type { ReleaseChanges } from "../model/release-changes.js";

/** The page's list of changes; each line has a sign and a word, so that no colour is needed. */
export interface ChangesView {
  readonly known: boolean;
  readonly since: string;
  readonly none: boolean;
  readonly lines: readonly {
    readonly sign: string;
    readonly kind: string;
    readonly what: string;
    readonly name: string;
  }[];
}

export function changesView(changes: ReleaseChanges | null): ChangesView {
  if (changes === null) return { known: false, since: "", none: true, lines: [] };
  const { since, workflows, nodes, bundles } = changes;
  const lines = [
    ...workflows.added.map((name) => line("added", "workflow", name)),
    ...workflows.removed.map((name) => line("removed", "workflow", name)),
    ...nodes.flatMap(({ workflowName, added, removed }) => [
      ...added.map((name) => line("added", `node of ${workflowName}`, name)),
      ...removed.map((name) => line("removed", `node of ${workflowName}`, name)),
    ]),
    ...bundles.added.map((name) => line("added", "task", name)),
    ...bundles.removed.map((name) => line("removed", "task", name)),
    ...bundles.changed.map((name) => line("changed", "bundle of the task", name)),
  ];
  return { known: true, since, none: lines.length === 0, lines };
}

const SIGNS = { added: "+", removed: "−", changed: "~" };

function line(kind: keyof typeof SIGNS, what: string, name: string): ChangesView["lines"][number] {
  return { sign: SIGNS[kind], kind, what, name };
}
