import { Command, CommanderError, Option } from "commander";
import { TOOL_VERSION } from "../tool-version.js";

/** The options that every command has. */
export interface CommonOptions {
  readonly version?: string;
  readonly config?: string;
  readonly cwd: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Runs a command; gives the exit code. */
export type RunCommand = (name: string, options: CommonOptions & Record<string, unknown>) => Promise<number>;

/** What `--version` of a command means, and where the value comes from without it. */
const VERSION_HELP = "the release's version (else the workflows' own, else BUILD_VERSION, else dev)";

/**
 * The whole command line, readable like its man page. What a command does is loaded only when it runs, so that `--help`
 * costs little more than Node itself.
 */
export function createProgram(run: RunCommand, finish: (exitCode: number) => void): Command {
  const program = new Command("dkist-core")
    .description("Checks, renders, bundles and packs the Airflow pipelines of a client repo written in TypeScript.")
    .version(TOOL_VERSION, "--version", "show the version of dkist-core itself")
    // A command's own --version V must not be taken for the one above.
    .enablePositionalOptions()
    .exitOverride()
    .showSuggestionAfterError()
    .addHelpText(
      "after",
      `
Exit codes:
  0  fine
  1  something is wrong with the workflows (all of it is shown)
  2  the command could not run (a wrong option or config, an Airflow that does not work, a full disk)

In a CI pipeline:
  $ npm ci && npm run build
  $ dkist-core test-workflows --junit test-results/dkist-core.xml
  $ dkist-core build --version $BUILD_VERSION

dkist-core COMMAND --help shows a command's options and examples.`,
    );

  command("test-workflows", "check everything that a release rests on; write nothing")
    .addOption(
      new Option(
        "--airflow <python>",
        "the Python of an Airflow to load the DAG files with: auto (the config's, else python3 on PATH), none, or a path",
      ).default("auto"),
    )
    .option("--junit <file>", "also write the findings as JUnit XML")
    .addHelpText("after", TEST_WORKFLOWS_HELP);

  command("export-dags", "render the Airflow DAG files alone")
    .option("--path <folder>", "where to write them (default: the config's dagsDir, else dags)")
    .addHelpText("after", EXPORT_DAGS_HELP);

  command("build", "check everything, render, bundle, and pack the code zip and the workflow zip")
    .option("--out <folder>", "where to write the artifacts (default: the config's outDir, else artifacts)")
    .addOption(new Option("--airflow <python>", "as for test-workflows").default("auto"))
    .option("--force", "replace a released version by other content")
    .addHelpText("after", BUILD_HELP);

  command("list", "show the workflows and their nodes").addHelpText("after", LIST_HELP);

  command("run", "run a workflow on this machine, without Airflow")
    .argument("<workflow>", "its name or DAG id")
    .option("--recipe-run-id <number>", "the recipe run to work on; needed for a new run")
    .option("--conf <json>", "the DAG run's conf, a JSON object (default: {})")
    .option("--max-parallel <number>", "how many tasks at once (default: the number of processors)")
    .option("--only <task>", "run this task alone, whatever its upstreams did")
    .option("--resume [run]", "go on with the run of this id (default: the workflow's last one); done tasks stay done")
    .option("--artifact <code-zip>", "run this released code zip instead of the client repo as it is")
    .option("--retry-delay <seconds>", "seconds between tries, instead of each task's own")
    .addHelpText("after", RUN_HELP);

  command("graph", "draw the workflows")
    .argument("[workflow...]", "names or DAG ids of the workflows to draw (default: all)")
    .addOption(
      new Option("--format <format>", "what to draw").choices(["mermaid", "dot", "svg", "html"]).default("mermaid"),
    )
    .option("--out <file>", "where to write it (default: stdout)")
    .addHelpText("after", GRAPH_HELP);

  return program;

  function command(name: string, description: string): Command {
    return (
      program
        .command(name)
        .description(description)
        .option("--version <version>", VERSION_HELP)
        .option("--config <file>", "a config file, instead of searching for one")
        .option("--cwd <folder>", "the client repo", ".")
        .option("--json", "write one JSON document to stdout")
        .option("--quiet", "show findings and errors only")
        .exitOverride()
        // Arguments join the options under their own names.
        .action(async function (this: Command) {
          const given = this.processedArgs as readonly unknown[];
          const named = this.registeredArguments.map((argument, index) => [argument.name(), given[index]] as const);
          finish(await run(name, { ...this.opts<CommonOptions>(), ...Object.fromEntries(named) }));
        })
    );
  }
}

const TEST_WORKFLOWS_HELP = `
Levels, each run as far as this machine can:
  rules    names, versions, options, graphs, Tasks that a worker could not find
  bundles  every Task is bundled, and its bundle started alone in an empty folder
  python   every DAG file compiles
  airflow  a real Airflow loads all DAG files and is asked what it understood

Examples:
  $ dkist-core test-workflows
  $ dkist-core test-workflows --airflow /opt/airflow/bin/python --junit test-results/dkist-core.xml`;

const EXPORT_DAGS_HELP = `
Examples:
  $ dkist-core export-dags --version $BUILD_VERSION
  $ dkist-core export-dags --version 1.4.0 --path dags/ --json`;

const BUILD_HELP = `
Writes, named after the release:
  <name>_<version>_code.zip       for the workers, to be unpacked under $CODE_MOUNT
  <name>_<version>_workflows.zip  for the scheduler's DAG folder, as it is or unpacked
  <name>_<version>.html           the report page: workflows, tasks, checks, what changed
  <name>_<version>.json           the release manifest: digests, commit, workflows, bundles

Examples:
  $ dkist-core build --version $BUILD_VERSION
  $ dkist-core build --version 1.4.0 --out artifacts/ --json`;

const LIST_HELP = `
Examples:
  $ dkist-core list
  $ dkist-core list --json | jq '.result.workflows[].dagId'`;

const GRAPH_HELP = `
Each node shows its Task, resource queue, retries and timeout; its shape too says which resource queue.
  mermaid  a flowchart for Markdown that knows Mermaid
  dot      for Graphviz
  svg      a picture for light and dark pages
  html     a page with the pictures

Examples:
  $ dkist-core graph
  $ dkist-core graph l0_to_l1_vbi --format svg --out vbi.svg
  $ dkist-core graph --format dot | dot -Tpdf > workflows.pdf`;

const RUN_HELP = `
Each task is a process of the very bundle that goes to the workers, with the variables that the DAG sets; trigger rules,
retries, timeouts and states are Airflow's. No failure message is sent. With --json, stdout is one event a line.
The run's state and logs are in .dkist-core/runs/<run>/.

Exit codes: 0 all done, 1 a task failed, 2 it could not run, 129/130/143 stopped by SIGHUP, SIGINT, SIGTERM

Examples:
  $ dkist-core run l0_to_l1_vbi --recipe-run-id 7
  $ dkist-core run l0_to_l1_vbi --recipe-run-id 7 --conf '{"wavelength": 656.28}' --retry-delay 0
  $ dkist-core run l0_to_l1_vbi --resume
  $ dkist-core run l0_to_l1_vbi --recipe-run-id 7 --artifact artifacts/vbi_1.4.0_code.zip --json`;

export { CommanderError };
