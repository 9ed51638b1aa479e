import type { Argument, Command, Option } from "commander";
import { EXPLANATIONS } from "../../model/explanation.js";
import { dagId } from "../../model/naming.js";
import type { Cursor } from "./cursor.js";
import type { Suggestion } from "./scripts.js";
import { counted } from "../../model/counted.js";

/** A workflow as completion knows it. */
export interface WorkflowNames {
  readonly workflowName: string;
  readonly taskNames: readonly string[];
}

/** A run as completion knows it. */
export interface RunNames {
  readonly runId: string;
  readonly workflowName: string;
  readonly version: string;
  readonly recipeRunId: number;
}

/** Where the names of a client repo come from; asked only where one of them may stand. */
export interface ClientNames {
  readonly workflows: () => Promise<readonly WorkflowNames[]>;
  /** Oldest first. */
  readonly runs: () => readonly RunNames[];
}

type Value = Omit<Extract<Suggestion, { kind: "text" }>, "kind"> | "file" | "folder" | "zip";

/**
 * What may stand at the cursor.
 *
 * @param current - the word at the cursor, up to it; texts that do not go on from it are left out
 */
export async function suggest(
  program: Command,
  cursor: Cursor,
  current: string,
  names: ClientNames,
): Promise<Suggestion[]> {
  const { command, place } = cursor;
  switch (place.kind) {
    case "command":
      return texts(commandNames(program), "", current);
    case "option":
      return texts(optionNames(command ?? program, cursor), "", current);
    case "value": {
      const { attached } = place;
      const values = await valuesOf(place.of, cursor, names);
      const paths = values.flatMap((value) => (typeof value === "string" ? [path(value, current, attached)] : []));
      const others = values.filter((value) => typeof value !== "string");
      return [...texts(others, attached, current), ...paths];
    }
    case "nothing":
      return [];
  }
}

function commandNames(program: Command): Exclude<Value, string>[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({ text: command.name(), description: command.description() }));
}

function optionNames(command: Command, { options }: Cursor): Exclude<Value, string>[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter((option) => option.variadic || options[option.attributeName()] === undefined)
    .map((option) => ({ text: option.long ?? option.short ?? "", description: option.description }));
}

/** Values that are paths, by what the help calls them. */
const PATHS: ReadonlyMap<string, "file" | "folder" | "zip"> = new Map([
  ["file", "file"],
  ["path", "file"],
  ["release", "file"],
  ["before", "file"],
  ["after", "file"],
  ["spec", "file"],
  ["folder", "folder"],
  ["dir", "folder"],
  ["code-zip", "zip"],
]);

/** What `--ci` of `init` knows. */
const CI_SERVICES = ["bitbucket", "github", "gitlab", "none"];

/** By what the help calls the value, so that an option whose value is a `<file>` completes files from its first day. */
async function valuesOf(of: Option | Argument, cursor: Cursor, names: ClientNames): Promise<Value[]> {
  if (of.argChoices !== undefined) return of.argChoices.map((text) => ({ text, description: "" }));
  const name = valueName(of);
  const asPath = PATHS.get(name);
  if (asPath !== undefined) return [asPath];
  switch (name) {
    case "service":
      return CI_SERVICES.map((text) => ({ text, description: "" }));
    case "python":
      return [
        { text: "auto", description: "the config's Airflow, else python3 on PATH" },
        { text: "none", description: "no Airflow" },
        "file",
      ];
    case "workflow":
      return (await names.workflows())
        .filter(({ workflowName }) => !cursor.operands.includes(workflowName))
        .map(({ workflowName, taskNames }) => ({
          text: workflowName,
          description: counted(taskNames.length, "task"),
        }));
    case "task":
      return [...new Set((await namedWorkflows(cursor, names)).flatMap(({ taskNames }) => taskNames))].map((text) => ({
        text,
        description: "a task",
      }));
    case "run":
      return namedRuns(cursor, names).map(({ runId, recipeRunId }) => ({
        text: runId,
        description: `recipe run ${recipeRunId}`,
      }));
    case "code":
      return Object.entries(EXPLANATIONS).map(([text, { summary }]) => ({ text, description: summary }));
    default:
      return [];
  }
}

/** Such as `file` in `--out <file>`. */
function valueName(of: Option | Argument): string {
  if (!("flags" in of)) return of.name();
  return /[<[]([^\]>.]+)/.exec(of.flags)?.[1] ?? "";
}

/** The workflow that was typed before the cursor, by its name or DAG id; all, where none was. */
async function namedWorkflows({ operands: [typed] }: Cursor, names: ClientNames): Promise<readonly WorkflowNames[]> {
  const workflows = await names.workflows();
  if (typed === undefined) return workflows;
  const exact = workflows.filter(({ workflowName }) => workflowName === typed);
  // Of a DAG id the version is not known here.
  return exact.length > 0 ? exact : workflows.filter(({ workflowName }) => typed.startsWith(`${workflowName}_`));
}

function namedRuns({ operands: [typed] }: Cursor, names: ClientNames): readonly RunNames[] {
  const isOf = ({ workflowName, version }: RunNames): boolean =>
    typed === undefined || [workflowName, dagId(workflowName, version)].includes(typed);
  return names.runs().filter(isOf);
}

function texts(values: readonly Exclude<Value, string>[], attached: string, current: string): Suggestion[] {
  return values
    .map(({ text, description }) => ({ kind: "text" as const, text: `${attached}${text}`, description }))
    .filter(({ text }) => text.startsWith(current));
}

function path(value: Extract<Value, string>, typed: string, attached: string): Suggestion {
  const type = value === "folder" ? "folder" : "file";
  return { kind: "path", type, ...(value === "zip" ? { extensions: ["zip"] } : {}), typed, attached };
}
