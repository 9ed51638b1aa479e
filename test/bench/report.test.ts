import { describe, expect, it } from "@jest/globals";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { SaxesParser } from "saxes";
import { PACKAGE_ROOT } from "../helpers/client-repo.js";

interface Side {
  readonly wall: { readonly min: number };
}
interface Case {
  readonly workflows: number;
  readonly ours?: Side;
  readonly limit?: Side;
  readonly original?: Side;
}

const { headlineOf, withHeadline } = (await import(`${PACKAGE_ROOT}bench/report/readme.js`)) as {
  headlineOf: (results: string) => string;
  withHeadline: (readme: string, results: string) => string;
};
const { growthPicture } = (await import(`${PACKAGE_ROOT}bench/report/growth-picture.js`)) as {
  growthPicture: (results: { exports: readonly Case[]; growth: readonly Case[] }) => string;
};

const read = (file: string): string => readFileSync(path.join(PACKAGE_ROOT, file), "utf8");

describe("RESULTS.md", () => {
  it("is what the README shows of it", () => {
    const readme = read("README.md");
    expect(withHeadline(readme, read("bench/RESULTS.md"))).toBe(readme);
    expect(readme).toContain(headlineOf(read("bench/RESULTS.md")));
  });

  it("would change the README with another figure", () => {
    const results = read("bench/RESULTS.md").replace(/(## In short[\s\S]*?)x \|/, "$1.5x |");
    expect(withHeadline(read("README.md"), results)).not.toBe(read("README.md"));
  });

  it("names a record and a picture that are there", () => {
    const links = [...read("bench/RESULTS.md").matchAll(/\]\(([^)#]+)\)/g)].map(([, link]) => link ?? "");
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !existsSync(path.join(PACKAGE_ROOT, "bench", link)))).toEqual([]);
  });
});

describe("the picture of growth", () => {
  const side = (seconds: number): Side => ({ wall: { min: seconds } });
  const picture = growthPicture({
    exports: [
      { workflows: 10, ours: side(0.2), limit: side(0.1), original: side(2) },
      { workflows: 1000, ours: side(1), limit: side(0.9), original: side(9) },
    ],
    growth: [{ workflows: 10_000, ours: side(10) }],
  });

  it("draws each side with all its points, the larger time above", () => {
    const lines = [...picture.matchAll(/points="([^"]+)"/g)].map(([, points = ""]) =>
      points.split(" ").map((point) => point.split(",").map(Number)),
    );
    expect(lines.map((line) => line.length)).toEqual([2, 3, 2]);
    const [original, ours, limit] = lines.map((line) => line[0]?.[1] ?? NaN);
    expect(original).toBeLessThan(ours ?? NaN);
    expect(ours).toBeLessThan(limit ?? NaN);
  });

  it.each([
    ["made here", () => picture],
    ["of the last bench", () => read("bench/growth.svg")],
  ])("%s is an SVG document", (_, svg) => {
    const parser = new SaxesParser({ xmlns: true });
    const names: string[] = [];
    parser.on("opentag", ({ name }) => void names.push(name));
    parser.write(svg()).close();
    expect(names[0]).toBe("svg");
    expect(names.filter((name) => name === "polyline")).toHaveLength(3);
  });
});
