import { DkistCoreError } from "../model/diagnostics.js";
import { messageOf } from "../model/message-of.js";

/** As in the DAG: a process gets at most 128 kB in one environment variable. */
const MAX_CONF_BYTES = 100_000;

/**
 * A run's conf as the DAG hands it to its tasks: what the user gave, with the recipe run id in it, as ASCII JSON.
 *
 * @param given - the JSON text of an object; undefined: none
 * @throws DkistCoreError BAD_USAGE where Airflow would refuse it
 * @example
 * dagRunConf(7, '{"wavelength": 656.28}') // '{"recipe_run_id":7,"wavelength":656.28}'
 */
export function dagRunConf(recipeRunId: number, given: string | undefined): string {
  const conf = { recipe_run_id: recipeRunId, ...parse(given ?? "{}") };
  if (conf.recipe_run_id !== recipeRunId) {
    throw badConf(`the conf says recipe_run_id ${JSON.stringify(conf.recipe_run_id)}, not ${recipeRunId}`);
  }
  // As Python's json.dumps does, so that the limit and the bytes are the same.
  const text = asJson(conf).replace(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  if (text.length > MAX_CONF_BYTES) {
    throw badConf(`the conf is ${text.length} bytes as JSON, but a task can be given ${MAX_CONF_BYTES}`);
  }
  return text;
}

function asJson(conf: object): string {
  try {
    return JSON.stringify(conf);
  } catch {
    throw badConf("the conf is nested too deeply");
  }
}

function parse(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw badConf(`the conf is not JSON: ${messageOf(cause)}`);
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw badConf("the conf must be a JSON object");
}

function badConf(message: string): DkistCoreError {
  return new DkistCoreError("BAD_USAGE", message, { hint: `check --conf, e.g. --conf '{"wavelength": 656.28}'` });
}
