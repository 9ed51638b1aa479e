import type { DrawOptions, Outcome } from "./build.js";
import type { ClientRepo } from "./client-repo.js";
import { templatesOf } from "./dag-files.js";
import { counted } from "./model/counted.js";
import { DkistCoreError, isClean } from "./model/diagnostics.js";
import { dagId } from "./model/naming.js";
import { nearestName } from "./model/nearest-name.js";
import { silent } from "./model/progress.js";
import type { WorkflowModel } from "./model/workflow-model.js";
import type { Templates } from "./render/engine.js";
import { graphDot } from "./render/graph-dot.js";
import { graphMermaid } from "./render/graph-mermaid.js";
import { graphViews } from "./render/graph-nodes.js";
import { drawGraphs, inlineSvg, svgFile } from "./render/graph-picture.js";
import { GRAPH_STYLE } from "./render/graph-style.js";
import { graphPage } from "./report/graph-page.js";

/** The kinds of document that workflows are drawn as. */
export type GraphFormat = "mermaid" | "dot" | "svg" | "html";

/** Workflows drawn as one document. */
export interface GraphResult {
  /** What the text is. */
  readonly format: GraphFormat;
  /** The DAG ids of what was drawn, in the order it was drawn in. */
  readonly workflows: readonly string[];
  /** The document. */
  readonly text: string;
}

/** Draws a client repo's workflows, broken ones too: a cycle is found sooner in a picture. */
export async function drawRepo(repo: ClientRepo, options: DrawOptions): Promise<Outcome<GraphResult>> {
  const progress = options.progress ?? silent;
  const diagnostics = await repo.diagnose(repo.findings);
  progress.start("draw");
  const chosen = chosenWorkflows(repo, options.workflows ?? []);
  const format = options.format ?? "mermaid";
  const workflows = chosen.map(({ workflowName }) => dagId(workflowName, repo.version));
  const text = await drawn(repo, chosen, format, templatesOf(repo.config));
  progress.done("draw", `${counted(workflows.length, "workflow")} as ${format}`);
  return { ok: isClean(diagnostics), diagnostics, result: { format, workflows, text } };
}

async function drawn(
  repo: ClientRepo,
  workflows: readonly WorkflowModel[],
  format: GraphFormat,
  templates: Templates,
): Promise<string> {
  if (format === "mermaid") return graphMermaid(graphViews(workflows));
  if (format === "dot") return graphDot(graphViews(workflows));
  const pictures = await drawGraphs(workflows);
  if (format === "svg") return svgFile(pictures);
  return graphPage(
    {
      name: repo.config.name,
      version: repo.version,
      workflows,
      pictures: pictures.map((picture, index) => inlineSvg(picture, `graph-${index}`)),
      pictureStyle: GRAPH_STYLE,
    },
    templates,
  );
}

function chosenWorkflows({ client, version }: ClientRepo, names: readonly string[]): readonly WorkflowModel[] {
  if (names.length === 0) return client.workflows;
  const known = client.workflows.map(({ workflowName }) => workflowName);
  const unknown = names.find((name) => !known.some((one) => one === name || dagId(one, version) === name));
  if (unknown === undefined) {
    return client.workflows.filter(
      ({ workflowName: one }) => names.includes(one) || names.includes(dagId(one, version)),
    );
  }
  const near = nearestName(unknown, known);
  throw new DkistCoreError("BAD_USAGE", `there is no workflow ${unknown}`, {
    hint: near === undefined ? "dkist-core list shows them all" : `did you mean ${near}?`,
  });
}
