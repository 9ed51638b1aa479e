import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { renderSbom } from "../../src/artifact/sbom.js";
import type { ReleaseDescription } from "../../src/model/artifact.js";
import type { PackageRef } from "../../src/model/task-bundle.js";
import { anyRelease } from "../helpers/any-release.js";
import { bundleSummary, releaseFacts } from "../helpers/report-input.js";

/** As much of CycloneDX as is looked at here. */
interface Sbom {
  readonly serialNumber: string;
  readonly metadata: {
    readonly timestamp?: string;
    readonly component: { readonly components: readonly { readonly "bom-ref": string }[] };
  };
  readonly components: readonly {
    readonly "bom-ref": string;
    readonly group?: string;
    readonly name: string;
    readonly version: string;
    readonly purl: string;
    readonly licenses?: readonly unknown[];
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const validator = new Validation.JsonStrictValidator(Spec.Version.v1dot6);
const one = (name: string, version: string, license: string | null = "MIT"): PackageRef => ({ name, version, license });
const release = (packages: Readonly<Record<string, readonly PackageRef[]>>): ReleaseDescription =>
  releaseFacts([], {
    bundles: Object.entries(packages).map(([task, list]) => bundleSummary(task, { packages: list })),
  });
const sbomOf = async (description: ReleaseDescription, date: Date | null = null): Promise<Sbom> =>
  JSON.parse(await renderSbom(description, date)) as Sbom;

const RELEASE = release({
  Dark: [one("@scope/fits", "1.0.0"), one("lodash", "4.17.20")],
  Flat: [one("lodash", "3.10.1"), one("lodash", "4.17.20")],
});

describe("renderSbom", () => {
  it("names each package once, with its purl", async () => {
    const { components } = await sbomOf(RELEASE);
    expect(components.map(({ group, name, version, purl }) => [group, name, version, purl])).toEqual([
      ["@scope", "fits", "1.0.0", "pkg:npm/%40scope/fits@1.0.0"],
      [undefined, "amqplib", "2.3.1", "pkg:npm/amqplib@2.3.1"],
      [undefined, "lodash", "3.10.1", "pkg:npm/lodash@3.10.1"],
      [undefined, "lodash", "4.17.20", "pkg:npm/lodash@4.17.20"],
    ]);
  });

  it("says which task's bundle holds which package, and what the notifier holds", async () => {
    const { dependencies, metadata } = await sbomOf(RELEASE);
    expect(metadata.component.components.map((part) => part["bom-ref"])).toEqual([
      "task:Dark",
      "task:Flat",
      "notify-failure.js",
    ]);
    expect(Object.fromEntries(dependencies.map(({ ref, dependsOn = [] }) => [ref, dependsOn]))).toEqual({
      "vbi_1.4.0": ["task:Dark", "task:Flat", "notify-failure.js"],
      "task:Dark": ["npm:@scope/fits@1.0.0", "npm:lodash@4.17.20"],
      "task:Flat": ["npm:lodash@3.10.1", "npm:lodash@4.17.20"],
      "notify-failure.js": ["npm:amqplib@2.3.1"],
      "npm:@scope/fits@1.0.0": [],
      "npm:amqplib@2.3.1": [],
      "npm:lodash@3.10.1": [],
      "npm:lodash@4.17.20": [],
    });
  });

  it.each([
    ["MIT", { license: { id: "MIT", acknowledgement: "declared" } }],
    ["mit", { license: { id: "MIT", acknowledgement: "declared" } }],
    ["(MIT OR Apache-2.0)", { expression: "(MIT OR Apache-2.0)", acknowledgement: "declared" }],
    ["GPL-2.0-or-later WITH Classpath-exception-2.0", { expression: "GPL-2.0-or-later WITH Classpath-exception-2.0" }],
    ["SEE LICENSE IN <b>.txt", { license: { name: "SEE LICENSE IN <b>.txt", acknowledgement: "declared" } }],
    ["UNLICENSED", { license: { name: "UNLICENSED", acknowledgement: "declared" } }],
  ])("gives the licence %p as CycloneDX has it", async (license, expected) => {
    const text = await renderSbom(release({ T: [one("a", "1", license)] }), null);
    expect(await validator.validate(text)).toBeNull();
    const { components } = JSON.parse(text) as Sbom;
    expect(components.find(({ name }) => name === "a")?.licenses).toEqual([expect.objectContaining(expected)]);
  });

  it("leaves out a licence that nobody has stated", async () => {
    const { components } = await sbomOf(release({ T: [one("a", "1", null)] }));
    expect(components[0]).not.toHaveProperty("licenses");
  });

  it.each([
    ["without a date", RELEASE, null],
    ["with a date", RELEASE, new Date("2026-01-02T03:04:05Z")],
    ["without a commit and bundles", releaseFacts([], { gitCommit: null, bundles: [] }), null],
    [
      "with odd packages",
      release({
        T: [
          one("JSONStream", "1.0.0"),
          one("jsonstream", "1.0.0"),
          one("@scope", "0.0.0"),
          one("@firebase/app/esm", "0.0.0"),
          one("a b#c?d", "1.0.0+é/x y"),
        ],
      }),
      null,
    ],
  ])("is CycloneDX 1.6 by the official schema, %s", async (_, description, date) => {
    expect(await validator.validate(await renderSbom(description, date))).toBeNull();
  });

  it("would not pass that schema with anything else in it", async () => {
    const text = await renderSbom(RELEASE, null);
    expect(await validator.validate(text.replace('"type": "library"', '"type": "librarian"'))).not.toBeNull();
    expect(await validator.validate(text.replace('"version": 1,', '"version": 1, "made": "up",'))).not.toBeNull();
  });

  it("has a timestamp only where it is given one", async () => {
    expect((await sbomOf(RELEASE)).metadata).not.toHaveProperty("timestamp");
    expect((await sbomOf(RELEASE, new Date(1_767_323_045_000))).metadata.timestamp).toBe("2026-01-02T03:04:05.000Z");
  });

  it("has a serial number that comes from its content", async () => {
    const [one, again, other, dated] = await Promise.all([
      sbomOf(RELEASE),
      sbomOf(RELEASE),
      sbomOf({ ...RELEASE, version: "1.4.1" }),
      sbomOf(RELEASE, new Date(1_767_323_045_000)),
    ]);
    expect(one.serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(again.serialNumber).toBe(one.serialNumber);
    expect(new Set([one, other, dated].map(({ serialNumber }) => serialNumber)).size).toBe(3);
  });

  it("is valid and the same bytes again for any release, and leaves no package out", async () => {
    await fc.assert(
      fc.asyncProperty(anyRelease, async (description) => {
        const text = await renderSbom(description, null);
        expect(await validator.validate(text)).toBeNull();
        expect(await renderSbom(description, null)).toBe(text);
        const named = (JSON.parse(text) as Sbom).components.map(({ name, version }) => `${name} ${version}`);
        const held = [...description.bundles, description.notifier].flatMap(({ packages }) => packages);
        expect(named).toEqual([...new Set(held.map(({ name, version }) => `${name} ${version}`))].sort());
      }),
      { numRuns: 20 },
    );
  }, 120_000);
});
