/** Our flowcharts, read and drawn by Mermaid itself in a real browser: the labels are exactly the names. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import type { Browser, Page } from "playwright-core";
import type { ListResult } from "../../../src/build.js";
import { printable } from "../../../src/model/printable.js";
import { graphMermaid } from "../../../src/render/graph-mermaid.js";
import { graphViews } from "../../../src/render/graph-nodes.js";
import { openBrowser } from "../../helpers/browser.js";
import { dkistCore, dkistCoreJson } from "../../helpers/cli.js";
import { PACKAGE_ROOT } from "../../helpers/client-repo.js";
import { manyTexts } from "../../helpers/hostile.js";
import { nodeModel, workflowModel } from "../../helpers/workflow-models.js";

const EXAMPLE = path.join(PACKAGE_ROOT, "examples/dkist-processing-test");
const MERMAID = createRequire(import.meta.url).resolve("mermaid/dist/mermaid.min.js");

/** What a browser shows of a flowchart. */
interface Drawn {
  /** Each node's lines. */
  readonly nodes: readonly (readonly string[])[];
  readonly subgraphs: readonly string[];
  readonly edges: number;
  /** Elements that no flowchart has. */
  readonly others: number;
}

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
  await page.setContent("<!doctype html><title>mermaid</title><body></body>");
  await page.addScriptTag({ content: readFileSync(MERMAID, "utf8") });
  await page.evaluate("mermaid.initialize({ startOnLoad: false })");
}, 60_000);
afterAll(() => browser.close());

async function drawnBy(source: string): Promise<Drawn> {
  const drawn = await page.evaluate(`(async () => {
    const { svg } = await mermaid.render("drawn", ${JSON.stringify(source)});
    document.body.innerHTML = svg;
    const linesOf = (label) => {
      for (const line of label.querySelectorAll("br")) line.replaceWith("\\n");
      return label.textContent.split("\\n");
    };
    return {
      nodes: [...document.querySelectorAll("g.node .nodeLabel")].map(linesOf),
      subgraphs: [...document.querySelectorAll("g.cluster .nodeLabel")].map((label) => label.textContent),
      edges: document.querySelectorAll("path.flowchart-link").length,
      others: document.querySelectorAll("svg :is(script, img, a, iframe, form, input)").length,
    };
  })()`);
  return drawn as Drawn;
}

const FACTS = "default · 0 retries · no timeout";

it("draws the example as it is: every workflow, node and edge", async () => {
  const [flowchart, list] = await Promise.all([
    dkistCore(["graph"], { cwd: EXAMPLE }),
    dkistCoreJson<ListResult>(["list"], { cwd: EXAMPLE }),
  ]);
  const { workflows } = list.document.result;
  const drawn = await drawnBy(flowchart.stdout);
  expect([...drawn.subgraphs].sort()).toEqual(workflows.map(({ workflowName }) => workflowName).sort());
  expect(drawn.nodes.map(([name]) => name).sort()).toEqual(
    workflows.flatMap(({ nodes }) => nodes.map(({ taskName }) => taskName)).sort(),
  );
  expect(drawn.edges).toBe(workflows.flatMap(({ nodes }) => nodes.flatMap(({ upstreams }) => upstreams)).length);
});

describe("what users write", () => {
  // A label of nothing but spaces has no text to compare.
  const names = ["\\n", "C:\\new", ...manyTexts((text) => printable(text).trim() !== "", 100)];

  it("is drawn as the same text, as a task's name", async () => {
    // Mermaid refuses a document of more than 50,000 characters.
    for (let at = 0; at < names.length; at += 60) {
      const some = names.slice(at, at + 60);
      const nodes = some.map((name, index) =>
        nodeModel(name, { upstreams: some.slice(Math.max(0, index - 1), index) }),
      );
      const drawn = await drawnBy(graphMermaid(graphViews([workflowModel("flow", nodes)])));
      expect(drawn.nodes).toEqual(some.map((name) => [printable(name), FACTS]));
      expect([drawn.edges, drawn.others]).toEqual([some.length - 1, 0]);
    }
  }, 900_000);

  it("is drawn as the same text, as a workflow's name", async () => {
    const some = names.slice(0, 80);
    const workflows = some.map((name) => workflowModel(name, [nodeModel("A")]));
    const drawn = await drawnBy(graphMermaid(graphViews(workflows)));
    expect([...drawn.subgraphs].sort()).toEqual(some.map(printable).sort());
    expect([drawn.nodes.length, drawn.others]).toEqual([some.length, 0]);
  });
});
