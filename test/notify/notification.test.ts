import { describe, expect, it } from "@jest/globals";
import { parseNotification } from "../../src/notify/notification.js";

const WHOLE = {
  workflowName: "w",
  workflowVersion: "1",
  taskName: "T",
  dagId: "w_1",
  dagRunId: "r",
  dagRunStart: "2026-01-01T00:00:00+00:00",
  tryNumber: 2,
  logUrl: "http://x",
  exception: { name: "AirflowTaskTimeout", message: "Timeout" },
  failureReport: "/tmp/report.json",
};

describe("parseNotification", () => {
  it("reads the whole of it", () => {
    const { exception, failureReport, ...failed } = WHOLE;

    expect(parseNotification(JSON.stringify(WHOLE))).toEqual({ failed, exception, failureReport });
  });

  it.each([
    ["dagRunId", 5],
    ["dagRunStart", {}],
    ["tryNumber", "2"],
    ["tryNumber", 0],
    ["logUrl", undefined],
  ])("takes %s = %j for not known", (name, value) => {
    expect(parseNotification(JSON.stringify({ ...WHOLE, [name]: value })).failed).toHaveProperty(name, null);
  });

  it.each([[null], ["text"], [{ message: "m" }]])("takes exception = %j for not known", (exception) => {
    expect(parseNotification(JSON.stringify({ ...WHOLE, exception })).exception).toBeNull();
  });

  it("does without an exception's message", () => {
    expect(parseNotification(JSON.stringify({ ...WHOLE, exception: { name: "E" } })).exception).toEqual({
      name: "E",
      message: "",
    });
  });

  it.each([
    ["", "not valid JSON"],
    ["[]", "must hold a JSON object"],
    [JSON.stringify({ ...WHOLE, taskName: "" }), "taskName"],
    [JSON.stringify({ ...WHOLE, workflowVersion: 1 }), "workflowVersion"],
  ])("refuses %s", (text, words) => {
    expect(() => parseNotification(text)).toThrow(words);
  });
});
