/** The report page in a real Chromium, as `build` writes it. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import type { ReleaseManifest, ReleaseResult } from "../../../src/build.js";
import { releaseChanges } from "../../../src/model/release-changes.js";
import { openBrowser } from "../../helpers/browser.js";
import { dkistCoreJson } from "../../helpers/cli.js";
import { chainModule, clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";
import { HOSTILE_TEXTS } from "../../helpers/hostile.js";
import { AFTER, BEFORE } from "../../helpers/release-pair.js";
import { bundleSummary, pageOf, releaseFacts, WORKFLOWS } from "../../helpers/report-input.js";
import { layeredWorkflow, nodeModel, workflowModel } from "../../helpers/workflow-models.js";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let folder: string;
beforeAll(async () => {
  browser = await openBrowser();
  folder = await tempFolder({
    "report.html": await pageOf(releaseFacts([...WORKFLOWS, layeredWorkflow("l0_to_l1_wide", 40, 20)]), {
      since: "1.3.0",
      changes: releaseChanges(BEFORE, AFTER),
    }),
  });
});
afterAll(async () => {
  await browser.close();
  await removeFolders();
});

interface Visit {
  readonly page: Page;
  /** Console messages, errors of scripts, and requests for anything but the page. */
  readonly noise: string[];
}

async function visit(file: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const page = await (await browser.newContext(options)).newPage();
  const noise: string[] = [];
  const address = pathToFileURL(file).href;
  page.on("console", (message) => noise.push(message.text()));
  page.on("pageerror", (error) => noise.push(error.message));
  page.on("request", (request) => {
    if (request.url() !== address) noise.push(request.url());
  });
  await page.goto(address);
  return { page, noise };
}

const report = (options?: BrowserContextOptions): Promise<Visit> => visit(path.join(folder, "report.html"), options);
/** Scripts for the page are texts: this program has no DOM, and its compiler shall know none. */
const OPEN_ALL = `for (const details of document.querySelectorAll("details")) details.open = true`;
const PHONE = { width: 360, height: 740 };

describe("the report page in a browser", () => {
  it("is silent, asks for nothing, and shows every picture", async () => {
    const { page, noise } = await report();
    expect(await page.locator("article svg").count()).toBe(3);
    for (const svg of await page.locator("article svg").all()) {
      const { width = 0, height = 0 } = (await svg.boundingBox()) ?? {};
      expect(Math.min(width, height)).toBeGreaterThan(60);
    }
    // Drawn in their colours: the style sheet is let in by the page's own policy.
    const fill = await styleOf(page, ".queue-1 .outline", "fill");
    expect(fill).toBe("rgb(255, 240, 214)");
    expect(noise).toEqual([]);
  });

  it("keeps each text of a picture inside its node", async () => {
    const { page } = await report();
    const outside: unknown = await page.evaluate(`
      [...document.querySelectorAll("article svg g[class^=queue-]")].flatMap((node) => {
        const box = node.querySelector(".outline").getBoundingClientRect();
        return [...node.querySelectorAll("text")].flatMap((text) => {
          const { left, right } = text.getBoundingClientRect();
          return left > box.left + 2 && right < box.right - 2 ? [] : [text.textContent];
        });
      })`);
    expect(outside).toEqual([]);
  });

  it("filters workflows and tasks by every word, and says how many are left", async () => {
    const { page } = await report();
    await page.getByRole("searchbox", { name: "Filter workflows and tasks" }).fill("AVERAGEdarks high_memory");
    expect(await page.locator("[data-filtered] > article:visible h3").allTextContents()).toEqual([
      "l0_to_l1_small_1.4.0",
      "AverageDarks",
    ]);
    expect(await page.getByRole("status").textContent()).toBe("1 of 3 workflows, 1 of 42 tasks");
    // A link to what is hidden shows it.
    await page.evaluate(`location.hash = "#workflow-0"`);
    await page.locator("#workflow-0").waitFor({ state: "visible" });
    expect(await page.getByRole("searchbox").inputValue()).toBe("");
  });

  it("works by keyboard: skip link, sections, filter, then only what can be used", async () => {
    // Too narrow for the first picture, which therefore is a stop too.
    const { page } = await report({ viewport: { width: 640, height: 900 } });
    const stops: string[] = [];
    for (let index = 0; index < 9; index++) {
      await page.keyboard.press("Tab");
      stops.push(
        await page.evaluate<string>(`(({ activeElement: at }) =>
          at.id === "filter" ? "filter" : (at.getAttribute("aria-label") ?? at.textContent))(document)`),
      );
    }
    expect(stops).toEqual([
      "Skip to the release",
      "Checks",
      "Changes",
      "Workflows",
      "Tasks",
      "Artifacts",
      "filter",
      "Picture of l0_to_l1_large",
      "As a table",
    ]);
    await page.locator("summary").first().focus();
    await page.keyboard.press("Enter");
    expect(await page.getByRole("table").first().isVisible()).toBe(true);
  });

  it.each([
    { label: "a phone", viewport: PHONE },
    { label: "a desk", viewport: { width: 1280, height: 900 } },
  ])("does not scroll sideways on $label", async ({ viewport }) => {
    const { page } = await report({ viewport });
    await page.evaluate(OPEN_ALL);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(viewport.width);
  });

  it("shows a picture that does not fit from its first node on", async () => {
    const { page } = await report({ viewport: PHONE });
    const { x = -1, width = 0 } = (await page.locator("#workflow-0 .outline").first().boundingBox()) ?? {};
    expect(x).toBeGreaterThanOrEqual(0);
    expect(x + width).toBeLessThanOrEqual(PHONE.width);
  });

  it("opens everything on paper, and fits there", async () => {
    const { page, noise } = await report({ viewport: { width: 794, height: 1123 } });
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    await page.evaluate(`dispatchEvent(new Event("beforeprint"))`);
    expect(await page.locator("details:not([open])").count()).toBe(0);
    expect(await page.locator("nav").isVisible()).toBe(false);
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(794);
    // Ink on white, whatever the screen's scheme.
    expect(await styleOf(page, "body", "backgroundColor")).toBe("rgb(255, 255, 255)");
    expect(await styleOf(page, "article svg text", "fill")).toBe("rgb(0, 0, 0)");
    expect((await page.pdf()).subarray(0, 4).toString()).toBe("%PDF");
    await page.evaluate(`dispatchEvent(new Event("afterprint"))`);
    expect(await page.locator("details[open]").count()).toBe(0);
    expect(noise).toEqual([]);
  });

  it.each([
    { colorScheme: "light", viewport: { width: 1280, height: 900 } },
    { colorScheme: "dark", viewport: { width: 1280, height: 900 } },
    { colorScheme: "light", viewport: PHONE },
    { colorScheme: "dark", viewport: PHONE },
  ] as const)("axe finds no barrier in $colorScheme at width $viewport.width", async (options) => {
    const { page } = await report(options);
    await page.evaluate(OPEN_ALL);
    expect(await violations(page)).toEqual([]);
  });

  it("axe does find what is wrong", async () => {
    const { page } = await report();
    await page.evaluate(`document.querySelector("label").remove()`);
    await page.evaluate(`document.querySelector("input").removeAttribute("placeholder")`);
    expect(await violations(page)).toEqual([expect.stringContaining("label")]);
  });

  it("shows hostile texts as what they are, and runs none of them", async () => {
    const texts = [
      ...HOSTILE_TEXTS,
      "<img src=x onerror=alert(1)>",
      "</script><script>alert(1)</script>",
      "</style><b>",
    ];
    const workflow = workflowModel(
      "hostile",
      texts.map((text, index) => nodeModel(`${index} ${text}`, { resourceQueue: text })),
    );
    const bundles = texts.map((text) =>
      bundleSummary(text, { packages: [{ name: text, version: text, license: text }] }),
    );
    const file = path.join(folder, "hostile.html");
    await writeFile(file, await pageOf(releaseFacts([workflow], { name: "<b>", bundles })));
    const { page, noise } = await visit(file);
    expect(await page.locator("h1").textContent()).toBe("<b> 1.4.0");
    expect(await page.locator("#tasks ~ .tasks h3").count()).toBe(texts.length);
    expect(await page.locator("b, img").count()).toBe(0);
    expect(await page.locator("script").count()).toBe(1);
    expect(noise).toEqual([]);
  });
});

