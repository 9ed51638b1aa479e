import { Argument } from "commander";
import { SHELLS } from "../completion/shell.js";
import type { Define } from "../program.js";

/** The commands that look after the machine they run on. */
export function defineThisMachine(define: Define): void {
  define("completion", "print the script that completes our commands on TAB", "anywhere")
    .addArgument(new Argument("<shell>", "whose script").choices(SHELLS))
    .addHelpText("after", COMPLETION_HELP);
}

const COMPLETION_HELP = `
TAB then completes commands, options, their values and files, and in a client repo the names of its workflows, tasks and
runs; also after npx: npx dkist-core run TAB.

Where the script goes:
  bash  into ~/.bashrc:                 source <(dkist-core completion bash)
  zsh   into ~/.zshrc, after compinit:  source <(dkist-core completion zsh)
  fish  a file, written once:           dkist-core completion fish > ~/.config/fish/conf.d/dkist-core.fish

Where only client repos have dkist-core, write a file once from one of them, and source that:
  $ npx dkist-core completion bash > ~/.dkist-core.bash
  $ echo 'source ~/.dkist-core.bash' >> ~/.bashrc

The names of workflows and tasks are kept in the client repo, in .dkist-core/completion.json. When a workflow module is new or
has changed, TAB loads the modules again, for 2 seconds at most (DKIST_COMPLETION_TIMEOUT_SECONDS).

Examples:
  $ source <(dkist-core completion bash)
  $ dkist-core completion zsh > ~/.zfunc/_dkist-core    # in a folder of fpath`;
