import path from "node:path";
import { validateWorkflows, type CheckLevel, type Outcome, type ValidationResult } from "../../build.js";
import { putInPlace, writeDurably } from "../../disk/staged-files.js";
import { junitXml } from "../../report/junit.js";
import { columns } from "../../report/text.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { buildOptions, show } from "./shared.js";

/** `dkist-core test-workflows`: checks everything that a release rests on. */
export async function testWorkflows(
  options: CommonOptions & { readonly airflow?: string; readonly junit?: string },
  terminal: Terminal,
): Promise<number> {
  const outcome = await validateWorkflows({ ...buildOptions(options, terminal), airflow: options.airflow ?? "auto" });
  if (options.junit !== undefined) await writeJunit(path.resolve(options.junit), outcome);
  return show("test-workflows", outcome, options, terminal, ({ workflows, bundles, levels }) => {
    const verdict = outcome.ok ? "right" : "not right";
    return `${levelsText(levels)}${workflows.length} workflows, ${bundles.length} tasks: ${verdict}\n`;
  });
}

/** Which checks ran, and why others did not. */
export function levelsText(levels: readonly CheckLevel[]): string {
  return columns(levels.map(({ level, ran, reason }) => [level, ran ? "checked" : `not checked: ${reason ?? ""}`]));
}

async function writeJunit(file: string, { diagnostics, result }: Outcome<ValidationResult>): Promise<void> {
  const xml = junitXml({ diagnostics, workflows: result?.workflows ?? [], levels: result?.levels ?? [] });
  await putInPlace([{ target: file, write: (temporary) => writeDurably(temporary, xml) }]);
}
