// Case: how long Airflow takes to parse a DAG file of ours, and one of the original's for the same graph; and a thousand.
import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import path from "node:path";
import { CACHE, CLI, ensured, ROOT } from "../folders.js";
import { VERSION } from "../synthetic/graph.js";
import { writePythonPackage } from "../synthetic/python-package.js";
import { writeTypeScriptRepo } from "../synthetic/typescript-repo.js";
import { summary } from "../timing/compare.js";

/** The tests' Airflow 3; the original's own is its Airflow 2, which ours is parsed by there, too. */
const AIRFLOW_3 = "3.3.2";

export async function dagParseCase({ meter, original, rounds }, counts) {
  execFileSync(process.execPath, [path.join(ROOT, "test/helpers/setup-airflow.js"), AIRFLOW_3], { stdio: "ignore" });
  const three = path.join(ROOT, `.cache/airflow-${AIRFLOW_3}`);
  const home = path.join(CACHE, "airflow-3-home");
  rmSync(home, { recursive: true, force: true });
  cpSync(path.join(three, "home"), home, { recursive: true });
  const airflows = [
    { airflow: "2.10.5", python: original.python, environment: original.environment, stub: [] },
    {
      airflow: AIRFLOW_3,
      python: path.join(three, "venv/bin/python"),
      environment: { AIRFLOW_HOME: home },
      stub: ["--stub-original"],
    },
  ];
  const folders = counts.map((count) => ({ count, ...exported(original, count) }));
  const results = [];
  for (const { airflow, python, environment, stub } of airflows) {
    for (const { count, ours, theirs } of folders) {
      // Their thousand would take minutes: what is asked of many is whether ours grow as their number does.
      const sides = count === 1 ? [`ours=${ours}`, `original=${theirs}`] : [`ours=${ours}`];
      const argv = [python, PARSE, ...stub, String(count === 1 ? rounds : 1), ...sides];
      const { output } = await meter.measure({ argv, env: { ...environment, ...QUIET } });
      const seconds = JSON.parse(output.trim().split("\n").at(-1));
      results.push({
        airflow,
        files: count,
        ours: summary(seconds.ours),
        original: seconds.original && summary(seconds.original),
      });
    }
  }
  return results;
}

const PARSE = path.join(import.meta.dirname, "../airflow/parse.py");
const QUIET = {
  AIRFLOW__CORE__LOAD_EXAMPLES: "False",
  AIRFLOW__CORE__DAGBAG_IMPORT_TIMEOUT: "600",
  AIRFLOW__LOGGING__LOGGING_LEVEL: "ERROR",
  PYTHONWARNINGS: "ignore",
};

function exported(original, count) {
  const ours = path.join(CACHE, `parse-ours-${count}`);
  const theirs = path.join(CACHE, `parse-original-${count}`);
  for (const folder of [ours, theirs]) rmSync(folder, { recursive: true, force: true });
  const options = ["export-dags", "--quiet", "--version", VERSION, "--path", ours];
  execFileSync(process.execPath, [CLI, ...options], { cwd: writeTypeScriptRepo(count, 10) });
  if (count === 1) {
    const cwd = writePythonPackage(count, 10);
    const env = { ...process.env, ...original.environment, PYTHONPATH: cwd };
    execFileSync(original.python, [path.join(import.meta.dirname, "../original/main.py"), "export", ensured(theirs)], {
      cwd,
      env,
      stdio: "ignore",
    });
  }
  return { ours, theirs };
}
