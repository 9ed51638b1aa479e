import { afterEach, beforeEach, expect, it, jest } from "@jest/globals";
import { openWaiting } from "../../src/cli/waiting.js";

beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  jest.useRealTimers();
});

it("says on a terminal each second what is left, in one line that is gone at the end", () => {
  const written: string[] = [];
  const waiting = openWaiting((text) => written.push(text), true);
  waiting.show(["Node", "Airflow", "broker"]);
  jest.advanceTimersByTime(999);
  expect(written).toEqual([]);
  jest.advanceTimersByTime(1);
  waiting.show(["Airflow"]);
  jest.advanceTimersByTime(1000);
  waiting.close();
  expect(written).toEqual([
    "waiting for Node, Airflow, broker (1 s)",
    "\r\u001b[2Kwaiting for Airflow (2 s)",
    "\r\u001b[2K",
  ]);
});

it("says elsewhere every 10 s what is left, in lines that stay, and nothing when nothing is left", () => {
  const written: string[] = [];
  const waiting = openWaiting((text) => written.push(text), false);
  waiting.show(["Airflow"]);
  jest.advanceTimersByTime(20_000);
  waiting.show([]);
  jest.advanceTimersByTime(10_000);
  waiting.close();
  waiting.close();
  jest.advanceTimersByTime(10_000);
  expect(written.filter((text) => text !== "")).toEqual([
    "waiting for Airflow (10 s)\n",
    "waiting for Airflow (20 s)\n",
  ]);
});
