import type { Define } from "../program.js";

/** The commands that help to get along, on this machine, with all the others. */
export function defineThisMachine(define: Define): void {
  define("explain", "say what a code means, why it matters, and how to put it right", "anywhere")
    .argument("[code]", "the code of a finding or an error, in any case (default: list them all)")
    .addHelpText("after", EXPLAIN_HELP);
}

const EXPLAIN_HELP = `
The same is in docs/codes.md, on one page.

Exit codes: 0 explained, 2 there is no such code

Examples:
  $ dkist-core explain
  $ dkist-core explain TASK_NOT_EXPORTED
  $ dkist-core explain cycle --json | jq -r '.result[].remedy'`;
