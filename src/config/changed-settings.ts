import type { Config } from "./load.js";
import { configSchema } from "./schema.js";

type Values = Readonly<Record<string, unknown>>;

/**
 * The names of the settings that are not their default; the name is none of them, as every release has one of its own.
 *
 * @example
 * changedSettings(config) // ["resourceQueues", "airflow.owner"]
 */
export function changedSettings(config: Config): string[] {
  const { airflow, ...defaults } = configSchema.parse({});
  const keys = Object.keys(configSchema.shape).filter((key) => !["$schema", "name", "airflow"].includes(key));
  return [
    ...changedKeys(keys, defaults, { ...config }),
    ...changedKeys(Object.keys(config.airflow), airflow, config.airflow).map((key) => `airflow.${key}`),
  ];
}

function changedKeys(keys: readonly string[], defaults: Values, given: Values): string[] {
  return keys.filter((key) => JSON.stringify(given[key]) !== JSON.stringify(defaults[key]));
}
