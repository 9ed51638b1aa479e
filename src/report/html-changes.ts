import type { Change } from "../model/release-changes.js";
import { changeSections, changeWords, countText, type Words } from "./change-words.js";

/** The page's list of changes; each line has a sign and a word, so that no colour is needed. */
export interface ChangesView {
  readonly known: boolean;
  readonly since: string;
  readonly count: string;
  readonly sections: readonly {
    readonly title: string;
    readonly workflow: string;
    readonly lines: readonly ChangeView[];
  }[];
}

interface ChangeView {
  readonly kind: string;
  readonly sign: string;
  readonly what: string;
  readonly name: string;
  readonly details: readonly Words[];
}

/** What a release has otherwise than the one before it. */
export interface ChangesSince {
  /** The version that it is compared with. */
  readonly since: string;
  readonly changes: readonly Change[];
}

export function changesView(compared: ChangesSince | null): ChangesView {
  if (compared === null) return { known: false, since: "", count: "", sections: [] };
  const { since, changes } = compared;
  const sections = changeSections(changes).map(({ title, workflow, changes }) => ({
    title,
    workflow: workflow ?? "",
    lines: changes.map(changeView),
  }));
  return { known: true, since, count: countText(changes), sections };
}

const SIGNS = { added: "+", removed: "−", changed: "~" };

function changeView(change: Change): ChangeView {
  const { kind, what, name, details } = changeWords(change);
  // One list of pieces: a template has no use for lists in lists.
  const told = details.flatMap((phrase, index) => [{ text: index === 0 ? ": " : ", ", code: false }, ...phrase]);
  return { kind, sign: SIGNS[kind], what, name, details: told };
}
