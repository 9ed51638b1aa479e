/** What users write, on our pages and in our documents, as a real browser reads it. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import type { Browser, Page } from "playwright-core";
import { printable } from "../../../src/model/printable.js";
import { markup } from "../../../src/render/markup.js";
import { openBrowser } from "../../helpers/browser.js";
import { manyTexts } from "../../helpers/hostile.js";

let browser: Browser;
let page: Page;
beforeAll(async () => {
  browser = await openBrowser();
  page = await browser.newPage();
}, 60_000);
afterAll(() => browser.close());

it("is the same text in HTML, in an element and in both kinds of attribute", async () => {
  const texts = manyTexts();
  const elements = texts.map((text) => `<p title="${markup(text)}" lang='${markup(text)}'>${markup(text)}</p>`);
  await page.setContent(`<!doctype html><meta charset="utf-8"><title>texts</title>${elements.join("")}`);
  const read = await page.evaluate(
    `[...document.querySelectorAll("p")].map((p) => [p.textContent, p.title, p.getAttribute("lang")])`,
  );
  expect(read).toEqual(texts.map(printable).map((text) => [text, text, text]));
  expect(await page.evaluate(`document.body.querySelectorAll("*").length`)).toBe(texts.length);
}, 300_000);

it("is the same text in SVG within HTML", async () => {
  const texts = manyTexts();
  const elements = texts.map(
    (text) => `<text id="${markup(text)}">${markup(text)}<title>${markup(text)}</title></text>`,
  );
  await page.setContent(`<!doctype html><meta charset="utf-8"><svg>${elements.join("")}</svg>`);
  const read = await page.evaluate(
    `[...document.querySelectorAll("text")].map((at) => [at.firstChild?.data ?? "", at.id, at.querySelector("title").textContent])`,
  );
  const shown = texts.map(printable);
  expect(read).toEqual(shown.map((text) => [text, text, text]));
}, 300_000);
