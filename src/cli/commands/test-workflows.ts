import path from "node:path";
import { validateWorkflows, type Outcome, type ValidationResult } from "../../build.js";
import { putInPlace, writeDurably } from "../../disk/staged-files.js";
import { counted } from "../../model/counted.js";
import { DEFAULT_VERSION } from "../../model/version.js";
import { codeQualityJson } from "../../report/code-quality.js";
import { folderInCheckout } from "../finding-words.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { buildOptions, commandText, report, sameClientRepo, uncheckedText } from "./shared.js";

/** `dkist-core test-workflows`: checks everything that a release rests on. */
export async function testWorkflows(
  options: CommonOptions & { readonly airflow?: string; readonly junit?: string; readonly codequality?: string },
  terminal: Terminal,
): Promise<number> {
  const outcome = await validateWorkflows({ ...buildOptions(options, terminal), airflow: options.airflow ?? "auto" });
  if (options.junit !== undefined) await writeText(options.junit, await junitText(outcome));
  if (options.codequality !== undefined) {
    const folder = folderInCheckout(process.env["CI_PROJECT_DIR"], options.cwd);
    await writeText(options.codequality, codeQualityJson(outcome.diagnostics, folder));
  }
  return report("test-workflows", outcome, options, terminal, ({ workflows, bundles, levels, version }) => {
    const counts = `${counted(workflows.length, "workflow")}, ${counted(bundles.length, "task")}`;
    const versionWords = version === DEFAULT_VERSION ? [] : ["--version", version];
    const next = `next: ${commandText("build", ...versionWords, ...sameClientRepo(options))}\n`;
    return {
      made: `${counts}: ${outcome.ok ? "right" : "not right"}\n`,
      words: `${uncheckedText(levels)}${outcome.ok ? next : ""}`,
    };
  });
}

async function junitText({ diagnostics, result }: Outcome<ValidationResult>): Promise<string> {
  // Loaded here: it takes as long to read as Node to start.
  const { junitXml } = await import("../../report/junit.js");
  return junitXml({ diagnostics, workflows: result?.workflows ?? [], levels: result?.levels ?? [] });
}

async function writeText(file: string, text: string): Promise<void> {
  await putInPlace([{ target: path.resolve(file), write: (temporary) => writeDurably(temporary, text) }]);
}
