import { describe, expect, it } from "@jest/globals";
import { absent, conclude, notChecked, ok, problem, warning } from "../../src/doctor/check.js";
import { CHECKS, needsOf, PLACES } from "../../src/doctor/needs.js";

describe("conclude", () => {
  it.each([
    ["ok", ok("x"), { needed: "ok", "if there": "ok", wanted: "ok" }],
    ["a warning", warning("x", "y"), { needed: "warning", "if there": "warning", wanted: "warning" }],
    ["a problem", problem("x"), { needed: "problem", "if there": "problem", wanted: "warning" }],
    ["absent", absent("x"), { needed: "problem", "if there": "not checked", wanted: "not checked" }],
    ["not checked", notChecked("x"), { needed: "not checked", "if there": "not checked", wanted: "not checked" }],
  ] as const)("weighs %s by how much it is needed", (_, verdict, expected) => {
    for (const need of ["needed", "if there", "wanted"] as const) {
      expect(conclude("it", verdict, need).status).toBe(expected[need]);
    }
  });

  it("keeps what was found and the hint, and adds none", () => {
    expect(conclude("Node", problem("18", "install 20"), "needed")).toEqual({
      check: "Node",
      status: "problem",
      found: "18",
      hint: "install 20",
    });
    expect(conclude("Node", ok("20"), "needed")).toEqual({ check: "Node", status: "ok", found: "20" });
  });
});

describe("needsOf", () => {
  const needed = (place: (typeof PLACES)[number] | undefined) =>
    needsOf(place)
      .filter(({ need }) => need === "needed")
      .map(({ name }) => name);

  it("says what must be there at each place", () => {
    expect(needed("author")).toEqual(["dkist-core", "platform", "Node", "temp folder", "config", "library"]);
    expect(needed("ci")).toEqual([...needed("author"), "workflow modules"]);
    expect(needed(undefined)).toEqual(needed("author"));
    expect(needed("worker")).toEqual([
      "dkist-core",
      "platform",
      "Node of tasks",
      "bash",
      "temp folder",
      "CODE_MOUNT",
      "broker settings",
      "broker",
    ]);
    expect(needed("scheduler")).toEqual(["dkist-core", "platform", "temp folder", "Python", "Airflow"]);
  });

  it("looks at nothing that no place wants, and shows all in one order", () => {
    const all = new Set(PLACES.flatMap((place) => needsOf(place).map(({ name }) => name)));
    expect(CHECKS.filter((name) => all.has(name))).toEqual([...CHECKS]);
    for (const place of PLACES) {
      const names = needsOf(place).map(({ name }) => name);
      expect(names).toEqual(CHECKS.filter((name) => names.includes(name)));
    }
  });
});
