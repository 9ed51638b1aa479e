import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { parseTaskInput } from "../../src/runtime/task-input.js";

const ENV = { DKIST_RECIPE_RUN_ID: "7", DKIST_WORKFLOW: "l0_to_l1_vbi", DKIST_VERSION: "1.4.0" };

describe("parseTaskInput", () => {
  it("reads the variables", () => {
    const env = {
      ...ENV,
      DKIST_DAG_RUN_CONF: '{"a":[1]}',
      DKIST_DAG_ID: "d",
      DKIST_RUN_ID: "r",
      DKIST_TRY_NUMBER: "2",
    };

    expect(parseTaskInput([], env)).toEqual({
      kind: "task",
      input: {
        mode: "run",
        recipeRunId: 7,
        workflowName: "l0_to_l1_vbi",
        workflowVersion: "1.4.0",
        conf: { a: [1] },
        tryNumber: 2,
        dagId: "d",
        dagRunId: "r",
      },
    });
  });

  it("lets a flag win over its variable", () => {
    const args = ["--recipe-run-id=8", "--workflow-name", "w", "--workflow-version", "2", "--conf", "{}", "--rollback"];

    expect(parseTaskInput(args, { ...ENV, DKIST_DAG_RUN_CONF: "broken" })).toMatchObject({
      kind: "task",
      input: { mode: "rollback", recipeRunId: 8, workflowName: "w", workflowVersion: "2", conf: {} },
    });
  });

  it.each([
    ["7", 7],
    ["7.0", 7],
    ["7.", 7],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ...["", "0", "-1", "7.5", "1e3", "0x10", " 7", "7\n", "9007199254740992", "NaN", "٧"].map(
      (text) => [text, undefined] as const,
    ),
  ])("recipe run id %j is %j", (text, expected) => {
    const parsed = parseTaskInput([`--recipe-run-id=${text}`], ENV);

    expect(parsed.kind === "task" ? parsed.input.recipeRunId : undefined).toBe(expected);
  });

  it.each([
    [[], {}, ["DKIST_RECIPE_RUN_ID", "DKIST_WORKFLOW", "DKIST_VERSION"]],
    [[], { ...ENV, DKIST_DAG_RUN_CONF: "[1]" }, ["must be a JSON object"]],
    [[], { ...ENV, DKIST_DAG_RUN_CONF: "null" }, ["must be a JSON object"]],
    [[], { ...ENV, DKIST_DAG_RUN_CONF: "{" }, ["is not valid JSON"]],
    [[], { ...ENV, DKIST_TRY_NUMBER: "first" }, ["DKIST_TRY_NUMBER"]],
    [["--no-such-flag"], ENV, ["--no-such-flag"]],
    [["positional"], ENV, ["positional"]],
    [["--check", "--rollback"], ENV, ["exclude each other"]],
  ])("says all that is wrong: %j %j", (args, env, words) => {
    const parsed = parseTaskInput(args, env);

    const problems = parsed.kind === "usage" ? parsed.problems : [];
    expect(problems).toHaveLength(words.length);
    words.forEach((word, index) => expect(problems[index]).toContain(word));
  });

  it("never repeats a conf that it cannot read: it may hold a secret", () => {
    const parsed = parseTaskInput([], { ...ENV, DKIST_DAG_RUN_CONF: '{"password":"hunter22"' });

    expect(JSON.stringify(parsed)).not.toContain("hunter22");
  });

  it("needs no input for a check", () => {
    expect(parseTaskInput(["--check"], {})).toEqual({ kind: "check" });
  });

  it("gives back any conf as it was", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: "binary" }), fc.jsonValue()), (conf) => {
        const text = JSON.stringify(conf);
        const parsed = parseTaskInput([], { ...ENV, DKIST_DAG_RUN_CONF: text });

        expect(parsed.kind === "task" && parsed.input.conf).toEqual(JSON.parse(text));
      }),
    );
  });
});
