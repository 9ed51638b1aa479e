import { Option } from "commander";
import type { Define } from "../program.js";

/** The commands for releases as they were built, and where they are deployed. */
export function defineRelease(define: Define): void {
  define("diff", "show what a release changes: for people, machines and pull requests", "anywhere")
    .argument("<before>", "a release manifest, a code or workflow zip, a release's folder, or a client repo")
    .argument("[after]", "another one (default: the client repo here)")
    .addOption(new Option("--format <format>", "how to show it").choices(["text", "markdown"]).default("text"))
    .option("--config <file>", "a client repo's config file, instead of searching for one")
    .addHelpText("after", DIFF_HELP);

  define("verify", "verify a release, a zip of one, or what is deployed of it", "anywhere")
    .argument("<path>", "a release manifest, a zip, a deployed folder of code, or a manifest in a DAGs folder")
    .addOption(maxSize())
    .addHelpText("after", VERIFY_HELP);

  define("deploy", "verify a release and put it in place, whole or not at all", "anywhere")
    .argument("<release>", "the release manifest, <name>_<version>.json; the zips are beside it")
    .addOption(codeMount())
    .addOption(dags())
    .addOption(
      new Option(
        "--dags-as <form>",
        "DAG files one by one, or the workflow zip as it is (default: as this version's are there already, else files)",
      ).choices(["files", "zip"]),
    )
    .option("--dry-run", "show what would be done, and do nothing")
    .addOption(maxSize())
    .addHelpText("after", DEPLOY_HELP);

  define("releases", "show what is deployed, and whether it is whole", "anywhere")
    .addOption(codeMount())
    .addOption(dags())
    .option("--quick", "look at manifests alone, not at every file")
    .addHelpText("after", RELEASES_HELP);

  define("promote", "let the alias DAGs <workflow>_latest start this version", "anywhere")
    .argument("<version>", "a version that is deployed; an older one is the rollback")
    .option("--name <name>", "the release's name, where several are deployed here")
    .addOption(codeMount())
    .addOption(dags())
    .option("--dry-run", "show what would be done, and do nothing")
    .addHelpText("after", PROMOTE_HELP);

  define("prune", "remove old versions that Airflow does not need any more", "anywhere")
    .requiredOption("--keep <number>", "how many of the newest versions of each name stay")
    .requiredOption("--airflow-url <url>", "Airflow's web server or api-server")
    .addOption(codeMount())
    .addOption(dags())
    .option("--empty-trash <days>", "also delete what has lain in the trash for so many days")
    .option("--yes", "remove them; without it, only show what would go")
    .addHelpText("after", PRUNE_HELP);

  define("notify", "send the failure messages that could not be sent when their tasks failed", "anywhere")
    .option("--flush", "send all that wait, and remove each when the broker has confirmed it")
    .option("--spool <folder>", "the folder that keeps them (default: the variable DKIST_SPOOL)")
    .addHelpText("after", NOTIFY_HELP);
}

function codeMount(): Option {
  return new Option(
    "--code-mount <folder>",
    "the folder that workers know as CODE_MOUNT; may be given more than once (default: the variable CODE_MOUNT)",
  ).argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value]);
}

function dags(): Option {
  return new Option("--dags <folder>", "the folder that Airflow reads DAG files from");
}

