import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { buildFailureMessage, conversationId, encodeFailureMessage } from "../../src/notify/failure-message.js";

const FAILED = {
  workflowName: "l0_to_l1_visp",
  workflowVersion: "3.4.4",
  taskName: "TransferL0Data",
  dagId: "l0_to_l1_visp_3.4.4",
  dagRunId: "QAZXYV_1",
  dagRunStart: "2026-01-01T00:00:00+00:00",
  tryNumber: 1,
  logUrl: "http://localhost:8080/log?dag_id=d&task_id=t",
};

describe("encodeFailureMessage(buildFailureMessage())", () => {
  it("is compact JSON with the original's fields first, then what is known besides", () => {
    const cause = { errorName: "RangeError", errorMessage: "frame é 7", exitCode: 1 };

    expect(encodeFailureMessage(buildFailureMessage(FAILED, cause))).toBe(
      `{"conversationId":"${conversationId(FAILED)}","workflowName":"l0_to_l1_visp","workflowVersion":"3.4.4",` +
        '"taskName":"TransferL0Data","dagRunId":"QAZXYV_1","logUrl":"http://localhost:8080/log?dag_id=d&task_id=t",' +
        '"errorName":"RangeError","errorMessage":"frame é 7","tryNumber":1,"exitCode":1}',
    );
  });

  it("writes null for what the original has, and leaves out what only we have", () => {
    const unknown = { ...FAILED, dagRunId: null, logUrl: null, tryNumber: null };

    expect(Object.entries(buildFailureMessage(unknown, {})).slice(1)).toEqual([
      ["workflowName", "l0_to_l1_visp"],
      ["workflowVersion", "3.4.4"],
      ["taskName", "TransferL0Data"],
      ["dagRunId", null],
      ["logUrl", null],
    ]);
  });

  it("is well formed Unicode for any text: a Python reader refuses half a surrogate pair", () => {
    const text = fc.string({ unit: "binary" }).map((inside) => `${inside}\ud800`);
    fc.assert(
      fc.property(text, (hostile) => {
        const failed = { ...FAILED, workflowName: hostile, taskName: hostile, dagRunId: hostile, logUrl: hostile };
        const body = encodeFailureMessage(
          buildFailureMessage(failed, { errorName: hostile, errorMessage: hostile, exitCode: 1 }),
        );

        expect(body).not.toMatch(/\\ud[89a-f]/i);
        expect(JSON.parse(body)).toMatchObject({ taskName: hostile.toWellFormed() });
      }),
    );
  });
});

describe("conversationId", () => {
  it("is 32 hex digits, and these for this task: a reader drops doubles by it", () => {
    expect(conversationId(FAILED)).toBe("dc8001eb2bd1b4cfb92e86642b604184");
  });

  it.each([
    [{ dagId: "other" }],
    [{ dagRunId: "other" }],
    [{ dagRunId: null }],
    [{ dagRunStart: "2026-01-02T00:00:00+00:00" }],
    [{ dagRunStart: null }],
    [{ taskName: "Other" }],
    [{ tryNumber: 2 }],
    [{ tryNumber: null }],
    [{ dagId: "l0_to_l1_visp_3.4.4QAZXYV_1", dagRunId: "" }],
  ])("is another one with %j", (change) => {
    expect(conversationId({ ...FAILED, ...change })).not.toBe(conversationId(FAILED));
  });

  it("does not depend on what does not tell tries apart", () => {
    expect(conversationId({ ...FAILED, logUrl: null, workflowName: "x" })).toBe(conversationId(FAILED));
  });
});
