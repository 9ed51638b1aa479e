import { describe, expect, it } from "@jest/globals";
import { createProgram } from "../../src/cli/program.js";

const program = createProgram(
  () => Promise.resolve(0),
  () => undefined,
);

/** The help as a terminal of 80 columns shows it, with what stands after commander's own. */
function helpOf(command: typeof program): string {
  let help = "";
  command.configureOutput({ writeOut: (text) => (help += text), getOutHelpWidth: () => 80 });
  command.outputHelp();
  return help;
}

const COMMANDS = [["dkist-core", program] as const, ...program.commands.map((one) => [one.name(), one] as const)];

describe("the help of", () => {
  it.each(COMMANDS)("%s fits 80 columns", (_, command) => {
    expect(
      helpOf(command)
        .split("\n")
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });

  it.each(COMMANDS)("%s says how it ends, and shows how it is used", (_, command) => {
    const help = helpOf(command);
    expect(help).toMatch(/^Exit codes:/m);
    expect(help).toMatch(/^(?:Examples|In a CI pipeline):\n {2}\$ /m);
  });

  it.each(program.commands.map((one) => [one.name(), one] as const))("%s says its own options first", (_, command) => {
    const help = helpOf(command);
    const common = help.indexOf("\nCommon options:\n");
    expect(common).toBeGreaterThan(0);
    for (const { long } of command.options) {
      const isCommon = ["--version", "--config", "--cwd", "--json", "--quiet", "--verbose"].includes(long ?? "");
      if (!isCommon) expect(help.indexOf(`  ${long ?? ""}`)).toBeLessThan(common);
    }
  });
});
