// Case: what the command line costs on the example: `--help`, `list`, and a whole build with its stages.
import { rmSync } from "node:fs";
import path from "node:path";
import { CACHE, CLI, EXAMPLE } from "../folders.js";
import { compare } from "../timing/compare.js";

export async function commandsCase({ meter, rounds }) {
  const sides = [
    { name: "dkist-core --help", command: { argv: [process.execPath, CLI, "--help"], cwd: EXAMPLE } },
    { name: "dkist-core list", command: { argv: [process.execPath, CLI, "list"], cwd: EXAMPLE } },
    { name: "node -e 0", command: { argv: [process.execPath, "-e", "0"] } },
  ];
  const [help, list, node] = await compare(meter, sides, { rounds, memory: true });
  return { help, list, node };
}

/** Stage times are the command's own words; the release is never `dev`, so each build has a folder of its own. */
export async function buildCase({ meter, rounds }) {
  const out = path.join(CACHE, "example-artifacts");
  let output = "";
  const build = {
    name: "dkist-core build",
    command: {
      argv: [process.execPath, CLI, "build", "--airflow", "none", "--version", "1.0.0", "--allow-dirty", "--out", out],
      cwd: EXAMPLE,
    },
    prepare: () => rmSync(out, { recursive: true, force: true }),
    check: (text) => (output = text),
  };
  const [figures] = await compare(meter, [build], { rounds });
  const stages = [...output.matchAll(/^ {2}(\w+) +(.*?) +([\d.]+) s$/gm)].map(([, stage, outcome, seconds]) => ({
    stage,
    outcome: outcome.replace(/ ?git .*/, ""),
    seconds: Number(seconds),
  }));
  return { figures, stages };
}
