import { describe, expect, it } from "@jest/globals";
import { nearestName } from "../../src/model/nearest-name.js";

const QUEUES = ["cpu", "default", "gpu", "high_memory"];

describe("nearestName", () => {
  it.each([
    { label: "one letter away", name: "defalt", near: "default" },
    { label: "some letters away", name: "hi_memory", near: "high_memory" },
    { label: "case alone, before another that is as near with its case", name: "GPU", near: "gpu" },
    { label: "the name itself", name: "gpu", near: "gpu" },
    { label: "a third of a long name away", name: "dexxxlt", near: undefined },
    { label: "two letters of a short one away", name: "gxx", near: "gpu" },
    { label: "three letters of a long one away", name: "high_mexxxy", near: "high_memory" },
    { label: "nothing near", name: "frobnicate", near: undefined },
    { label: "an empty name is nobody's typing error", name: "", near: undefined },
  ])("$label: $name", ({ name, near }) => {
    expect(nearestName(name, QUEUES)).toBe(near);
  });

  it("is the nearest of several, and the first of two that are as near", () => {
    expect(nearestName("abcd", ["abxx", "abcx", "abcy"])).toBe("abcx");
    expect(nearestName("abcd", ["abcx", "abxx"])).toBe("abcx");
  });

  it("knows nothing among nothing", () => {
    expect(nearestName("a", [])).toBeUndefined();
  });
});
