import { describe, expect, it } from "@jest/globals";
import { readCursor } from "../../../src/cli/completion/cursor.js";
import { createProgram } from "../../../src/cli/program.js";

const program = createProgram(
  () => Promise.resolve(0),
  () => undefined,
);

/** Where the cursor is, in a line that ends at it. */
function at(line: string): string {
  const words = line.split(" ");
  const current = words.pop() ?? "";
  const { command, place } = readCursor(program, words, current);
  const of =
    place.kind !== "value" ? "" : "flags" in place.of ? ` of ${place.of.long ?? ""}` : ` of ${place.of.name()}`;
  const attached = place.kind === "value" && place.attached !== "" ? ` after ${place.attached}` : "";
  return `${command?.name() ?? "-"}: ${place.kind}${of}${attached}`;
}

describe("the cursor is at", () => {
  it.each([
    ["", "-: command"],
    ["ru", "-: command"],
    ["--", "-: option"],
    ["help ", "-: command"],
    ["help run ", "-: nothing"],
    ["biuld ", "-: nothing"],
    ["list ", "list: option"],
    ["list x", "list: nothing"],
    ["list --", "list: option"],
    ["run ", "run: value of workflow"],
    ["run l0 ", "run: option"],
    ["run l0 --only ", "run: value of --only"],
    ["run --only ", "run: value of --only"],
    ["run --only Dark ", "run: value of workflow"],
    ["run --only -", "run: value of --only"],
    ["run --version ", "run: value of --version"],
    ["run --version 1.4.0 ", "run: value of workflow"],
    ["run l0 --resume ", "run: value of --resume"],
    ["run l0 --resume --", "run: option"],
    ["run l0 --resume 2026 ", "run: option"],
    ["run --json l0", "run: value of workflow"],
    ["run --nonsense l0", "run: value of workflow"],
    ["run --nonsense l0 ", "run: option"],
    ["run -- --", "run: value of workflow"],
    ["graph ", "graph: value of workflow"],
    ["graph a b ", "graph: value of workflow"],
    ["graph --format ", "graph: value of --format"],
    ["graph --format nonsense --out ", "graph: value of --out"],
    ["graph --format=", "graph: value of --format after --format="],
    ["graph --format=s", "graph: value of --format after --format="],
    ["graph --nonsense=s", "graph: nothing"],
    ["graph --json=s", "graph: nothing"],
    ["npx dkist-core ru", "-: command"],
    ["--no-install dkist-core run ", "run: value of workflow"],
    ["run dkist-core ", "run: option"],
  ])("dkist-core %s| is at %s", (line, place) => {
    expect(at(line)).toBe(place);
  });

  it("gives what was before it", () => {
    const { options, operands } = readCursor(program, ["graph", "a", "--cwd", "x y", "--json", "b", "--out=o"], "");
    expect([options, operands]).toEqual([{ cwd: "x y", json: true, out: "o" }, ["a", "b"]]);
  });
});
