import type { ErrorCode } from "../diagnostics.js";
import type { Explanation } from "../explanation.js";

/** Why a command could not run at all. */
export const ERROR_EXPLANATIONS = {
  BAD_CONFIG: {
    summary: "the config cannot be used",
    meaning:
      "It has a setting that there is not, or a value of the wrong kind; or the file cannot be read, throws, ends the process " +
      "or never finishes. All wrong settings are named at once. Nothing is guessed: a misspelt setting would else be passed " +
      "over in silence.",
    remedy: "Correct what the message names. config-schema.json lets an editor complete and check the settings.",
    example: { language: "yaml", file: "dkist-core.config.yaml", wrong: "outdir: build", right: "outDir: build" },
  },
  BAD_USAGE: {
    summary: "the command line cannot be understood",
    meaning:
      "An unknown command or option, a value that an option cannot have, or the name of a workflow, task, run or code that " +
      "there is not. Also an environment variable with a value that cannot be used.",
    remedy: "dkist-core COMMAND --help shows what there is; for an unknown name, the nearest known one is in the hint.",
    example: { language: "sh", wrong: "dkist-core graph vib", right: "dkist-core graph vbi" },
  },
  BAD_ASSET: {
    summary: "a file among the assets cannot go into a release",
    meaning:
      "Every glob of the config's assets must match something, so that a misspelt one shows here and not on a worker. What " +
      "looks like a secret (.env, keys), lies outside the client repo or is no regular file is refused: everybody who runs a " +
      "release can read it. So is a file that somebody writes to while the release is made.",
    remedy: "Correct the glob, or narrow it with one that starts with '!'. A whole folder is folder/**.",
    example: {
      language: "yaml",
      file: "dkist-core.config.yaml",
      wrong: "assets: [config/*.json]",
      right: "assets: [conf/*.json]",
    },
  },
  BAD_ARTIFACT: {
    summary: "a release's file is not what it should be",
    meaning:
      "Before anything of a release is used, its files are held against the release manifest: names, sizes and digests. This " +
      "one is missing, was changed, or belongs to another build.",
    remedy: "Give the code zip as build wrote it, with the release manifest beside it; or build the release again.",
    example: {
      language: "sh",
      wrong:
        "dkist-core build --version 1.4.0 --airflow none\n" +
        "dkist-core run vbi --recipe-run-id 7 --artifact artifacts/client_1.4.0_workflows.zip",
      right:
        "dkist-core build --version 1.4.0 --airflow none\n" +
        "dkist-core run vbi --recipe-run-id 7 --artifact artifacts/client_1.4.0_code.zip",
    },
  },
  LOAD_CRASHED: {
    summary: "the process that loads workflow modules died",
    meaning:
      "Workflow modules are loaded in a process of their own. It ended or hung when it was asked about what it had loaded, " +
      "and no single module could be made out as the cause.",
    remedy:
      "Load the modules with plain node to see why. A workflow module starts nothing that goes on: no servers, no timers " +
      "that end the process, no listeners.",
    example: {
      language: "ts",
      wrong: 'process.on("message", () => process.kill(process.pid));\nvbi.addNode(Transfer);',
      right: "vbi.addNode(Transfer);",
    },
  },
  TEMPLATE_FAILED: {
    summary: "a template cannot be rendered",
    meaning:
      "An own template is no Handlebars, names a field that there is not, or writes a value as it is. Every value goes " +
      "through the encoder of the language it is written into (py, js, html), so that no text of a user's can become code.",
    remedy: "Write {{py name}} instead of {{name}}; the package's own templates show every field.",
    example: {
      language: "handlebars",
      file: "templates/dag.py.hbs",
      wrong: 'VERSION = "{{version}}"',
      right: "VERSION = {{py version}}",
    },
  },
  AIRFLOW_UNUSABLE: {
    summary: "the Airflow that was asked for does not work",
    meaning:
      "--airflow or the config's airflow.python names a Python without an Airflow, or one whose Airflow does not start. It " +
      "was asked for, so leaving the check out would pass for success.",
    remedy:
      "Name the python of the virtual environment that Airflow is in: 2.10, 2.11 or 3. --verbose shows all that it said; " +
      "--airflow none leaves this check out.",
    example: {
      language: "sh",
      wrong: "dkist-core test-workflows --airflow .venv/python",
      right: "dkist-core test-workflows --airflow none",
    },
  },
  AIRFLOW_NO_ANSWER: {
    summary: "a running Airflow says nothing certain",
    meaning:
      "Before a version is pruned, Airflow is asked whether runs of it are under way. It did not answer, refused the " +
      "credentials, or is no Airflow. What is not certain is kept.",
    remedy:
      "Check --airflow-url, and AIRFLOW_API_TOKEN or AIRFLOW_API_USERNAME and AIRFLOW_API_PASSWORD, then prune again.",
  },
  RELEASE_EXISTS: {
    summary: "this version was built before, with other content",
    meaning:
      "What runs under a version today must be what ran under it yesterday, so a built version is not replaced by other " +
      "content. The same content may be built any number of times, and version dev may change.",
    remedy: "Give the build a new version. --force replaces one that was never deployed.",
    example: {
      language: "sh",
      wrong:
        "dkist-core build --version 1.4.0 --airflow none\necho 656.28 >> conf/lines.json\n" +
        "dkist-core build --version 1.4.0 --airflow none",
      right:
        "dkist-core build --version 1.4.0 --airflow none\necho 656.28 >> conf/lines.json\n" +
        "dkist-core build --version 1.4.1 --airflow none",
    },
  },
  UNCOMMITTED_CHANGES: {
    summary: "the client repo differs from its commit",
    meaning:
      "A release says which commit it is made of, and whoever looks into it later must find this very code there. What git " +
      "ignores does not count, nor does version dev.",
    remedy:
      "Commit the changes, or let .gitignore name what is generated. --allow-dirty releases the client repo as it is; the " +
      "release then says so.",
    example: {
      language: "sh",
      wrong:
        "git init -q && git add --all && git commit -qm 'feat: lines'\necho 656.28 >> conf/lines.json\n" +
        "dkist-core build --version 1.4.0 --airflow none",
      right:
        "git init -q && git add --all && git commit -qm 'feat: lines'\necho 656.28 >> conf/lines.json\n" +
        "git commit -qam 'feat: more lines'\ndkist-core build --version 1.4.0 --airflow none",
    },
  },
  WRITE_FAILED: {
    summary: "a file cannot be written",
    meaning:
      "A folder cannot be made or written to, or the disk is full. Every file is written beside its place and renamed when " +
      "it is whole, so each is still the old one or the new one, and nothing half.",
    remedy: "Check the folder, its permissions and the space on the disk, and run the command again.",
    example: {
      language: "sh",
      wrong: "dkist-core export-dags --path package.json",
      right: "dkist-core export-dags --path dags",
    },
  },
  STOPPED: {
    summary: "the command was stopped by a signal",
    meaning:
      "Ctrl-C (SIGINT), SIGTERM or SIGHUP ended it before it was done; the exit code is 130, 143 or 129. What it had started " +
      "is ended too, and no half-written file is left.",
    remedy: "Run it again. A CI that stops it has a time limit that is too short.",
    example: {
      language: "sh",
      wrong: "timeout 1 dkist-core test-workflows",
      right: "timeout 600 dkist-core test-workflows",
    },
  },
} as const satisfies Record<ErrorCode, Explanation>;
