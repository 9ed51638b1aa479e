import { Option } from "commander";
import type { Define } from "../program.js";
import { ENVIRONMENT, EXIT_CODES } from "./help-parts.js";

/** The commands that show workflows, and run them on this machine. */
export function defineLookAndRun(define: Define): void {
  define("list", "show the workflows and their nodes").addHelpText("after", LIST_HELP);

  define("graph", "draw the workflows")
    .argument("[workflow...]", "names or DAG ids of the workflows to draw (default: all)")
    .addOption(
      new Option("--format <format>", "what to draw").choices(["mermaid", "dot", "svg", "html"]).default("mermaid"),
    )
    .option("--out <file>", "where to write it (default: stdout)")
    .addHelpText("after", GRAPH_HELP);

  define("run", "run a workflow on this machine, without Airflow")
    .argument("<workflow>", "its name or DAG id")
    .option("--recipe-run-id <number>", "the recipe run to work on; needed for a new run")
    .option("--conf <json>", "the DAG run's conf, a JSON object (default: {})")
    .option("--max-parallel <number>", "how many tasks at once (default: the number of processors)")
    .option("--only <task>", "run this task alone, whatever its upstreams did")
    .option("--resume [run]", "go on with the run of this id (default: the workflow's last one); done tasks stay done")
    .option("--artifact <code-zip>", "run this released code zip instead of the client repo as it is")
    .option("--retry-delay <seconds>", "seconds between tries, instead of each task's own")
    .addHelpText("after", RUN_HELP);
}

const LIST_HELP = `
Each workflow with its DAG id and module; each node with its resource queue and
the tasks it runs after.

${ENVIRONMENT}

${EXIT_CODES}

Examples:
  $ dkist-core list
  $ dkist-core list --json | jq -r '.result.workflows[].dagId'`;

const GRAPH_HELP = `
Each node shows its Task, resource queue, retries and timeout; its shape says
which resource queue, too. Workflows with findings are drawn as well.
  mermaid  a flowchart for Markdown that knows Mermaid
  dot      for Graphviz
  svg      a picture for light and dark pages
  html     a page with the pictures

${ENVIRONMENT}

${EXIT_CODES}

Examples:
  $ dkist-core graph
  $ dkist-core graph l0_to_l1_vbi --format svg --out vbi.svg
  $ dkist-core graph --format dot | dot -Tpdf > workflows.pdf`;

const RUN_HELP = `
Each task is a process of the very bundle that goes to the workers, with the
variables that the DAG sets; trigger rules, retries, timeouts and states are
Airflow's. No failure message is sent. With --json, stdout is one event a line.

Ctrl-C stops the tasks within 5 seconds; --resume goes on with the run, also
with one that was killed.

Files:
  .dkist-core/runs/<run>/events.jsonl            what happened, as with --json
  .dkist-core/runs/<run>/tasks/<Task>/<try>.log  what a task printed

${ENVIRONMENT}

Exit codes:
  0  all tasks are done
  1  a task failed, or something is wrong with the workflow
  2  it could not run
  129 130 143  stopped by SIGHUP, SIGINT (Ctrl-C), SIGTERM

Examples:
  $ dkist-core run l0_to_l1_vbi --recipe-run-id 7
  $ dkist-core run l0_to_l1_vbi --recipe-run-id 7 --conf '{"arm": "red"}'
  $ dkist-core run l0_to_l1_vbi --resume --retry-delay 0
  $ dkist-core run l0_to_l1_vbi --recipe-run-id 7 \\
      --artifact artifacts/vbi_1.4.0_code.zip`;
