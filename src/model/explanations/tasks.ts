import type { DiagnosticCode } from "../diagnostics.js";
import type { Explanation } from "../explanation.js";

/** Findings about Tasks, the modules they are in, their bundles and what Airflow makes of them. */
export const TASK_EXPLANATIONS = {
  TASK_NOT_EXPORTED: {
    summary: "no module exports a Task class that is placed",
    meaning:
      "A worker starts a Task by importing its class from a module. A class that no module exports (a local one, one that " +
      "is made in a function, one that is kept in a list) works while the Workflow is defined, and could not be found later.",
    remedy: "Define it at the top level of a module, with export in front.",
    example: {
      language: "ts",
      wrong: "class Flat extends TaskBase {\n  async run() {}\n}\nvbi.addNode(Flat);",
      right: "export class Flat extends TaskBase {\n  async run() {}\n}\nvbi.addNode(Flat);",
    },
  },
  TASK_ABSTRACT: {
    summary: "a Task that is placed has no run()",
    meaning: "run() is what a Task does. A class without it is a base for others and cannot be run itself.",
    remedy: "Write run(), or place a subclass that has it.",
    example: {
      language: "ts",
      wrong: "export abstract class Calibration extends TaskBase {}\nvbi.addNode(Calibration);",
      right:
        "export abstract class Calibration extends TaskBase {}\n" +
        "export class Flat extends Calibration {\n  async run() {}\n}\nvbi.addNode(Flat);",
    },
  },
  TASK_ANONYMOUS: {
    summary: "a Task class has no name",
    meaning:
      "A Task's name is its task id in Airflow and its folder on the workers. It is the name of the class, so a class that is " +
      "exported as default without one, or made by a function, has none.",
    remedy: "Name the class, or give it a static taskName.",
    example: {
      language: "ts",
      wrong:
        "const calibration = () =>\n  class extends TaskBase {\n    async run() {}\n  };\n" +
        "export const Flat = calibration();\nvbi.addNode(Flat);",
      right:
        "const calibration = (name: string) =>\n  class extends TaskBase {\n    static override readonly taskName = name;\n" +
        '    async run() {}\n  };\nexport const Flat = calibration("Flat");\nvbi.addNode(Flat);',
    },
  },
  TASK_NAME_CLASH: {
    summary: "two Task classes of a release share a name",
    meaning:
      "On a worker each Task lies in a folder of its name, for all workflows of the release alike. With two classes of one " +
      "name, a workflow would run the other's code. Names that differ in case alone count as the same: some disks know no case.",
    remedy: "Rename one of the classes, or give it a static taskName.",
    example: {
      language: "ts",
      wrong:
        'export class QuickDark extends Dark {\n  static override readonly taskName = "Dark";\n}\n' +
        'export const quick = new Workflow({ workflowName: "quick" }).addNode(QuickDark);\n' +
        'export const full = new Workflow({ workflowName: "full" }).addNode(Dark);',
      right:
        "export class QuickDark extends Dark {}\n" +
        'export const quick = new Workflow({ workflowName: "quick" }).addNode(QuickDark);\n' +
        'export const full = new Workflow({ workflowName: "full" }).addNode(Dark);',
    },
  },
  LOAD_FAILED: {
    summary: "a workflow module does not load",
    meaning:
      "Workflow modules are imported wherever a release is checked or built: on laptops, in CI, without the observatory's " +
      "services. A module that throws, never finishes, ends the process or lacks a package has no Workflows. The others are " +
      "checked all the same.",
    remedy:
      "Move work, settings and connections into the Tasks' run(). Install what is missing; compile again after a change. " +
      "DKIST_LOAD_TIMEOUT_SECONDS gives a slow module more time than 60 seconds.",
    example: {
      language: "ts",
      wrong:
        'const archive = new URL(process.env["ARCHIVE_URL"] ?? "");\n\n' +
        "export class Store extends TaskBase {\n  async run() {\n    await fetch(archive);\n  }\n}\nvbi.addNode(Store);",
      right:
        "export class Store extends TaskBase {\n  async run() {\n" +
        '    await fetch(new URL(process.env["ARCHIVE_URL"] ?? ""));\n  }\n}\nvbi.addNode(Store);',
    },
  },
  LOAD_PRINTED: {
    summary: "a module prints to stdout while it loads",
    meaning:
      "A warning: what it prints comes out on stderr, so that the output of a command stays readable by machines. In a " +
      "task's process it would stand in every task's log.",
    remedy: "Remove it, or log from within run() with this.log.",
    example: {
      language: "ts",
      wrong: 'console.log("workflows of the VBI");\nvbi.addNode(Transfer);',
      right: "vbi.addNode(Transfer);",
    },
  },
  BUNDLE_FAILED: {
    summary: "a Task cannot be bundled with its packages",
    meaning:
      "Each Task is bundled with what it imports, and nothing else is on the worker. Something that it imports was not found, " +
      "or is no JavaScript that esbuild can read. The message says what, and where it is imported.",
    remedy:
      "Install the package and name it in package.json. What cannot be bundled can be copied instead: external for a package, " +
      'tasks.<Task>.isolation "folder" for a Task, both in the config.',
    example: {
      language: "ts",
      wrong:
        "export class Unpack extends TaskBase {\n  async run() {\n" +
        '    const { gunzipSync } = await import("zlib-that-nobody-installed");\n' +
        "    gunzipSync(new Uint8Array());\n  }\n}\nvbi.addNode(Unpack);",
      right:
        "export class Unpack extends TaskBase {\n  async run() {\n" +
        '    const { gunzipSync } = await import("node:zlib");\n    gunzipSync(new Uint8Array());\n  }\n}\nvbi.addNode(Unpack);',
    },
  },
  BUNDLE_DOES_NOT_START: {
    summary: "a Task's bundle does not load on its own",
    meaning:
      "Every bundle is started once, alone in an empty folder, as on a worker: it loads, finds the class and ends. This one " +
      "did not get so far; most often its module wants a file, a variable or a package that is here and would not be there.",
    remedy:
      "Read files within run(), by assetPath() for those that the config's assets name. tasks.<Task>.include and external " +
      "in the config add what is missing.",
    example: {
      language: "ts",
      wrong:
        'import { readFileSync } from "node:fs";\n\nconst lines = readFileSync("conf/lines.json", "utf8");\n\n' +
        "export class Fit extends TaskBase {\n  async run() {\n    this.log.info(lines);\n  }\n}\nvbi.addNode(Fit);",
      right:
        'import { readFileSync } from "node:fs";\n\n' +
        "export class Fit extends TaskBase {\n  async run() {\n" +
        '    this.log.info(readFileSync(this.assetPath("conf/lines.json"), "utf8"));\n  }\n}\nvbi.addNode(Fit);',
    },
  },
  AIRFLOW_IMPORT_ERROR: {
    summary: "Python or Airflow cannot load a DAG file",
    meaning:
      "The rendered files were given to Python, and to a real Airflow where there is one. It refused one, and the scheduler " +
      "would too: the DAG would not be there, with an import error in Airflow's own pages at best. As a warning: it loads, " +
      "and warns about something in the file.",
    remedy:
      "The DAG files of the package's own templates load on Airflow 2.10, 2.11 and 3, so look at your template first. " +
      "dkist-core export-dags writes the files, to be loaded by hand.",
    example: {
      language: "handlebars",
      file: "templates/dag.py.hbs",
      wrong: "VERSION = {{py version}}\nif VERSION == \"dev\"\n    print('not for operations')",
      right: "VERSION = {{py version}}\nif VERSION == \"dev\":\n    print('not for operations')",
    },
  },
  AIRFLOW_MISMATCH: {
    summary: "Airflow reads something else than was written",
    meaning:
      "A real Airflow loaded the DAG files, and was asked for each DAG what it understood: nodes, upstreams, retries, " +
      "resource queues and all else that a Workflow says. Here it differs, so the DAG would run otherwise than it was written.",
    remedy:
      "An own template leaves something out, or says it twice. With the package's templates it is an error of dkist-core: " +
      "please report it.",
    example: {
      language: "handlebars",
      file: "templates/partials/node.py.hbs",
      wrong: "        retries=0,",
      right: "        retries={{py retries}},",
    },
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
