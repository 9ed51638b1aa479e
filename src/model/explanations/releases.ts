import type { DiagnosticCode } from "../diagnostics.js";
import type { Explanation } from "../explanation.js";

const BUILD = "dkist-core build --version 1.4.0 --airflow none\n";
const RELEASE = "artifacts/client_1.4.0.json";
const DEPLOY_CODE = `${BUILD}mkdir code\ndkist-core deploy ${RELEASE} --code-mount code\n`;

/** What is wrong with a release, or with where it is to be. */
export const RELEASE_EXPLANATIONS = {
  NO_COMMIT: {
    summary: "a release cannot be traced to a commit",
    meaning:
      "It is built in a folder that no git repository knows, so nobody can look later at the code that it is made of. A " +
      "warning: the release is built all the same.",
    remedy: "Build releases from a clone of the repository.",
    example: {
      language: "sh",
      wrong: "dkist-core build --version 1.4.0 --airflow none",
      right:
        "git init -q && git add --all && git commit -qm 'feat: lines'\ndkist-core build --version 1.4.0 --airflow none",
    },
  },
  BAD_MANIFEST: {
    summary: "a manifest cannot be trusted",
    meaning:
      "Every zip, and what is deployed of it, has a manifest that lists its files with size, mode and sha256, and a digest over " +
      "that list; the release manifest lists the zips. This one is no JSON, has another form or is of another release, its " +
      "own digest is wrong, or there is none or more than one. Nothing that it says can be relied on.",
    remedy:
      "Copy the release again from where it was built, or build it again. A newer release may need the dkist-core that built it.",
    example: {
      language: "sh",
      wrong: `${BUILD}echo '{}' > ${RELEASE}\ndkist-core verify ${RELEASE}`,
      right: `${BUILD}dkist-core verify ${RELEASE}`,
    },
  },
  UNSAFE_ENTRY: {
    summary: "an entry of a zip must not be unpacked",
    meaning:
      "Its name leads out of the release's folder, is absolute, has a backslash or control characters, is no UTF-8 or is " +
      "there twice, or is one file with another where case or the form of accents does not count; or it is a link, a folder " +
      "or a device, or has modes that no release has. Unpacked, it could write elsewhere, or be another file on another disk.",
    remedy:
      "Of a zip that you were given: do not unpack it, and ask where it comes from. When build says it: rename one of the files.",
    example: {
      language: "sh",
      wrong: "echo 1 > conf/LINES.json\ndkist-core build --version 1.4.0 --airflow none",
      right: "echo 1 > conf/other.json\ndkist-core build --version 1.4.0 --airflow none",
    },
  },
  OVER_LIMIT: {
    summary: "more would come out of a zip than is allowed",
    meaning:
      "A small zip can unpack to more than a disk holds. Without --max-size, 4 GB may come out of one, and from 100 MB on no " +
      "more than 200 times its size; nothing is unpacked beyond that.",
    remedy: "If the release is right, say how big it may get with --max-size.",
    example: {
      language: "sh",
      wrong: `${BUILD}dkist-core verify ${RELEASE} --max-size 0.1`,
      right: `${BUILD}dkist-core verify ${RELEASE} --max-size 100`,
    },
  },
  DAMAGED: {
    summary: "a file is not what its manifest lists",
    meaning:
      "It has another size, content or mode, or is a link; or a zip is cut off or cannot be unpacked. It was changed after the " +
      "release was built, or not copied whole.",
    remedy: "Copy the release again. What is deployed is put right by deploying it again; what was there is kept.",
    example: {
      language: "sh",
      wrong: `${DEPLOY_CODE}echo >> code/client_1.4.0/tasks/Transfer/run.js\ndkist-core verify code/client_1.4.0`,
      right:
        `${DEPLOY_CODE}echo >> code/client_1.4.0/tasks/Transfer/run.js\n` +
        `dkist-core deploy ${RELEASE} --code-mount code\ndkist-core verify code/client_1.4.0`,
    },
  },
  FILE_MISSING: {
    summary: "a file that is listed is not there",
    meaning:
      "A manifest lists it: a zip beside the release manifest, or a file in a zip, in the code or among DAG files.",
    remedy:
      "Copy all files of a release together: the release manifest and both zips. What is deployed: deploy it again.",
    example: {
      language: "sh",
      wrong: `${BUILD}mkdir copy\ncp ${RELEASE} copy/\ndkist-core verify copy/client_1.4.0.json`,
      right: `${BUILD}mkdir copy\ncp artifacts/client_1.4.0* copy/\ndkist-core verify copy/client_1.4.0.json`,
    },
  },
  FILE_UNLISTED: {
    summary: "a file is there that no manifest lists",
    meaning:
      "It was added to a zip, or to deployed code, after the release was built. Tasks may load it, and nobody knows what it is.",
    remedy: "Move it away; what a task needs goes into the release, as an asset or into its bundle.",
    example: {
      language: "sh",
      wrong: `${DEPLOY_CODE}echo hello > code/client_1.4.0/notes.txt\ndkist-core verify code/client_1.4.0`,
      right: `${DEPLOY_CODE}echo hello > code/notes.txt\ndkist-core verify code/client_1.4.0`,
    },
  },
  RELEASE_MIXED: {
    summary: "parts of a release are of different builds",
    meaning:
      "Each is whole by itself, but the release manifest lists another zip, or code and DAG files differ in their tasks. A DAG " +
      "would start code that it was not built with. A warning, when only the report page is of another build.",
    remedy:
      "Copy all files of one build together; deploy that release again. A deploy of dev that was killed leaves it, too.",
    example: {
      language: "sh",
      wrong:
        `${BUILD}cp -r artifacts first\necho 656.28 >> conf/lines.json\n` +
        "dkist-core build --version 1.4.0 --airflow none --force\n" +
        `cp first/client_1.4.0_code.zip artifacts/\ndkist-core verify ${RELEASE}`,
      right:
        `${BUILD}cp -r artifacts first\necho 656.28 >> conf/lines.json\n` +
        "dkist-core build --version 1.4.0 --airflow none --force\n" +
        `cp first/client_1.4.0* artifacts/\ndkist-core verify ${RELEASE}`,
    },
  },
  RELEASE_INCOMPLETE: {
    summary: "a half of a release is not deployed",
    meaning:
      "DAG files without their code: every task would end with exit code 78. A warning for code without DAG files, which " +
      "nothing can start, and for DAG files without their manifest, which cannot be verified.",
    remedy: "Deploy the release with both --code-mount and --dags, or what is missing alone.",
    example: {
      language: "sh",
      wrong:
        `${BUILD}mkdir code dags\ndkist-core deploy ${RELEASE} --dags dags\n` +
        "dkist-core releases --code-mount code --dags dags",
      right:
        `${BUILD}mkdir code dags\ndkist-core deploy ${RELEASE} --code-mount code --dags dags\n` +
        "dkist-core releases --code-mount code --dags dags",
    },
  },
  VERSION_TAKEN: {
    summary: "this version is deployed already, and is something else",
    meaning:
      "What runs under a version today must be what ran under it yesterday, so a deployed version is not replaced by another " +
      "build, except dev. Also when something else has its name there, or its DAG files are there in the other form, as which " +
      "Airflow would find each of them twice. Nothing was changed.",
    remedy: "Give the build a new version. What is no release: move it away, then deploy again.",
    example: {
      language: "sh",
      wrong:
        `${DEPLOY_CODE}echo 656.28 >> conf/lines.json\ndkist-core build --version 1.4.0 --airflow none --force\n` +
        `dkist-core deploy ${RELEASE} --code-mount code`,
      right:
        `${DEPLOY_CODE}echo 656.28 >> conf/lines.json\ndkist-core build --version 1.4.1 --airflow none\n` +
        "dkist-core deploy artifacts/client_1.4.1.json --code-mount code",
    },
  },
  DAG_TAKEN: {
    summary: "a DAG file of this name belongs to another release",
    meaning:
      "Two releases have a workflow of the same name and version, and so one DAG id; or two names and versions that differ in " +
      "dots and underscores alone, and so one file; or somebody has put a file of that name there. deploy and export-dags " +
      "never touch a DAG file that is not the release's own. Nothing was changed.",
    remedy: "Rename one of the two workflows; move a file that is nobody's away.",
    example: {
      language: "sh",
      wrong: `${BUILD}mkdir dags\necho '# by hand' > dags/vbi_1_4_0.py\ndkist-core deploy ${RELEASE} --dags dags`,
      right: `${BUILD}mkdir dags\necho '# by hand' > dags/mine.py\ndkist-core deploy ${RELEASE} --dags dags`,
    },
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
