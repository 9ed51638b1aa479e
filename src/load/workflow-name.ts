import type { WorkflowRecord } from "../authoring/brand.js";
import { composedWorkflowName } from "../model/naming.js";
import { show } from "./option-checks.js";

/** A workflow's name, with a stand-in for each part that is wrong, and all that is. */
export interface AuthoredName {
  readonly value: string;
  readonly wrong: readonly { readonly field: string; readonly message: string; readonly hint: string }[];
}

const REQUIRED_PARTS = ["inputData", "outputData", "category"] as const;
const PARTS = [...REQUIRED_PARTS, "detail"] as const;
const HINT = "give { workflowName } or { inputData, outputData, category, detail? }";

/** The name in either form: given as such, or composed of its parts. */
export function authoredName(details: WorkflowRecord["details"]): AuthoredName {
  const { workflowName } = details;
  if (workflowName === undefined) return nameOfParts(details);
  const wrong = PARTS.filter((part) => details[part] !== undefined).map((field) => ({
    field,
    message: `${field} does not go with workflowName`,
    hint: HINT,
  }));
  if (typeof workflowName === "string") return { value: workflowName, wrong };
  return { value: "unnamed", wrong: [wrongPart("workflowName", workflowName), ...wrong] };
}

/** The parts that are also tags. */
export function nameParts(details: WorkflowRecord["details"]): string[] {
  return REQUIRED_PARTS.flatMap((part) => (isUsable(details[part]) ? [details[part]] : []));
}

function nameOfParts(details: WorkflowRecord["details"]): AuthoredName {
  const { detail } = details;
  const wrong = REQUIRED_PARTS.filter((part) => !isUsable(details[part])).map((part) => wrongPart(part, details[part]));
  if (detail !== undefined && typeof detail !== "string") wrong.push(wrongPart("detail", detail));
  const [inputData, outputData, category] = REQUIRED_PARTS.map((part) =>
    isUsable(details[part]) ? details[part] : "unnamed",
  ) as [string, string, string];
  const value = composedWorkflowName({
    inputData,
    outputData,
    category,
    detail: typeof detail === "string" ? detail : undefined,
  });
  return { value, wrong };
}

function isUsable(part: unknown): part is string {
  return typeof part === "string" && part !== "";
}

function wrongPart(field: string, value: unknown): AuthoredName["wrong"][number] {
  const message = value === undefined ? `${field} is missing` : `${field} must be a text, but is ${show(value)}`;
  return { field, message: value === "" ? `${field} is empty` : message, hint: HINT };
}
