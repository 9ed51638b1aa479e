import { describe, expect, it } from "@jest/globals";
import { resolveVersion } from "../../src/model/version.js";

describe("resolveVersion", () => {
  it.each([
    { label: "nothing given: the original's dev", requested: null, authored: [], environment: null, version: "dev" },
    { label: "BUILD_VERSION", requested: null, authored: [], environment: "2", version: "2" },
    { label: "a workflow wins over BUILD_VERSION", requested: null, authored: ["3"], environment: "2", version: "3" },
    { label: "workflows that agree", requested: null, authored: ["3", "3"], environment: null, version: "3" },
    { label: "workflows that do not", requested: null, authored: ["3", "4"], environment: "2", version: null },
    { label: "--version wins over all", requested: "1", authored: ["3", "4"], environment: "2", version: "1" },
    {
      label: "an empty --version is no default, but wrong",
      requested: "",
      authored: [],
      environment: "2",
      version: "",
    },
  ])("$label", ({ version, ...sources }) => {
    expect(resolveVersion(sources)).toBe(version);
  });
});
