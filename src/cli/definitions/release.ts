import { Option } from "commander";
import type { Define } from "../program.js";

/** The commands on releases that are built. */
export function defineRelease(define: Define): void {
  define("diff", "show what a release changes: for people, machines and pull requests", "anywhere")
    .argument("<before>", "a release manifest, a code or workflow zip, a release's folder, or a client repo")
    .argument("[after]", "another one (default: the client repo here)")
    .addOption(new Option("--format <format>", "how to show it").choices(["text", "markdown"]).default("text"))
    .option("--config <file>", "a client repo's config file, instead of searching for one")
    .addHelpText("after", DIFF_HELP);
}

const DIFF_HELP = `
Compares what Airflow and the workers get: workflows, nodes, edges and their
options; task bundles with the packages in them; assets; and the settings that
all DAG files share. A version, a commit and the order of nodes are no changes.
A client repo is loaded and bundled as build does it; nothing is written. What a
manifest says is believed.

Exit codes:
  0  nothing differs
  1  something differs
  2  it could not be compared

Examples:
  $ dkist-core diff artifacts/vbi_1.3.0.json artifacts/vbi_1.4.0.json
  $ dkist-core diff $CODE_MOUNT/vbi_1.3.0
  $ dkist-core diff vbi_1.3.0_workflows.zip . --format markdown > comment.md
  $ dkist-core diff vbi_1.3.0.json . --json | jq '.result.changes[].name'`;
