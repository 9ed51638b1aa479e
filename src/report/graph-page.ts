import type { Markup } from "../model/markup.js";
import type { WorkflowModel } from "../model/workflow-model.js";
import { pageFrame, type PageTemplates } from "./page.js";
import { counted } from "../model/counted.js";

/** Workflows and their pictures. */
export interface GraphPageInput {
  readonly name: string;
  readonly version: string;
  readonly workflows: readonly WorkflowModel[];
  /** SVG elements, in the workflows' order. */
  readonly pictures: readonly Markup[];
  /** The style sheet that the pictures need. */
  readonly pictureStyle: string;
}

/** Workflows' pictures as one self-contained HTML file. */
export function graphPage(input: GraphPageInput, templates: PageTemplates): string {
  const { name, version, workflows, pictures, pictureStyle } = input;
  const nodes = workflows.reduce((sum, workflow) => sum + workflow.nodes.length, 0);
  const { style, policy } = pageFrame([templates.render("page.css", {}), pictureStyle], "");
  return templates.render("graph.html", {
    style,
    policy,
    title: `${name} ${version}`,
    facts: `${counted(workflows.length, "workflow")}, ${counted(nodes, "node")}`,
    workflows: workflows.flatMap(({ workflowName, file }, index) => {
      const picture = pictures[index];
      return picture === undefined ? [] : [{ workflowName, file, label: `Graph of ${workflowName}`, picture }];
    }),
  });
}
