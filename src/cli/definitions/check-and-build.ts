import { Option } from "commander";
import type { Define } from "../program.js";
import { ENVIRONMENT, EXIT_CODES } from "./help-parts.js";

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
    .option("--path <folder>", "where to write them, from the client repo (default: the config's dagsDir, else dags)")
    .addHelpText("after", EXPORT_DAGS_HELP);

  define("build", "check everything, render, bundle, and pack the code zip and the workflow zip")
    .option(
      "--out <folder>",
      "where to write the artifacts, from the client repo (default: the config's outDir, else artifacts)",
    )
    .addOption(new Option("--airflow <python>", "as for test-workflows").default("auto"))
    .option("--force", "replace a released version by other content")
    .option("--allow-dirty", "release a client repo that differs from its git commit; the release says so")
    .addHelpText("after", BUILD_HELP);
}

const TEST_WORKFLOWS_HELP = `
Levels, each run as far as this machine can; what could not be checked is said:
  rules    names, versions, options, graphs, Tasks that a worker could not find
  bundles  every Task is bundled, and started alone in an empty folder
  python   every DAG file compiles
  airflow  a real Airflow loads all DAG files and is asked what it understood

Where GITHUB_ACTIONS is true, findings are said in GitHub's own words too, and
stand beside the lines of a pull request.

${ENVIRONMENT}

${EXIT_CODES}

Examples:
  $ dkist-core test-workflows
  $ dkist-core test-workflows --airflow .venv/bin/python
  $ dkist-core test-workflows --junit test-results/dkist-core.xml
  $ dkist-core test-workflows --codequality gl-code-quality-report.json`;

const EXPORT_DAGS_HELP = `
Only the rules are checked. Each file is replaced whole; nothing else in the
folder is touched.

Files:
  dags/<workflow>_<version>.py  a DAG each; Airflow needs nothing else of ours

${ENVIRONMENT}

${EXIT_CODES}

Examples:
  $ dkist-core export-dags --version $BUILD_VERSION
  $ dkist-core export-dags --version 1.4.0 --path /srv/airflow/dags`;

const BUILD_HELP = `
Checks the same as test-workflows first. A version that was built before is not
replaced by other content, except dev and with --force.

Files, in the folder of the artifacts:
  <name>_<version>_code.zip       for the workers, unpacked below CODE_MOUNT
  <name>_<version>_workflows.zip  for the DAG folder, as it is or unpacked
  <name>_<version>.html           the report page: workflows, tasks, changes
  <name>_<version>.json           the release manifest, written last: digests,
                                  commit, workflows, bundles

A version other than dev is built from what is committed: changed files, and new
ones that git does not ignore, stop it; what build and export-dags write does
not count. Outside git it warns.

${ENVIRONMENT}
  SOURCE_DATE_EPOCH           the date that the zips and the SBOM carry, whole
                              seconds since 1970 (else none of the build)

${EXIT_CODES}

Examples:
  $ dkist-core build --version $BUILD_VERSION
  $ SOURCE_DATE_EPOCH=$(git log -1 --format=%ct) dkist-core build --version 1.4
  $ dkist-core build --version 1.4.0 --out /srv/releases --json`;
