import { createColors } from "picocolors";
import { DIAGNOSTIC_CODES, ERROR_CODES, type DiagnosticCode, type ErrorCode } from "../model/diagnostics.js";
import { EXPLANATIONS, type Explanation } from "../model/explanation.js";
import { columns } from "./text.js";

const TERMINAL_COLUMNS = 80;
const PAGE_COLUMNS = 125;
const INDENT = "  ";

/** An explanation as a terminal shows it. */
export function explanationText(code: string, explanation: Explanation, colored: boolean): string {
  const { summary, meaning, remedy, example } = explanation;
  const { bold, dim } = createColors(colored);
  const file = example.file === undefined ? "" : dim(` (${example.file})`);
  return [
    `${bold(code)}  ${summary}\n`,
    indented(wrapped(meaning, TERMINAL_COLUMNS - INDENT.length)),
    indented(wrapped(remedy, TERMINAL_COLUMNS - INDENT.length)),
    `Wrong${file}:\n${indented(example.wrong)}\nRight:\n${indented(example.right)}`,
  ].join("\n");
}

/** All codes, a line each. */
export function codesText(colored: boolean): string {
  const { bold } = createColors(colored);
  const rows = (codes: readonly (DiagnosticCode | ErrorCode)[]): string =>
    columns(codes.map((code) => [`${INDENT}${code}`, EXPLANATIONS[code].summary]));
  return [
    `${bold("Something is wrong with the workflows (exit code 1):")}\n${rows(DIAGNOSTIC_CODES)}`,
    `${bold("The command could not run (exit code 2):")}\n${rows(ERROR_CODES)}`,
    "dkist-core explain CODE says more.\n",
  ].join("\n");
}

/** The page docs/codes.md. */
export function codesPage(): string {
  return [
    "# Codes\n",
    '<!-- Made from src/model/explanations by "npm run docs"; do not edit. -->\n',
    "Every finding and every error has a code. `dkist-core explain CODE` shows the same as this page.\n",
    "## Something is wrong with the workflows\n",
    "Findings: all of them are shown, and the exit code is 1. A finding that is a warning stops nothing.\n",
    ...DIAGNOSTIC_CODES.map(section),
    "## The command could not run\n",
    "Errors: the exit code is 2.\n",
    ...ERROR_CODES.map(section),
  ]
    .join("\n")
    .trimEnd()
    .concat("\n");
}

function section(code: DiagnosticCode | ErrorCode): string {
  const { summary, meaning, remedy, example } = EXPLANATIONS[code];
  const { language, file, wrong, right } = example;
  return [
    `### ${code}\n`,
    `${markdown(sentence(summary))}\n`,
    `${wrapped(markdown(meaning), PAGE_COLUMNS)}\n`,
    `${wrapped(markdown(remedy), PAGE_COLUMNS)}\n`,
    `Wrong${file === undefined ? "" : ` (\`${file}\`)`}:\n`,
    `\`\`\`${language}\n${wrong}\n\`\`\`\n`,
    "Right:\n",
    `\`\`\`${language}\n${right}\n\`\`\`\n`,
  ].join("\n");
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Plain text as Markdown means it. */
function markdown(text: string): string {
  return text.replaceAll(/[*_<>`{}[\]]/g, "\\$&");
}

function wrapped(text: string, columns: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = `${lines.at(-1) ?? ""}${lines.at(-1) === "" ? "" : " "}${word}`;
    if (line.length > columns) lines.push(word);
    else lines[lines.length - 1] = line;
  }
  return lines.join("\n");
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => `${line === "" ? "" : INDENT}${line}\n`)
    .join("");
}
