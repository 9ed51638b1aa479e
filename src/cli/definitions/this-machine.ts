import { Argument, Option } from "commander";
import { SHELLS } from "../completion/shell.js";
import { PLACES } from "../../doctor/needs.js";
import type { Define } from "../program.js";

/** The commands that set things up, on this machine, look at it, and explain. */
export function defineThisMachine(define: Define): void {
  define("init", "make a new client repo", "anywhere")
    .argument("[dir]", "its folder; made where it is not there", ".")
    .option("--name <name>", "its package name, and so the releases' (default: like the folder's)")
    .option(
      "--category <category>",
      "what its workflow is about, usually the instrument (default: the name's last word)",
    )
    .addOption(new Option("--ci <service...>", "pipeline files: bitbucket, github, gitlab, or none (default: all)"))
    .option("--library <spec>", "what npm shall install as dkist-processing-core (default: this version)")
    .option("--yes", "ask nothing, take all defaults")
    .addHelpText("after", INIT_HELP);

  define("doctor", "look at this machine and client repo: what is there, what is wrong, what to do", "anywhere")
    .addOption(new Option("--for <place>", "what this machine is for, and so what must be right").choices(PLACES))
    .addOption(new Option("--airflow <python>", "as for test-workflows").default("auto"))
    .option("--config <file>", "a config file, instead of searching for one")
    .option("--cwd <folder>", "the client repo", ".")
    .addHelpText("after", DOCTOR_HELP);

  define("explain", "say what a code means, why it matters, and how to put it right", "anywhere")
    .argument("[code]", "the code of a finding or an error, in any case (default: list them all)")
    .addHelpText("after", EXPLAIN_HELP);

  define("completion", "print the script that completes our commands on TAB", "anywhere")
    .addArgument(new Argument("<shell>", "whose script").choices(SHELLS))
    .addHelpText("after", COMPLETION_HELP);
}

const INIT_HELP = `
A client repo that works at once: TypeScript, one workflow, two Tasks with unit
tests, config, and pipeline files. On a terminal it asks for what no option
says; elsewhere, in a CI and with --yes it never asks.

Nothing that is there already is changed: a README.md, .gitignore or .nvmrc
stays; where another file is in the way, nothing is written.

Exit codes: 0 made, 2 it could not be

Examples:
  $ dkist-core init dkist-processing-vbi
  $ dkist-core init . --name @dkist/vbi --category vbi --ci gitlab --yes
  $ dkist-core init try --library /tmp/dkist-processing-core-0.1.0.tgz`;

const DOCTOR_HELP = `
What must be right, by --for; the rest is shown, and is a warning at most:
  author     Node, the temp folder, the config, the library
  ci         the same, and workflow modules that are compiled
  worker     the Node that starts tasks, bash, the temp folder, CODE_MOUNT, the
             broker; DKIST_SPOOL where it is set
  scheduler  Python, Airflow, the temp folder; CODE_MOUNT, the broker and
             DKIST_SPOOL where they are set
Without --for: as for an author, and CODE_MOUNT, the broker and DKIST_SPOOL
where their variables are set.

The broker is asked as a failure message would ask it, with its user and
password; nothing is sent, and nothing on it is made or changed. No secret is
shown: the output may go into a bug report as it is.

Environment:
  CODE_MOUNT                    where the workers' code zips are unpacked
  MESH_CONFIG, ISB_USERNAME, ISB_PASSWORD, ISB_EXCHANGE, ISB_QUEUE_TYPE,
  ISB_PROTOCOL                  the broker
  DKIST_SPOOL                   where messages wait that could not be sent

Exit codes:
  0  what must be right is
  1  something of it is wrong
  2  it could not look

Examples:
  $ dkist-core doctor
  $ dkist-core doctor --for worker
  $ dkist-core doctor --for ci --json \\
      | jq '.result.checks[] | select(.status != "ok")'`;

const EXPLAIN_HELP = `
The same is on one page, in the package's docs/codes.md.

Exit codes: 0 explained, 2 there is no such code

Examples:
  $ dkist-core explain
  $ dkist-core explain TASK_NOT_EXPORTED
  $ dkist-core explain cycle --json | jq -r '.result[].remedy'`;

const COMPLETION_HELP = `
TAB then completes commands, options, their values and files, and in a client
repo the names of its workflows, tasks and runs; also after npx:
npx dkist-core run TAB.

Where the script goes:
  bash  into ~/.bashrc:                 source <(dkist-core completion bash)
  zsh   into ~/.zshrc, after compinit:  source <(dkist-core completion zsh)
  fish  a file, written once:
        dkist-core completion fish > ~/.config/fish/conf.d/dkist-core.fish

Where only client repos have dkist-core, write a file once from one of them, and
source that:
  $ npx dkist-core completion bash > ~/.dkist-core.bash
  $ echo 'source ~/.dkist-core.bash' >> ~/.bashrc

Files:
  .dkist-core/completion.json  the names of workflows and tasks. When a workflow
                               module is new or has changed, TAB loads the
                               modules again

Environment:
  DKIST_COMPLETION_TIMEOUT_SECONDS  how long TAB may load them (2)

Exit codes: 0 printed, 2 there is no such shell

Examples:
  $ source <(dkist-core completion bash)
  $ dkist-core completion zsh > ~/.zfunc/_dkist-core    # in a folder of fpath`;
