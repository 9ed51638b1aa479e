import library, { type Builder } from "junit-report-builder";
import type { Diagnostic } from "../model/diagnostics.js";
import { printable } from "../model/printable.js";

// Its types say that the builder is the default export of the module; for Node it is the module itself.
const junit = library as unknown as Builder;

/** What a JUnit file tells a CI: a test case for each workflow and each kind of check. */
export interface JunitInput {
  readonly workflows: readonly { readonly workflowName: string; readonly file: string }[];
  readonly levels: readonly { readonly level: string; readonly ran: boolean; readonly reason?: string }[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The findings as JUnit XML. A workflow's findings fail its test case; those of no workflow fail the case `release`;
 * checks that could not run are skipped cases. Names are unique, because some CI drop what is called alike.
 */
export function junitXml({ workflows, levels, diagnostics }: JunitInput): string {
  const builder = junit.newBuilder();
  const names = new Set(workflows.map(({ workflowName }) => workflowName));
  const suite = builder.testSuite().name("dkist-core");
  const elsewhere = diagnostics.filter(({ location }) => !names.has(location.workflow ?? ""));
  addCase("release", "release", undefined, elsewhere);
  for (const name of names) {
    const file = workflows.find(({ workflowName }) => workflowName === name)?.file;
    addCase(
      "workflows",
      name,
      file,
      diagnostics.filter(({ location }) => location.workflow === name),
    );
  }
  for (const { level, ran, reason } of levels) {
    const test = suite.testCase().className("checks").name(`check: ${level}`);
    if (!ran) test.skipped();
    if (reason !== undefined) test.standardOutput(printable(reason));
  }
  return builder.build();

  // The class name keeps a workflow called "release" apart from the release.
  function addCase(className: string, name: string, file: string | undefined, findings: readonly Diagnostic[]): void {
    const test = suite.testCase().className(className).name(printable(name));
    if (file !== undefined) test.file(printable(file));
    const errors = findings.filter(({ severity }) => severity === "error");
    const [first] = errors;
    if (first !== undefined) test.failure(errors.map(line).join("\n"), first.code);
    const warnings = findings.filter(({ severity }) => severity === "warning");
    if (warnings.length > 0) test.standardError(warnings.map(line).join("\n"));
  }
}

function line({ code, message, hint, location }: Diagnostic): string {
  const place = [location.file, location.line, location.column].filter((part) => part !== undefined).join(":");
  return printable(`${place} ${code} ${message}${hint === undefined ? "" : ` (hint: ${hint})`}`.trim());
}
