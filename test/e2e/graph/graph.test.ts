import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { existsSync, readFileSync } from "node:fs";
import type { GraphResult } from "../../../src/build.js";
import { dkistCore, dkistCoreJson } from "../../helpers/cli.js";
import { chainModule, clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { elementsCalled, parseXml } from "../../helpers/xml.js";

let repo: ClientRepo;
beforeAll(() => {
  repo = clientRepo({
    "dist/workflows/a.js": chainModule("first", ["A", "B"]),
    "dist/workflows/b.js": chainModule("second", ["C"]),
  });
});
afterAll(() => repo.remove());

const names = (svg: string): string[] =>
  elementsCalled(parseXml(svg), "text")
    .filter(({ attributes }) => attributes["class"] === "name")
    .map(({ text }) => text);

describe("graph", () => {
  it("writes a Mermaid flowchart of all workflows to stdout", async () => {
    const { exitCode, stdout } = await dkistCore(["graph"], { cwd: repo.root });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^flowchart TB\n {2}subgraph w0\["first"\]\n[^]*subgraph w1\["second"\][^]*end\n$/);
  });

  it.each([["first"], ["first_1.4.0"]])("draws only what is asked for: %s", async (name) => {
    const { stdout, exitCode } = await dkistCore(["graph", name, "--version", "1.4.0", "--format", "svg"], {
      cwd: repo.root,
    });
    expect([exitCode, names(stdout)]).toEqual([0, ["A", "B"]]);
  });

  it("writes a file, the same as on stdout", async () => {
    const { stdout } = await dkistCore(["graph", "--format", "dot"], { cwd: repo.root });
    const written = await dkistCore(["graph", "--format", "dot", "--out", "made/all.dot"], { cwd: repo.root });
    expect([written.exitCode, written.stdout]).toEqual([0, "made/all.dot\n"]);
    expect(readFileSync(repo.file("made/all.dot"), "utf8")).toBe(stdout);
  });

  it("writes a page that holds everything it needs", async () => {
    const { stdout, exitCode } = await dkistCore(["graph", "--format", "html"], { cwd: repo.root });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^<!doctype html>/);
    expect(stdout.match(/<svg /g)).toHaveLength(2);
    expect(stdout.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|src=|@import|url\(/);
  });

  it("gives one JSON document, with the text or the file's name", async () => {
    const shown = await dkistCoreJson<GraphResult>(["graph", "second"], { cwd: repo.root });
    expect(shown.document).toMatchObject({ command: "graph", ok: true });
    expect(shown.document.result).toMatchObject({ format: "mermaid", workflows: ["second_dev"] });
    expect(shown.document.result.text).toContain("flowchart");
    const written = await dkistCoreJson(["graph", "second", "--out", "made/one.mmd"], { cwd: repo.root });
    expect(written.document.result).toEqual({ format: "mermaid", workflows: ["second_dev"], path: "made/one.mmd" });
    expect(existsSync(repo.file("made/one.mmd"))).toBe(true);
  });

  it.each([
    ["a workflow that is not there", ["secnd"], "did you mean second?"],
    ["a format that is none", ["--format", "png"], "mermaid, dot, svg, html"],
  ])("ends with 2 and a hint for %s", async (_, parameters, hint) => {
    const { exitCode, stdout, stderr } = await dkistCore(["graph", ...parameters], { cwd: repo.root });
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(hint);
  });

  it("draws a cycle too, and says that it is one", async () => {
    const cycle = clientRepo({
      "dist/workflows/a.js":
        `${chainModule("flow", ["A", "B"])}\nworkflow.addNode(class C extends A {}, { upstreams: B });
workflow.addNode(class D extends A {}, { upstreams: [] });`.replace("addNode(A", "addNode(A, { upstreams: B }"),
    });
    const { exitCode, stdout, stderr } = await dkistCore(["graph", "--format", "svg"], { cwd: cycle.root });
    expect([exitCode, names(stdout)]).toEqual([1, ["A", "B", "C", "D"]]);
    expect(stderr).toContain("CYCLE");
    cycle.remove();
  });
});
