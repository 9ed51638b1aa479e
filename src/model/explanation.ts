import type { DiagnosticCode, ErrorCode } from "./diagnostics.js";
import { ERROR_EXPLANATIONS } from "./explanations/errors.js";
import { MESSAGE_EXPLANATIONS } from "./explanations/messages.js";
import { RELEASE_EXPLANATIONS } from "./explanations/releases.js";
import { TASK_EXPLANATIONS } from "./explanations/tasks.js";
import { WORKFLOW_EXPLANATIONS } from "./explanations/workflows.js";

/** What a code means, for who meets it. The command `explain` and the page docs/codes.md are made of it. */
export interface Explanation {
  /** What is wrong, in a line. */
  readonly summary: string;
  /** What it means, and why it matters. */
  readonly meaning: string;
  /** How to put it right. */
  readonly remedy: string;
  /** None where it takes more to cause it than a few lines: a zip that somebody has tampered with, a cluster. */
  readonly example?: Example;
}

/** What causes it, and the same put right. */
export interface Example {
  /**
   * `ts`: a workflow module, with Tasks `Transfer`, `Dark` and `Gain` and a Workflow `vbi` where it names them and does not
   * define them; `yaml`: a config; `handlebars`: a template; `sh`: commands.
   */
  readonly language: "ts" | "yaml" | "handlebars" | "sh";
  /** The file that it stands in, where it is not just any. */
  readonly file?: string;
  readonly wrong: string;
  readonly right: string;
}

/** Every code, findings first, in the order of their lists. */
export const EXPLANATIONS = {
  ...WORKFLOW_EXPLANATIONS,
  ...TASK_EXPLANATIONS,
  ...RELEASE_EXPLANATIONS,
  ...MESSAGE_EXPLANATIONS,
  ...ERROR_EXPLANATIONS,
} as const satisfies Readonly<Record<DiagnosticCode | ErrorCode, Explanation>>;

/** @returns undefined where there is none */
export function exampleOf(code: DiagnosticCode | ErrorCode): Example | undefined {
  const explanation: Explanation = EXPLANATIONS[code];
  return explanation.example;
}
