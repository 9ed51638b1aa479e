/** Our flowcharts, read and drawn by Mermaid itself in a real browser: the labels are exactly the names. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import fc from "fast-check";
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
import { anyText, HOSTILE_TEXTS } from "../../helpers/hostile.js";
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
  const names = [...HOSTILE_TEXTS, "\\n", "C:\\new"].filter((text) => printable(text).trim() !== "");

  it("is drawn as the same text, as a task's name", async () => {
    expect(names.length).toBeGreaterThan(70);
    const nodes = names.map((name, index) =>
      nodeModel(name, { upstreams: names.slice(Math.max(0, index - 1), index) }),
    );
    const drawn = await drawnBy(graphMermaid(graphViews([workflowModel("flow", nodes)])));
    expect(drawn.nodes).toEqual(names.map((name) => [printable(name), FACTS]));
    expect([drawn.edges, drawn.others]).toEqual([names.length - 1, 0]);
  });

  it("is drawn as the same text, whatever it is", async () => {
    const texts = fc.array(
      anyText.filter((text) => printable(text).trim() !== ""),
      { minLength: 60, maxLength: 60 },
    );
    const drawsThem = fc.asyncProperty(texts, async (labels) => {
      const nodes = labels.map((label) => nodeModel(label));
      const drawn = await drawnBy(graphMermaid(graphViews([workflowModel("flow", nodes)])));
      expect(drawn.nodes).toEqual(labels.map((label) => [printable(label), FACTS]));
      expect(drawn.others).toBe(0);
    });
    await fc.assert(drawsThem, { numRuns: 5 });
  });

  it("is drawn as the same text, as a workflow's name", async () => {
    const workflows = names.map((name) => workflowModel(name, [nodeModel("A")]));
    const drawn = await drawnBy(graphMermaid(graphViews(workflows)));
    expect([...drawn.subgraphs].sort()).toEqual(names.map(printable).sort());
    expect([drawn.nodes.length, drawn.others]).toEqual([names.length, 0]);
  });
});
