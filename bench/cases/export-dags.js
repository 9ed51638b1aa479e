// Case: `export-dags`, ours against the original's export_dags, and against the limit line.
import path from "node:path";
import { checkDags } from "../dag-files.js";
import { CLI, freshFolder } from "../folders.js";
import { expectedDags, VERSION } from "../synthetic/graph.js";
import { writePythonPackage } from "../synthetic/python-package.js";
import { writeTypeScriptRepo } from "../synthetic/typescript-repo.js";
import { compare } from "../timing/compare.js";

const LIMIT = path.join(import.meta.dirname, "../limit/export-dags.js");

export async function exportDagsCase({ meter, original, rounds }, workflows, perModule) {
  const repo = writeTypeScriptRepo(workflows, perModule);
  const cwd = writePythonPackage(workflows, perModule);
  const ours = ourSide(repo, workflows);
  const limit = side("limit", workflows, (out) => ({ argv: [process.execPath, LIMIT, repo, out, VERSION] }));
  const theirs = side("original", workflows, (out) => ({
    argv: [original.python, path.join(import.meta.dirname, "../original/main.py"), "export", out],
    cwd,
    env: { ...original.environment, PYTHONPATH: cwd },
  }));
  const results = await compare(meter, [ours, limit, theirs], { rounds, memory: true });
  return {
    workflows,
    modules: Math.ceil(workflows / perModule),
    ours: results[0],
    limit: results[1],
    original: results[2],
  };
}

/** Ours alone, to see how the cost grows. */
export async function exportDagsGrowth({ meter, rounds }, workflows, perModule) {
  const [ours] = await compare(meter, [ourSide(writeTypeScriptRepo(workflows, perModule), workflows)], {
    rounds,
    memory: true,
  });
  return { workflows, modules: Math.ceil(workflows / perModule), ours };
}

function ourSide(repo, workflows) {
  return side("ours", workflows, (out) => ({
    argv: [process.execPath, CLI, "export-dags", "--quiet", "--version", VERSION, "--path", out],
    cwd: repo,
  }));
}

function side(name, workflows, command) {
  let out = "";
  return {
    name,
    prepare: () => (out = freshFolder(`${name}-${workflows}`)),
    get command() {
      return command(out);
    },
    check: () => checkDags(name, out, expectedDags(workflows)),
  };
}
