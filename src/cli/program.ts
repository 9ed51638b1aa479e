import { Command, CommanderError } from "commander";
import { TOOL_VERSION } from "../tool-version.js";
import { defineCheckAndBuild } from "./definitions/check-and-build.js";
import { defineLookAndRun } from "./definitions/look-and-run.js";
import { defineRelease } from "./definitions/release.js";
import { defineThisMachine } from "./definitions/this-machine.js";

/** How a command answers. */
export interface OutputOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

/** The options that every command on a client repo has. */
export interface CommonOptions extends OutputOptions {
  readonly version?: string;
  readonly config?: string;
  readonly cwd: string;
}

/** Runs a command; gives the exit code. */
export type RunCommand = (name: string, options: CommonOptions & Record<string, unknown>) => Promise<number>;

/**
 * Adds a command to the program, with the options that every command has.
 *
 * @param place - what it works on: a client repo (default), whose options it then has, or nothing of the kind
 */
export type Define = (name: string, description: string, place?: "client-repo" | "anywhere") => Command;

/** What `--version` of a command means, and where the value comes from without it. */
const VERSION_HELP = "the release's version (else the workflows' own, else BUILD_VERSION, else dev)";

/**
 * The whole command line; each group of commands reads like its man page in `definitions/`. What a command does is loaded
 * only when it runs, so that `--help` costs little more than Node itself.
 */
export function createProgram(run: RunCommand, finish: (exitCode: number) => void): Command {
  const program = new Command("dkist-core")
    .description("Checks, renders, bundles and packs the Airflow pipelines of a client repo written in TypeScript.")
    .version(TOOL_VERSION, "--version", "show the version of dkist-core itself")
    // A command's own --version V must not be taken for the one above.
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText("after", ROOT_HELP);

  const define: Define = (name, description, place = "client-repo") => {
    const command = program.command(name).description(description);
    if (place === "client-repo") {
      command
        .option("--version <version>", VERSION_HELP)
        .option("--config <file>", "a config file, instead of searching for one")
        .option("--cwd <folder>", "the client repo", ".");
    }
    return (
      command
        .option("--json", "write one JSON document to stdout")
        .option("--quiet", "say nothing but findings and errors")
        .option("--verbose", "show also what an error came from")
        .exitOverride()
        // Arguments join the options under their own names.
        .action(async function (this: Command) {
          const given = this.processedArgs as readonly unknown[];
          const named = this.registeredArguments.map((argument, index) => [argument.name(), given[index]] as const);
          finish(await run(name, { cwd: ".", ...this.opts<OutputOptions>(), ...Object.fromEntries(named) }));
        })
    );
  };

  program.commandsGroup("Check and build:");
  defineCheckAndBuild(define);
  program.commandsGroup("Look and run:");
  defineLookAndRun(define);
  program.commandsGroup("Release:");
  defineRelease(define);
  program.commandsGroup("Set up:");
  defineThisMachine(define);
  return program;
}

const ROOT_HELP = `
Exit codes:
  0  fine
  1  something is wrong with the workflows (all of it is shown)
  2  the command could not run (a wrong option or config, an Airflow that does not work, a full disk)

In a CI pipeline:
  $ npm ci && npm run build
  $ dkist-core test-workflows --junit test-results/dkist-core.xml
  $ dkist-core build --version $BUILD_VERSION

dkist-core COMMAND --help shows a command's options and examples.`;

export { CommanderError };
