import { DIAGNOSTIC_CODES, DkistCoreError, ERROR_CODES } from "../../model/diagnostics.js";
import { EXPLANATIONS, type Explanation } from "../../model/explanation.js";
import { nearestName } from "../../model/nearest-name.js";
import { codesText, explanationText } from "../../report/explanation-text.js";
import type { OutputOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { show } from "./shared.js";

const CODES = [...DIAGNOSTIC_CODES, ...ERROR_CODES];

/** What `--json` gives for a code. */
interface ExplainedCode extends Explanation {
  readonly code: string;
  /** Findings are about the workflows; an error ends a command. */
  readonly kind: "finding" | "error";
}

/** `dkist-core explain`: what a code means, or all codes. */
export function explain(
  { code: given, ...options }: OutputOptions & { readonly code?: string },
  terminal: Terminal,
): Promise<number> {
  const codes = given === undefined ? CODES : [known(given)];
  const result = codes.map((code): ExplainedCode => ({
    code,
    kind: (ERROR_CODES as readonly string[]).includes(code) ? "error" : "finding",
    ...EXPLANATIONS[code],
  }));
  const text = (): string =>
    given === undefined
      ? codesText(terminal.coloredData)
      : result.map(({ code, ...about }) => explanationText(code, about, terminal.coloredData)).join("\n");
  return Promise.resolve(show("explain", { ok: true, diagnostics: [], result }, options, terminal, text));
}

function known(given: string): (typeof CODES)[number] {
  const wanted = given.toUpperCase().replaceAll("-", "_");
  const code = CODES.find((one) => one === wanted);
  if (code !== undefined) return code;
  const near = nearestName(wanted, CODES);
  throw new DkistCoreError("BAD_USAGE", `there is no code ${given}`, {
    hint: near === undefined ? "dkist-core explain lists them all" : `did you mean ${near}?`,
  });
}
