import { describe, expect, it } from "@jest/globals";
import { canRedraw, hasColors } from "../../src/cli/stream-abilities.js";

const TERMINAL = { isTTY: true };
const PIPE = {};

describe("hasColors", () => {
  it.each([
    { stream: TERMINAL, env: {}, colors: true },
    { stream: PIPE, env: {}, colors: false },
    { stream: { isTTY: false }, env: {}, colors: false },
    { stream: TERMINAL, env: { NO_COLOR: "1" }, colors: false },
    { stream: TERMINAL, env: { NO_COLOR: "0" }, colors: false },
    { stream: TERMINAL, env: { NO_COLOR: "" }, colors: true },
    { stream: TERMINAL, env: { TERM: "dumb" }, colors: false },
    { stream: PIPE, env: { FORCE_COLOR: "1" }, colors: true },
    { stream: PIPE, env: { FORCE_COLOR: "true", TERM: "dumb" }, colors: true },
    { stream: PIPE, env: { FORCE_COLOR: "" }, colors: false },
    { stream: TERMINAL, env: { FORCE_COLOR: "0" }, colors: false },
    { stream: TERMINAL, env: { FORCE_COLOR: "false" }, colors: false },
    { stream: TERMINAL, env: { NO_COLOR: "1", FORCE_COLOR: "1" }, colors: false },
    { stream: TERMINAL, env: { CI: "true" }, colors: true },
  ])("$stream with $env: $colors", ({ stream, env, colors }) => {
    expect(hasColors(stream, env)).toBe(colors);
  });
});

describe("canRedraw", () => {
  it.each([
    { stream: TERMINAL, env: {}, redraws: true },
    { stream: PIPE, env: { FORCE_COLOR: "1" }, redraws: false },
    { stream: TERMINAL, env: { TERM: "dumb" }, redraws: false },
    { stream: TERMINAL, env: { NO_COLOR: "1" }, redraws: true },
    { stream: TERMINAL, env: { CI: "true" }, redraws: false },
    { stream: TERMINAL, env: { CI: "1" }, redraws: false },
    { stream: TERMINAL, env: { CI: "false" }, redraws: true },
    { stream: TERMINAL, env: { CI: "0" }, redraws: true },
    { stream: TERMINAL, env: { CI: "" }, redraws: true },
  ])("$stream with $env: $redraws", ({ stream, env, redraws }) => {
    expect(canRedraw(stream, env)).toBe(redraws);
  });
});
