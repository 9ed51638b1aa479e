import { describe, expect, it } from "@jest/globals";
import { runInNewContext } from "node:vm";
import { messageOf } from "../../src/model/message-of.js";

describe("messageOf", () => {
  it.each<[string, unknown, string]>([
    ["an error", new Error("no"), "no"],
    ["an error of another realm", runInNewContext("new Error('no')"), "no"],
    ["an object like one", { message: 7 }, "7"],
    ["an object that says nothing", {}, "[object Object]"],
    ["null", null, "null"],
    ["nothing", undefined, "undefined"],
    ["a text", "no", "no"],
  ])("%s", (_, thrown, text) => {
    expect(messageOf(thrown)).toBe(text);
  });
});
