import { parseArgs } from "node:util";
import type { JsonValue } from "../authoring/task.js";
import { isError } from "./error-facts.js";

/** What a task process was asked to do. */
export interface TaskInput {
  readonly mode: "run" | "rollback";
  readonly recipeRunId: number;
  readonly workflowName: string;
  readonly workflowVersion: string;
  readonly conf: Readonly<Record<string, JsonValue>>;
  /** One-based. */
  readonly tryNumber: number;
  /** Undefined outside Airflow. */
  readonly dagId: string | undefined;
  /** Undefined outside Airflow. */
  readonly dagRunId: string | undefined;
}

/** Input for a whole run, for a check only, or what is wrong with it: one sentence a problem. */
export type ParsedInput =
  | { readonly kind: "task"; readonly input: TaskInput }
  | { readonly kind: "check" }
  | { readonly kind: "usage"; readonly problems: readonly string[] };

export type Environment = Readonly<Record<string, string | undefined>>;

const OPTIONS = {
  "recipe-run-id": { type: "string" },
  "workflow-name": { type: "string" },
  "workflow-version": { type: "string" },
  conf: { type: "string" },
  check: { type: "boolean" },
  rollback: { type: "boolean" },
} as const;

/**
 * Reads what a task process shall do. A flag wins over its variable; an empty variable counts as not set.
 *
 * @param args - without node and the script
 * @param environment - DKIST_RECIPE_RUN_ID, DKIST_WORKFLOW, DKIST_VERSION, DKIST_DAG_RUN_CONF, DKIST_DAG_ID,
 *   DKIST_RUN_ID, DKIST_TRY_NUMBER
 * @returns all problems at once; their words never hold a value, as a value may be a secret
 * @example
 * parseTaskInput(["--recipe-run-id", "7"], { DKIST_WORKFLOW: "l0_to_l1_vbi", DKIST_VERSION: "1.4.0" })
 */
export function parseTaskInput(args: readonly string[], environment: Environment): ParsedInput {
  let flags;
  try {
    flags = parseFlags(args);
  } catch (error) {
    return { kind: "usage", problems: [isError(error) ? error.message : "the flags cannot be read"] };
  }
  const { check = false, rollback = false } = flags;
  if (check && rollback) return { kind: "usage", problems: ["--check and --rollback exclude each other"] };
  if (check) return { kind: "check" };

  const variable = (name: string): string | undefined => (environment[name] === "" ? undefined : environment[name]);
  const problems: string[] = [];
  const required = (value: string | undefined, names: string): string => {
    if (value === undefined || value === "") problems.push(`${names} is required`);
    return value ?? "";
  };
  const input: TaskInput = {
    mode: rollback ? "rollback" : "run",
    recipeRunId: recipeRunId(flags["recipe-run-id"] ?? variable("DKIST_RECIPE_RUN_ID"), problems),
    workflowName: required(flags["workflow-name"] ?? variable("DKIST_WORKFLOW"), "DKIST_WORKFLOW (--workflow-name)"),
    workflowVersion: required(
      flags["workflow-version"] ?? variable("DKIST_VERSION"),
      "DKIST_VERSION (--workflow-version)",
    ),
    conf: dagRunConf(flags.conf ?? variable("DKIST_DAG_RUN_CONF"), problems),
    tryNumber: tryNumber(variable("DKIST_TRY_NUMBER"), problems),
    dagId: variable("DKIST_DAG_ID"),
    dagRunId: variable("DKIST_RUN_ID"),
  };
  return problems.length === 0 ? { kind: "task", input } : { kind: "usage", problems };
}

/** A DAG passes all by environment: then the parser, which takes half a millisecond to load, is not needed. */
function parseFlags(args: readonly string[]) {
  const config = { args: [...args], options: OPTIONS, strict: true, allowPositionals: false } as const;
  return args.length === 0 ? ({} as ReturnType<typeof parseArgs<typeof config>>["values"]) : parseArgs(config).values;
}

/** Airflow and JSON tools write whole numbers as `7.0`, too. */
function recipeRunId(text: string | undefined, problems: string[]): number {
  const name = "DKIST_RECIPE_RUN_ID (--recipe-run-id)";
  const value = wholeNumber(text, /^[0-9]+(?:\.0*)?$/);
  if (text === undefined) problems.push(`${name} is required`);
  else if (value === undefined) problems.push(`${name} must be a whole number from 1 to ${Number.MAX_SAFE_INTEGER}`);
  return value ?? 0;
}

function tryNumber(text: string | undefined, problems: string[]): number {
  if (text === undefined) return 1;
  const value = wholeNumber(text, /^[0-9]+$/);
  if (value === undefined) problems.push("DKIST_TRY_NUMBER must be a whole number of at least 1");
  return value ?? 0;
}

function wholeNumber(text: string | undefined, form: RegExp): number | undefined {
  if (text === undefined || !form.test(text)) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 1 ? value : undefined;
}

function dagRunConf(text: string | undefined, problems: string[]): Readonly<Record<string, JsonValue>> {
  if (text === undefined) return {};
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, JsonValue>>;
    }
    problems.push("DKIST_DAG_RUN_CONF (--conf) must be a JSON object");
  } catch {
    problems.push("DKIST_DAG_RUN_CONF (--conf) is not valid JSON");
  }
  return {};
}
