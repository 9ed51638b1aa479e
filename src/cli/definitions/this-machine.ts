import { Option } from "commander";
import type { Define } from "../program.js";

/** The commands that set things up, on this machine. */
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
}

const INIT_HELP = `
A client repo that works at once: TypeScript, one workflow, two Tasks with unit
tests, config, and pipeline files. Nothing that is there already is changed: a
README.md, .gitignore or .nvmrc stays; where another file is in the way, nothing is
written. On a terminal it asks for what no option
says; elsewhere it never asks.

Examples:
  $ dkist-core init dkist-processing-vbi
  $ dkist-core init . --name @dkist/vbi --category vbi --ci gitlab --yes
  $ dkist-core init try --library /tmp/dkist-processing-core-0.1.0.tgz`;
