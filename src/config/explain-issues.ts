import * as z from "zod/mini";
import { DkistCoreError } from "../model/diagnostics.js";
import { nearestName } from "../model/nearest-name.js";

/** Turns all that is wrong with a config into one error, a line an issue, unknown keys with the nearest known one. */
export function explainIssues(
  issues: readonly z.core.$ZodIssue[],
  file: string,
  schema: z.ZodMiniType,
): DkistCoreError {
  const sentences = issues.flatMap((issue) => explain(issue, schema));
  const [first = "", ...rest] = sentences;
  const message =
    rest.length === 0 ? first : `${sentences.length} wrong settings:\n${sentences.map((s) => `  ${s}`).join("\n")}`;
  return new DkistCoreError("BAD_CONFIG", message, {
    hint: "every setting is in docs/configuration.md; config-schema.json helps an editor to complete them",
    location: { file },
  });
}

function explain(issue: z.core.$ZodIssue, schema: z.ZodMiniType): string[] {
  const place = issue.path.map(String).join(".");
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => {
      const name = place === "" ? key : `${place}.${key}`;
      const near = nearestName(key, known);
      return `${name} is not a setting${near === undefined ? "" : `; did you mean ${near}?`}`;
    });
  }
  return [`${place === "" ? "the config" : place}: ${issue.message}`];
}

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
}

function knownKeys(schema: z.ZodMiniType, path: readonly PropertyKey[]): string[] {
  let here: JsonSchema | undefined = z.toJSONSchema(schema, { io: "input" }) as JsonSchema;
  for (const key of path) {
    const additional: JsonSchema | boolean | undefined = here?.additionalProperties;
    here = here?.properties?.[String(key)] ?? (typeof additional === "object" ? additional : undefined);
  }
  return Object.keys(here?.properties ?? {});
}
