import { Command, Option } from "commander";
import type { StartedProcess } from "../load/started-process.js";
import { linesText } from "../report/text.js";
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
  /** The process for its modules, where it was started before the command was loaded: no option of the command line. */
  readonly startedProcess?: StartedProcess;
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
    // What it does not know it repeats, whoever has put that there.
    .configureOutput({ outputError: (text, write) => write(linesText(text)) })
    .addHelpText("after", ROOT_HELP);

  const places = new Map<Command, "client-repo" | "anywhere">();
  const define: Define = (name, description, place = "client-repo") => {
    const command = program.command(name).description(description);
    places.set(command, place);
    return (
      command
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
  // What a command has of its own is shown first.
  for (const [command, place] of places) addCommonOptions(command, place);
  return program;
}

function addCommonOptions(command: Command, place: "client-repo" | "anywhere"): void {
  const group = "Common options:";
  command.optionsGroup(group);
  if (place === "client-repo") {
    command
      .option("--version <version>", VERSION_HELP)
      .option("--config <file>", "a config file, instead of searching for one")
      .option("--cwd <folder>", "the client repo", ".");
  }
  command
    .option("--json", "write one JSON document to stdout")
    .option("--quiet", "say nothing but findings and errors")
    .option("--verbose", "show also what an error came from")
    .addHelpOption(new Option("-h, --help", "display help for command").helpGroup(group));
}

const ROOT_HELP = `
dkist-core COMMAND --help shows a command's options, files and examples.

Data goes to stdout, words to stderr. --json writes one document to stdout, also
on failure: {schemaVersion, command, ok, diagnostics, result}.

Files:
  dkist-core.config.{js,mjs,cjs,ts,json,yaml,yml}, .dkist-corerc,
  or "dkist-core" in package.json: a client repo's settings; all have a default

Environment:
  BUILD_VERSION               the version, where no option or workflow says one
  DKIST_LOAD_TIMEOUT_SECONDS  how long workflow modules may take to load (60)
  NO_COLOR, FORCE_COLOR       no colours; colours where there is no terminal
  CI                          set: no line is drawn anew, and nothing is asked
  GITHUB_ACTIONS              true: findings are said in GitHub's words, too

Exit codes:
  0  fine
  1  something is wrong with the workflows or the release; all of it is shown
  2  the command could not run: a wrong option or config, an Airflow that does
     not work, a full disk
  129 130 143  stopped by SIGHUP, SIGINT (Ctrl-C), SIGTERM; every file is whole

In a CI pipeline:
  $ npm ci && npm run build
  $ dkist-core test-workflows --junit test-results/dkist-core.xml
  $ dkist-core build --version $BUILD_VERSION`;
