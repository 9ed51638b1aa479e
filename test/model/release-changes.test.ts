import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { releaseChanges } from "../../src/model/release-changes.js";
import { byVersion } from "../../src/model/version-order.js";
import { bundleSummary, releaseFacts } from "../helpers/report-input.js";
import { nodeModel, workflowModel } from "../helpers/workflow-models.js";

describe("releaseChanges", () => {
  const before = releaseFacts(
    [workflowModel("both", [nodeModel("A"), nodeModel("B")]), workflowModel("old", [nodeModel("C")])],
    { version: "1.3.0" },
  );

  it("names workflows, nodes and bundles that came, went or changed", () => {
    const now = releaseFacts(
      [workflowModel("new", [nodeModel("E")]), workflowModel("both", [nodeModel("A"), nodeModel("D")])],
      { bundles: [bundleSummary("A", { digest: "other" }), bundleSummary("D"), bundleSummary("E")] },
    );
    expect(releaseChanges(before, now)).toEqual({
      since: "1.3.0",
      workflows: { added: ["new"], removed: ["old"] },
      nodes: [{ workflowName: "both", added: ["D"], removed: ["B"] }],
      bundles: { added: ["D", "E"], removed: ["B", "C"], changed: ["A"] },
    });
  });

  it("finds nothing in the same release", () => {
    expect(releaseChanges(before, before)).toEqual({
      since: "1.3.0",
      workflows: { added: [], removed: [] },
      nodes: [],
      bundles: { added: [], removed: [], changed: [] },
    });
  });
});

describe("byVersion", () => {
  it.each([
    ["1.9.0", "1.10.0"],
    ["1.4.0-rc1", "1.4.0"],
    ["1.4.0-rc2", "1.4.0-rc10"],
    ["1.4", "1.4.1"],
    ["9", "20261122093000123456"],
    ["007", "8"],
    ["v1", "v2"],
  ])("%s before %s", (a, b) => {
    expect(byVersion(a, b)).toBeLessThan(0);
    expect(byVersion(b, a)).toBeGreaterThan(0);
  });

  it("is an order: any shuffling sorts alike", () => {
    const version = fc.stringMatching(/^[0-9ab]{1,3}([.-][0-9ab]{1,3}){0,3}$/);
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        expect(Math.sign(byVersion(a, b)) + Math.sign(byVersion(b, a))).toBe(0);
        if (byVersion(a, b) <= 0 && byVersion(b, c) <= 0) expect(byVersion(a, c)).toBeLessThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});
