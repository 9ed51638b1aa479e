import { Option } from "commander";
import type { Define } from "../program.js";

/** The commands of a CI pipeline. */
export function defineCheckAndBuild(define: Define): void {
  define("test-workflows", "check everything that a release rests on; write nothing")
    .addOption(
      new Option(
        "--airflow <python>",
        "the Python of an Airflow to load the DAG files with: auto (the config's, else python3 on PATH), none, or a path",
      ).default("auto"),
    )
    .option("--junit <file>", "also write the findings as JUnit XML")
    .option("--codequality <file>", "also write the findings as a GitLab code quality report")
    .addHelpText("after", TEST_WORKFLOWS_HELP);

  define("export-dags", "render the Airflow DAG files alone")
    .option("--path <folder>", "where to write them (default: the config's dagsDir, else dags)")
    .addHelpText("after", EXPORT_DAGS_HELP);

  define("build", "check everything, render, bundle, and pack the code zip and the workflow zip")
    .option("--out <folder>", "where to write the artifacts (default: the config's outDir, else artifacts)")
    .addOption(new Option("--airflow <python>", "as for test-workflows").default("auto"))
    .option("--force", "replace a released version by other content")
    .option("--allow-dirty", "release a client repo that differs from its git commit; the release says so")
    .addHelpText("after", BUILD_HELP);
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

A version other than dev is built from what is committed: changed files, and new ones that git does not ignore, stop it.
What build and export-dags write does not count. Outside git it warns. With SOURCE_DATE_EPOCH (whole seconds since 1970)
the zips and the SBOM carry that date; else no date of the build is in them.

Examples:
  $ dkist-core build --version $BUILD_VERSION
  $ SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) dkist-core build --version $BUILD_VERSION
  $ dkist-core build --version 1.4.0 --out artifacts/ --json`;
