import { describe, expect, it } from "@jest/globals";
import { existsSync } from "node:fs";
import path from "node:path";
import { PACKAGE_ROOT } from "../helpers/client-repo.js";
import { ALL_PAGES, readPage, type DocPage } from "../helpers/doc-page.js";

const pages = new Map(ALL_PAGES.map((name) => [name, readPage(name)]));

/** Why a reader would get nowhere; undefined for a link that leads somewhere, or out of this repo. */
function broken(page: DocPage, link: string): string | undefined {
  if (link.startsWith("https://")) return undefined;
  const [target = "", anchor] = decodeURI(link).split("#");
  const name = target === "" ? page.name : path.posix.join(path.posix.dirname(page.name), target);
  if (!existsSync(path.join(PACKAGE_ROOT, name))) return `${link}: there is no ${name}`;
  if (anchor === undefined || pages.get(name)?.anchors.has(anchor) === true) return undefined;
  return `${link}: ${name} has no #${anchor}`;
}

describe("links", () => {
  it.each([...pages.values()].map((page) => [page.name, page] as const))("of %s lead somewhere", (_, page) => {
    expect(page.links.map((link) => broken(page, link)).filter((problem) => problem !== undefined)).toEqual([]);
  });

  it("are found, and so are those that lead nowhere", () => {
    const readme = readPage("README.md");
    expect(readme.links.length).toBeGreaterThan(5);
    expect(broken(readme, "docs/no-such-page.md")).toBe("docs/no-such-page.md: there is no docs/no-such-page.md");
    expect(broken(readme, "CONTRIBUTING.md#no-such-part")).toBe(
      "CONTRIBUTING.md#no-such-part: CONTRIBUTING.md has no #no-such-part",
    );
    expect(broken(readme, "CONTRIBUTING.md#habits")).toBeUndefined();
  });
});
