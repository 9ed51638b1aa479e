import type { DiagnosticCode } from "../diagnostics.js";
import type { Explanation } from "../explanation.js";

/** Findings about Workflows, their names and their graphs. */
export const WORKFLOW_EXPLANATIONS = {
  NO_WORKFLOWS: {
    summary: "no workflow module exports a Workflow",
    meaning:
      "dkist-core imports the compiled modules that the config's workflows globs match (by default those below " +
      "dist/workflows) and takes every Workflow among their exports: as such, as default, in arrays and in records. It found " +
      "none, so there is nothing to check and a release would be empty.",
    remedy: "Compile the client repo first, export the Workflow, or let the workflows globs match its module.",
    example: {
      language: "ts",
      wrong: 'const vbi = new Workflow({ workflowName: "vbi" }).addNode(Transfer);',
      right: 'export const vbi = new Workflow({ workflowName: "vbi" }).addNode(Transfer);',
    },
  },
  NO_NODES: {
    summary: "a Workflow has no node",
    meaning: "A DAG without a task does nothing, whatever its run says: most likely the addNode calls were forgotten.",
    remedy: "Place at least one Task with addNode(), or remove the Workflow.",
    example: {
      language: "ts",
      wrong: 'export const vbi = new Workflow({ workflowName: "vbi" });',
      right: 'export const vbi = new Workflow({ workflowName: "vbi" }).addNode(Transfer);',
    },
  },
  CYCLE: {
    summary: "Tasks wait for one another in a circle",
    meaning:
      "A Task starts when its upstreams are done. In a circle each waits for another one of it, so none would ever start, and " +
      "Airflow refuses to load such a DAG. The message names the whole circle.",
    remedy: "Remove the upstream that is the wrong way round. dkist-core graph draws workflows with a cycle, too.",
    example: {
      language: "ts",
      wrong: "vbi.addNode(Dark, { upstreams: Gain });\nvbi.addNode(Gain, { upstreams: Dark });",
      right: "vbi.addNode(Dark);\nvbi.addNode(Gain, { upstreams: Dark });",
    },
  },
  SELF_UPSTREAM: {
    summary: "a Task is its own upstream",
    meaning: "It would wait for itself and never start: the smallest circle there is.",
    remedy: "Remove it from its own upstreams.",
    example: {
      language: "ts",
      wrong: "vbi.addNode(Transfer);\nvbi.addNode(Dark, { upstreams: [Transfer, Dark] });",
      right: "vbi.addNode(Transfer);\nvbi.addNode(Dark, { upstreams: Transfer });",
    },
  },
  DUPLICATE_TASK: {
    summary: "a Task is placed twice in one Workflow",
    meaning:
      "The task id in Airflow is the Task's name, and a DAG holds each id once. A second place would replace the first one " +
      "with its upstreams.",
    remedy: "Place it once, or give the second place a class of its own: a subclass has a name of its own.",
    example: {
      language: "ts",
      wrong: "vbi.addNode(Dark);\nvbi.addNode(Gain, { upstreams: Dark });\nvbi.addNode(Dark, { upstreams: Gain });",
      right:
        "export class DarkAgain extends Dark {}\n" +
        "vbi.addNode(Dark);\nvbi.addNode(Gain, { upstreams: Dark });\nvbi.addNode(DarkAgain, { upstreams: Gain });",
    },
  },
  UNKNOWN_UPSTREAM: {
    summary: "an upstream is not a node of the Workflow",
    meaning:
      "An upstream must be placed in the same Workflow, before or after its downstream: what is not placed never runs, so " +
      "waiting for it would never end. It is also found where two classes share a name, and only the other one is placed.",
    remedy: "Place the upstream with addNode(), or remove it from the upstreams.",
    example: {
      language: "ts",
      wrong: "vbi.addNode(Gain, { upstreams: Dark });",
      right: "vbi.addNode(Dark);\nvbi.addNode(Gain, { upstreams: Dark });",
    },
  },
  DUPLICATE_DAG_ID: {
    summary: "two Workflows have the same name",
    meaning:
      "The DAG id is the workflow's name with the version. Of two files with one DAG id Airflow loads either, and says " +
      "nothing. Names that differ alone in case, or in '.' and '_', would share one DAG file, so they count as the same.",
    remedy: "Rename one of them; detail is there to tell them apart.",
    example: {
      language: "ts",
      wrong:
        'const vbi = { inputData: "l0", outputData: "l1", category: "vbi" };\n' +
        "export const full = new Workflow(vbi).addNode(Transfer);\n" +
        "export const quick = new Workflow(vbi).addNode(Dark);",
      right:
        'const vbi = { inputData: "l0", outputData: "l1", category: "vbi" };\n' +
        "export const full = new Workflow(vbi).addNode(Transfer);\n" +
        'export const quick = new Workflow({ ...vbi, detail: "quick" }).addNode(Dark);',
    },
  },
  BAD_ID: {
    summary: "a name has characters that no id may have",
    meaning:
      "Names of workflows and Tasks become DAG ids, task ids, file names, folders on the workers and shell words. They may " +
      "have letters, digits, '_', '.' and '-', and start with a letter, a digit or '_'. Names are checked and never repaired: " +
      "a repaired one would be a name that nobody wrote.",
    remedy: "Rename it. A Task whose class name should stay can have a static taskName.",
    example: {
      language: "ts",
      wrong: 'export const vbi = new Workflow({ workflowName: "l0 to l1" }).addNode(Transfer);',
      right: 'export const vbi = new Workflow({ workflowName: "l0_to_l1" }).addNode(Transfer);',
    },
  },
  NAME_TOO_LONG: {
    summary: "a name is longer than it may be",
    meaning:
      "Airflow keeps ids of up to 250 characters. A workflow's name may have 100, so that with '_' and a version it still " +
      "is a DAG id; a Task's name may have 250.",
    remedy: "Shorten it.",
    example: {
      language: "ts",
      wrong:
        "export const vbi = new Workflow({\n" +
        '  workflowName: "from_level_0_frames_of_the_visible_broadband_imager_to_level_1_frames_with_speckle_reconstruction_and_movies",\n' +
        "}).addNode(Transfer);",
      right: 'export const vbi = new Workflow({ workflowName: "l0_to_l1_vbi_speckle" }).addNode(Transfer);',
    },
  },
  BAD_VERSION: {
    summary: "the release's version cannot be one",
    meaning:
      "A release has one version, and it is part of every DAG id and folder: 1 to 100 letters, digits, '.' and '-', starting " +
      "with a letter or a digit. '_' is left out, as it stands between name and version; 'latest' is kept free. Workflows " +
      "that name different versions have none in common.",
    remedy: "Give one with --version (it wins over everything else), workflowVersion or BUILD_VERSION.",
    example: {
      language: "ts",
      wrong: 'export const vbi = new Workflow({ workflowName: "vbi", workflowVersion: "1.4_0" }).addNode(Transfer);',
      right: 'export const vbi = new Workflow({ workflowName: "vbi", workflowVersion: "1.4.0" }).addNode(Transfer);',
    },
  },
  BAD_OPTION: {
    summary: "an option of a Workflow, node or Task has a wrong value",
    meaning:
      "The message names the option, what it must be and what it is. Many of these are errors in TypeScript too; in plain " +
      "JavaScript, behind a cast, or for values that no type can tell (a negative number of retries) they show here. Each " +
      "would fail in Airflow later, or be understood as something else.",
    remedy: "Give a value of the kind that the message says. Resource queues of your own go into the config first.",
    example: {
      language: "ts",
      wrong: 'vbi.addNode(Dark, { resourceQueue: "hi_memory" });',
      right: 'vbi.addNode(Dark, { resourceQueue: "high_memory" });',
    },
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