function maxSize(): Option {
  return new Option(
    "--max-size <megabytes>",
    "how much may come out of a zip (default: 4000, and no more than 200 times the zip)",
  );
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

const VERIFY_HELP = `
Looks at every entry of a zip (its name, type, mode and size) and at every
file's size and digest against its manifest; at a release manifest, also whether
both zips are the ones it lists and all of one build. Unpacks nothing to disk.

Exit codes:
  0  whole
  1  something is wrong; all of it is shown
  2  it cannot be read

Examples:
  $ dkist-core verify artifacts/vbi_1.4.0.json
  $ dkist-core verify artifacts/vbi_1.4.0_code.zip
  $ dkist-core verify $CODE_MOUNT/vbi_1.4.0
  $ dkist-core verify /opt/airflow/dags/vbi_1.4.0.manifest.json`;

const DEPLOY_HELP = `
Verifies the release, unpacks it beside its places, reads that back, and renames
it into place: the code first, the DAG files last. Who reads there sees all of
the code or none, and every DAG file whole. It can be killed at any moment, and
run again: it goes on from there. Several may run at once, also on machines that
share a disk.

A version never changes once it is there: the same content is left alone, other
content is refused. Only dev is replaced; what was there before goes to
.dkist-core-trash/ in the same folder. A DAG file of another release is never
touched. A host that has only one of the two folders gives only that one.

Environment:
  CODE_MOUNT  counts where no --code-mount is given; CODE_MOUNT= deploys DAG
              files alone

Exit codes:
  0  in place
  1  the release is not whole, or the plan is refused: nothing is changed
  2  it could not run

Examples:
  $ dkist-core deploy vbi_1.4.0.json --code-mount /code --dags /dags --dry-run
  $ dkist-core deploy vbi_1.4.0.json --code-mount /code --dags /dags
  $ CODE_MOUNT= dkist-core deploy vbi_1.4.0.json --dags /dags --dags-as zip`;

const RELEASES_HELP = `
With both folders, also whether each release has both its halves. Names what
deploys have left: what was there before, and what they were making when they
were killed; the next deploy removes that.

Environment:
  CODE_MOUNT  counts where no --code-mount is given

Exit codes:
  0  all whole
  1  something is broken; all of it is shown
  2  it could not run

Examples:
  $ dkist-core releases --code-mount /code --dags /opt/airflow/dags
  $ dkist-core releases --code-mount /code --quick --json \\
      | jq -r '.result.releases[].release'`;

const PROMOTE_HELP = `
Writes one file into the DAGs folder, <name>_latest.py, with a DAG
<workflow>_latest for each workflow of the version. A run of it starts
<workflow>_<version> with the same conf and run id, so that who submits runs
need not know versions. The release is verified first; with --code-mount its
code, too.

Exit codes:
  0  promoted
  1  the release is not whole: nothing is changed
  2  it could not run

Examples:
  $ dkist-core promote 1.4.0 --code-mount /code --dags /dags
  $ dkist-core promote 1.3.0 --code-mount /code --dags /dags    # the rollback`;

const PRUNE_HELP = `
Keeps the newest versions of each name, the promoted one, dev, each one with a
queued or running run, and whatever Airflow says nothing certain about. Of the
others it pauses the DAGs, looks for runs, takes the DAG files away, looks
again, takes the code away, and unpauses what it has paused. What is removed
lies in .dkist-core-trash/ of its folder, and takes up its space there until
--empty-trash deletes it. Without --yes nothing is changed.

Environment:
  AIRFLOW_API_TOKEN     a token for Airflow's REST API, or
  AIRFLOW_API_USERNAME  a user who may read runs and edit DAGs, and
  AIRFLOW_API_PASSWORD  its password

Exit codes:
  0  done
  2  it could not run, or Airflow did not answer: what is not certain is kept

Examples:
  $ dkist-core prune --keep 3 --airflow-url https://airflow.example.org \\
      --code-mount /code --dags /opt/airflow/dags
  $ dkist-core prune --keep 3 --airflow-url https://airflow.example.org \\
      --code-mount /code --dags /opt/airflow/dags --yes`;

const NOTIFY_HELP = `
Where DKIST_SPOOL names a folder, a worker keeps each failure message there
until the broker has confirmed it. This sends what is left. It can be killed at
any moment and run again, also by several at once: a message that then goes
twice has the same conversationId. It stops at the first that cannot be sent;
what is no message is named and left alone.

Where there is only Node and a release, the release does the same:
node $CODE_MOUNT/<name>_<version>/notify-failure.js --flush

Environment:
  DKIST_SPOOL         counts where no --spool is given
  MESH_CONFIG, ISB_*  the broker, as on the workers

Exit codes:
  0  all sent, or none there
  1  one could not be sent, or a file is no message; all of it is shown
  2  it could not run

Examples:
  $ dkist-core notify --flush --spool /var/spool/dkist
  $ dkist-core notify --flush --json | jq '.result.waiting'`;
