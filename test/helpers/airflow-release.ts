import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { WorkflowModel } from "../../src/model/workflow-model.js";
import type { DagSettings } from "../../src/render/dag.js";
import { renderDag } from "../../src/render/dag.js";
import { loadTemplates } from "../../src/render/engine.js";

/** Appends what it was told, and the failure report that is there by then, a line a call, to the file NOTIFIED. */
const NOTIFIER = `
const fs = require("node:fs");
const facts = JSON.parse(fs.readFileSync(0, "utf8"));
const report = fs.existsSync(facts.failureReport) ? fs.readFileSync(facts.failureReport, "utf8") : null;
fs.appendFileSync(process.env.NOTIFIED, JSON.stringify({ facts, report }) + "\\n");
console.log("the notifier was here");
`;

/** What the hand-made notifier appends. */
export interface Notified {
  readonly facts: Readonly<Record<string, unknown>>;
  readonly report: string | null;
}

/** A release laid under a CODE_MOUNT by hand: programs that stand for tasks. */
export interface HandMadeRelease {
  /** For AIRFLOW__CORE__DAGS_FOLDER. */
  readonly dagsFolder: string;
  /** For CODE_MOUNT. */
  readonly codeMount: string;
}

/**
 * @param folder - where both folders are made; it may hold spaces
 * @param programs - task name to the CommonJS text of its `run.js`
 */
export async function layRelease(
  folder: string,
  workflows: readonly WorkflowModel[],
  settings: DagSettings,
  programs: Readonly<Record<string, string>>,
): Promise<HandMadeRelease> {
  const [dagsFolder, codeMount] = [join(folder, "dags"), join(folder, "code")];
  const release = join(codeMount, settings.releaseName);
  await mkdir(dagsFolder, { recursive: true });
  const templates = loadTemplates();
  for (const workflow of workflows) {
    const { path, content } = renderDag(workflow, settings, templates);
    await writeFile(join(dagsFolder, path), content);
  }
  for (const [task, program] of Object.entries(programs)) {
    await mkdir(join(release, "tasks", task), { recursive: true });
    await writeFile(join(release, "tasks", task, "run.js"), program);
  }
  await writeFile(join(release, "notify-failure.js"), NOTIFIER);
  return { dagsFolder, codeMount };
}
