import { counted } from "../model/counted.js";
import { absent, ok, problem, warning, type Verdict } from "./check.js";
import type { NamedFolder } from "./named-folder.js";

/** The folder that releases are deployed to. */
export type CodeMountFacts = NamedFolder<CodeMountReleases>;

export interface CodeMountReleases {
  /** Names of releases, sorted. */
  readonly releases: readonly string[];
  /** Folders with tasks in them that are no whole release: what is not there. */
  readonly incomplete: readonly { readonly name: string; readonly lacks: readonly string[] }[];
}

const SHOWN = 8;

export function codeMountVerdict(facts: CodeMountFacts): Verdict {
  const hint = "CODE_MOUNT must be the absolute path of the folder that code zips are unpacked into";
  switch (facts.kind) {
    case "not set":
      return absent("not set", `${hint}; a worker needs it`);
    case "relative":
      return problem(`${facts.folder} is a relative path, and a task starts in a folder of its own`, hint);
    case "missing":
      return problem(`there is no ${facts.folder}`, "is it mounted here? A worker needs it");
    case "no folder":
      return problem(`${facts.folder} is no folder`, hint);
    case "unreadable":
      return problem(
        `${facts.folder} cannot be read: ${facts.reason}`,
        "this user must be able to read it and enter it",
      );
    case "folder":
      return folderVerdict(facts);
  }
}

function folderVerdict({ folder, writable, releases, incomplete }: CodeMountFacts & { kind: "folder" }): Verdict {
  const found = `${folder}, ${writable ? "writable" : "read-only"}, ${releasesText(releases)}`;
  const [first] = incomplete;
  if (first !== undefined) {
    const more = incomplete.length === 1 ? "" : `, and ${incomplete.length - 1} more like it`;
    return warning(
      `${found}; ${first.name} is not whole: it has no ${first.lacks.join(", no ")}${more}`,
      "unpack its code zip again",
    );
  }
  return releases.length === 0 ? warning(found, "unpack a code zip there before its DAGs run") : ok(found);
}

function releasesText(releases: readonly string[]): string {
  if (releases.length === 0) return "no release in it";
  const more = releases.length > SHOWN ? ` and ${releases.length - SHOWN} more` : "";
  return `${counted(releases.length, "release")}: ${releases.slice(0, SHOWN).join(", ")}${more}`;
}
