import { absent, ok, problem, warning, type Verdict } from "./check.js";

/** What came of reading the config. */
export type ConfigFacts =
  | {
      readonly kind: "good";
      /** Relative to the client repo; null where there is none. */
      readonly file: string | null;
      readonly releaseName: string;
      /** The settings that are not their default. */
      readonly changed: readonly string[];
      /** The variables that are set, and matter to the commands. */
      readonly variables: readonly string[];
    }
  | {
      readonly kind: "broken";
      readonly message: string;
      readonly hint: string | undefined;
      readonly file: string | undefined;
    }
  | { readonly kind: "no client repo"; readonly root: string };

export function configVerdict(facts: ConfigFacts): Verdict {
  if (facts.kind === "good") {
    const { file, releaseName, changed, variables } = facts;
    const settings = changed.length === 0 ? "every setting is its default" : `sets ${changed.join(", ")}`;
    return ok(
      [
        file === null ? "no file: every setting is its default" : `${file}: ${settings}`,
        ...(variables.length === 0 ? [] : [`from the environment: ${variables.join(", ")}`]),
        `release name ${releaseName}`,
      ].join("; "),
    );
  }
  if (facts.kind === "no client repo") {
    return absent(`no client repo in ${facts.root}`, "run this in the client repo, or with --cwd");
  }
  const { message, hint, file } = facts;
  return problem(`${file === undefined ? "" : `${file}: `}${oneLine(message)}`, hint);
}

/** A heading and its indented lines. */
function oneLine(message: string): string {
  const [first = "", ...rest] = message.split("\n").map((line) => line.trim());
  return rest.length === 0 ? first : `${first} ${rest.join("; ")}`;
}

/** The copy of this package that the client repo imports. */
export interface LibraryFacts {
  /** Undefined where it finds none. */
  readonly version: string | undefined;
  /** That of the command that is running. */
  readonly ownVersion: string;
}

export function libraryVerdict({ version, ownVersion }: LibraryFacts): Verdict {
  if (version === undefined) {
    return problem("the client repo finds no dkist-processing-core", "npm install, or add it to the dependencies");
  }
  if (version === ownVersion) return ok(version);
  const hint = "npx dkist-core, called in the client repo, runs the copy that is installed there";
  return warning(`${version} in the client repo, but this command is ${ownVersion}`, hint);
}

export function modulesVerdict(count: number, globs: readonly string[]): Verdict {
  const where = globs.join(", ");
  if (count > 0) return ok(`${count} ${count === 1 ? "file matches" : "files match"} ${where}`);
  return problem(
    `no file matches ${where}`,
    "compile first (npm run build, or npx tsc), or set workflows in the config to where the modules are",
  );
}

/** @param why - in git's words, why there is no commit */
export function gitVerdict(commit: string | null, dirty: boolean | null, why: string): Verdict {
  if (commit === null) return problem(why, "a release that is built here does not say which commit it is made of");
  const found = `commit ${commit.slice(0, 12)}`;
  if (dirty !== true) return ok(found);
  return warning(
    `${found}, with changes that are not committed`,
    "commit before a release is built: build refuses it else",
  );
}

/** The lock file, and npm where it is the one that reads it. */
export interface LockFileFacts {
  /** Its name; undefined where there is none. */
  readonly name: string | undefined;
  /** Undefined where npm does not run. */
  readonly npm: string | undefined;
}

export function lockFileVerdict({ name, npm }: LockFileFacts): Verdict {
  const found = `${name ?? "none"}${npm === undefined ? "" : `, npm ${npm}`}`;
  if (name === undefined) {
    return problem(found, "commit the lock file: without it a release cannot be built again with the same packages");
  }
  const isNpms = name === "package-lock.json" || name === "npm-shrinkwrap.json";
  return isNpms && npm === undefined ? problem(`${name}, but npm does not run`, "install npm") : ok(found);
}
