/** What comes along with the package: docs/adr/0016, held against package.json and the lock file. */
import { expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";

interface Locked {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly optional?: boolean;
  readonly hasInstallScript?: boolean;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}
interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const read = (file: string): string => readFileSync(new URL(`../${file}`, import.meta.url), "utf8");
const { scripts, dependencies } = JSON.parse(read("package.json")) as Manifest;
const { packages } = JSON.parse(read("package-lock.json")) as { packages: Readonly<Record<string, Locked>> };
const ADR = read("docs/adr/0018-what-the-package-depends-on.md");

const installed = Object.entries(packages).filter(
  ([place, { dev, devOptional }]) => place !== "" && dev !== true && devOptional !== true,
);

/** Where Node would find a package from there. */
function placeOf(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
    const place = `${folder === "" ? "" : `${folder}/`}node_modules/${name}`;
    if (place in packages) return place;
    if (folder === "") return undefined;
  }
}

/** A package with all that it depends on. */
function countOf(name: string): number {
  const found = new Set<string>();
  const open = [placeOf(name, "")];
  for (let place = open.pop(); open.length > 0 || place !== undefined; place = open.pop()) {
    if (place === undefined || found.has(place)) continue;
    const here = place;
    found.add(here);
    open.push(...Object.keys(packages[here]?.dependencies ?? {}).map((needed) => placeOf(needed, here)));
  }
  return found.size;
}

it("every dependency is counted and justified, and no other", () => {
  const rows = [...ADR.matchAll(/^\| ([@a-z][\w@/.-]+) +\| (\d+) +\| \S/gm)].map(([, name = "", count]) => [
    name,
    Number(count),
  ]);
  expect(Object.fromEntries(rows)).toEqual(
    Object.fromEntries(Object.keys(dependencies).map((name) => [name, countOf(name)])),
  );
});

it("as many packages are installed as the record says", () => {
  const always = installed.filter(([, { optional }]) => optional !== true);
  expect(ADR).toContain(`Together ${always.length} packages,`);
});

it("nothing of ours runs at installation, and of the others esbuild's alone", () => {
  expect(
    Object.keys(scripts).filter((name) => /^(?:pre|post)?install$|^(?:pre|post)?prepare$|^dependencies$/.test(name)),
  ).toEqual([]);
  expect(installed.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([place]) => place)).toEqual([
    "node_modules/esbuild",
  ]);
});

it("every package is named by its digest", () => {
  expect(installed.filter(([, { integrity }]) => integrity?.startsWith("sha512-") !== true)).toEqual([]);
});
