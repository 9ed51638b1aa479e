import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  byCodeUnit,
  composedWorkflowName,
  dagId,
  isId,
  isVersion,
  releaseName,
  releaseNameOfPackage,
} from "../../src/model/naming.js";

describe("isId", () => {
  it.each(["a", "A", "0", "_", "l0_to_l1_vbi_no-speckle", "a.b-c_d", "a".repeat(1000)])("takes %p", (text) => {
    expect(isId(text)).toBe(true);
  });

  it.each([
    { label: "nothing", text: "" },
    { label: "a newline at the end, which Airflow's own rule lets through", text: "a\n" },
    { label: "a newline in front", text: "\na" },
    { label: "a dot in front, which hides a file", text: ".a" },
    { label: "a dash in front, which reads as an option", text: "-a" },
    { label: "the folder above", text: ".." },
    { label: "a path", text: "a/b" },
    { label: "a Windows path", text: "a\\b" },
    { label: "a space", text: "a b" },
    { label: "the original's bad character", text: "a*" },
    { label: "a letter that is not ASCII", text: "é" },
    { label: "a look-alike letter", text: "\u0430bc" },
    { label: "a digit that is not ASCII", text: "\u0661" },
    { label: "a NUL", text: "a\0" },
    { label: "a quote", text: 'a"' },
    { label: "Jinja", text: "{{a}}" },
    { label: "a shell expansion", text: "$(id)" },
  ])("refuses $label", ({ text }) => {
    expect(isId(text)).toBe(false);
  });

  it("takes only characters that mean the same to a shell, a path, Python and Jinja", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        if (isId(text)) expect(/^[\w.-]+$/.test(text) && !text.includes("\n")).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("isVersion", () => {
  it.each(["dev", "1", "1.4.0", "1.4.0-rc.1", "v1", "Latest2", "a".repeat(100)])("takes %p", (text) => {
    expect(isVersion(text)).toBe(true);
  });

  it.each(["", "latest", "1.4.0\n", "1_4", "1 4", "-1", ".1", "1+local", "../1", "a".repeat(101), "é"])(
    "refuses %p",
    (text) => {
      expect(isVersion(text)).toBe(false);
    },
  );
});

describe("composedWorkflowName", () => {
  it.each([
    {
      label: "mirrors the original's workflow_name_from_details: without detail",
      parts: { inputData: "test-data", outputData: "valid", category: "core" },
      name: "test-data_to_valid_core",
    },
    {
      label: "mirrors the original's workflow_name_from_details: with detail",
      parts: { inputData: "l0", outputData: "l1", category: "vbi", detail: "no-speckle" },
      name: "l0_to_l1_vbi_no-speckle",
    },
    {
      label: "an empty detail is none",
      parts: { inputData: "l0", outputData: "l1", category: "vbi", detail: "" },
      name: "l0_to_l1_vbi",
    },
  ])("$label", ({ parts, name }) => {
    expect(composedWorkflowName(parts)).toBe(name);
  });
});

describe("names", () => {
  it("mirrors the original: a dag id is <name>_<version>", () => {
    expect(dagId("l0_to_l1_vbi_no-speckle", "1.4.0")).toBe("l0_to_l1_vbi_no-speckle_1.4.0");
  });

  it("a release is <name>_<version>", () => {
    expect(releaseName("dkist-processing-vbi", "dev")).toBe("dkist-processing-vbi_dev");
  });

  it("different names never make one dag id at one version", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (a, b, version) => {
        expect(dagId(a, version) === dagId(b, version)).toBe(a === b);
      }),
    );
  });

  it.each([
    { name: "vbi", release: "vbi" },
    { name: "@dkist/processing-vbi", release: "dkist-processing-vbi" },
  ])("the package $name is released as $release", ({ name, release }) => {
    expect(releaseNameOfPackage(name)).toBe(release);
  });
});

describe("byCodeUnit", () => {
  it("orders as every machine does, not as a locale does", () => {
    expect(["b", "a", "é", "Z", "_", "0", "\u{1f52d}", "\uffff"].sort(byCodeUnit)).toEqual([
      "0",
      "Z",
      "_",
      "a",
      "b",
      "é",
      "\u{1f52d}",
      "\uffff",
    ]);
  });

  it("is an order", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
        expect(byCodeUnit(a, b)).toBe(-byCodeUnit(b, a) + 0);
        expect(byCodeUnit(a, b) === 0).toBe(a === b);
      }),
    );
  });
});
