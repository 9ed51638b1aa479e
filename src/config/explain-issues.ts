import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { DkistCoreError } from "../model/diagnostics.js";

/** Turns all that is wrong with a config into one error, a line an issue, unknown keys with the nearest known one. */
export function explainIssues(issues: readonly z.core.$ZodIssue[], file: string, schema: z.ZodType): DkistCoreError {
  const sentences = issues.flatMap((issue) => explain(issue, schema));
  const [first = "", ...rest] = sentences;
  const message = rest.length === 0 ? first : `${sentences.length} wrong settings:\n${sentences.map((s) => `  ${s}`).join("\n")}`;
  return new DkistCoreError("BAD_CONFIG", message, {
    hint: "every setting is in the README under Config; config-schema.json helps an editor to complete them",
    location: { file },
  });
}

function explain(issue: z.core.$ZodIssue, schema: z.ZodType): string[] {
  const place = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => {
      const name = place === "" ? key : `${place}.${key}`;
      const near = nearest(key, known);
      return `${name} is not a setting${near === undefined ? "" : `; did you mean ${near}?`}`;
    });
  }
  return [`${place === "" ? "the config" : place}: ${issue.message}`];
}

/** The nearest known name, when it is near enough to be what was meant. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  if (known.length === 0) return undefined;
  const best = closest(name, known);
  return distance(name.toLowerCase(), best.toLowerCase()) <= Math.max(2, Math.floor(name.length / 3)) ? best : undefined;
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  let here: JsonSchema | undefined = schema.toJSONSchema({ io: "input" }) as JsonSchema;
  for (const key of path) {
    const additional: JsonSchema | boolean | undefined = here?.additionalProperties;
    here = here?.properties?.[String(key)] ?? (typeof additional === "object" ? additional : undefined);
  }
  return Object.keys(here?.properties ?? {});
}