/** Of the first element that a selector finds. */
function styleOf(page: Page, selector: string, property: string): Promise<string> {
  return page.evaluate<string>(`getComputedStyle(document.querySelector("${selector}")).${property}`);
}

/** What axe-core objects to, as rule and element. */
async function violations(page: Page): Promise<string[]> {
  // Evaluated, not added as an element: the page's policy lets no other script in.
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    interface Axe {
      run(): Promise<{ violations: { id: string; nodes: { target: unknown[] }[] }[] }>;
    }
    const { violations: found } = await (globalThis as unknown as { axe: Axe }).axe.run();
    return found.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
  });
}

describe("build", () => {
  let repo: ClientRepo;
  beforeAll(() => {
    repo = clientRepo({ "dist/workflows/a.js": chainModule("flow", ["A", "B"]) });
  });
  afterAll(() => repo.remove());

  const build = (version: string) =>
    dkistCoreJson<ReleaseResult>(["build", "--version", version, "--airflow", "none"], { cwd: repo.root });

  it("writes the page beside the zips, names it in the release manifest, and compares with the release before", async () => {
    const { document } = await build("1.9.0");
    expect(document.result.report).toBe("artifacts/client_1.9.0.html");
    const content = readFileSync(repo.file(document.result.report));
    const manifest = JSON.parse(readFileSync(repo.file(document.result.manifest), "utf8")) as ReleaseManifest;
    expect(manifest.report).toEqual({
      path: "client_1.9.0.html",
      sha256: createHash("sha256").update(content).digest("hex"),
      bytes: content.byteLength,
    });

    await writeFile(repo.file("dist/workflows/a.js"), chainModule("flow", ["A", "C"]));
    const next = await build("1.10.0");
    const { page, noise } = await visit(repo.file(next.document.result.report));
    const changes = await page.locator(".changes li").allInnerTexts();
    expect(changes.map((line) => line.replace(/\s+/g, " ").trim())).toEqual([
      "− removed node B: after A",
      "+ added node C: after A",
      // Its module changed with the others'.
      "~ changed task A: code changed",
      expect.stringMatching(/^− removed task B: [\d.]+ kB$/),
      expect.stringMatching(/^\+ added task C: [\d.]+ kB$/),
    ]);
    expect(await page.locator(".checks .skipped").innerText()).toContain("--airflow none");
    expect(noise).toEqual([]);
  });
});
