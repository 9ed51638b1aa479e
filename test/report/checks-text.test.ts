import { expect, it } from "@jest/globals";
import { checksText } from "../../src/report/checks-text.js";

const CHECKS = [
  { check: "Node", status: "ok", found: "20.19.0" },
  { check: "CODE_MOUNT", status: "problem", found: "not set", hint: "set it" },
  { check: "git", status: "warning", found: "no git \u001b[2Jrepository" },
  { check: "broker", status: "not checked", found: "not set" },
];

it("shows a line a check, hints below, and a count", () => {
  expect(checksText(CHECKS, { findingsOnly: false, place: null })).toBe(`\
ok           Node        20.19.0
problem      CODE_MOUNT  not set
  hint: set it
warning      git         no git \\u001b[2Jrepository
not checked  broker      not set
1 problem, 1 warning
`);
});

it("shows findings alone, and nothing where there is none", () => {
  expect(checksText(CHECKS, { findingsOnly: true, place: null })).toBe(`\
problem  CODE_MOUNT  not set
  hint: set it
warning  git         no git \\u001b[2Jrepository
`);
  expect(checksText(CHECKS.slice(0, 1), { findingsOnly: true, place: null })).toBe("");
});

it("says that there is no problem, and what for", () => {
  expect(checksText(CHECKS.slice(0, 1), { findingsOnly: false, place: "worker" })).toBe(
    "ok  Node  20.19.0\nno problem (--for worker)\n",
  );
  expect(checksText(CHECKS.slice(0, 1), { findingsOnly: false, place: null })).toBe("ok  Node  20.19.0\nno problem\n");
});
