import type { DiagnosticCode } from "../diagnostics.js";
import type { Explanation } from "../explanation.js";

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
    summary: "a manifest cannot be read",
    meaning:
      "Each zip, each deployed folder and the release itself has a manifest that lists its files with their digests. This one " +
      "is not JSON, has another form than this version writes, or is of another release.",
    remedy: "Build the release again, or deploy it again. Nothing is taken from a file whose manifest is in doubt.",
  },
  UNSAFE_ENTRY: {
    summary: "a zip holds what could land anywhere",
    meaning:
      "A name that leads out of the release's folder, a link, two names for one file, a name that is not UTF-8, or a mode " +
      "that a release never has. Unpacked, it could overwrite what is not its own.",
    remedy: "Somebody else than build has made or changed this zip. Take it from where it was built.",
  },
  OVER_LIMIT: {
    summary: "more would come out of a zip than is allowed",
    meaning: "A small zip can unpack to more than a disk holds. It is read no further than the limit.",
    remedy: "For a release that really is so large, --max-size gives more room.",
  },
  DAMAGED: {
    summary: "a file is not as it was released",
    meaning: "Its size or its digest is not what the manifest says: it was changed, or did not arrive whole.",
    remedy: "Copy the release again, then deploy it again: what is damaged in place is restored.",
  },
  FILE_MISSING: {
    summary: "a file of the release is not there",
    meaning: "The manifest lists it. A task that needs it would fail.",
    remedy: "Copy the release again, then deploy it again: what is missing in place is restored.",
  },
  FILE_UNLISTED: {
    summary: "there is a file that the manifest does not list",
    meaning: "It was not there when the release was built, so nobody knows what it does there.",
    remedy: "Take the release from where it was built; in place, remove the file.",
  },
  RELEASE_MIXED: {
    summary: "parts of different builds lie together",
    meaning:
      "The release manifest is renamed into place last, so a build that was stopped leaves one that does not fit its zips. Or " +
      "DAG files are there twice, as files and in a zip.",
    remedy: "Build the release again; where it is deployed, deploy it again.",
  },
  RELEASE_INCOMPLETE: {
    summary: "one half of a release is not there",
    meaning:
      "Without its code every task of it ends with exit code 78. Without its DAG files nothing can start it: a warning, as a " +
      "host often has only one of both.",
    remedy: "Deploy the release again, with the folder that the message names.",
  },
  VERSION_TAKEN: {
    summary: "this version is in place with other content",
    meaning: "What runs under a version today must be what ran under it yesterday. Only dev may be replaced.",
    remedy: "Give the build a new version. With the same content a deploy may be repeated any number of times.",
  },
  DAG_TAKEN: {
    summary: "a DAG file of another release is in the way",
    meaning:
      "Two releases have a DAG file of one name, and Airflow knows one DAG by it. The other release's file stays.",
    remedy: "Name the workflow otherwise, or remove the other release first.",
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
