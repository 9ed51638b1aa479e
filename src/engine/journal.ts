import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import type { RunEvent } from "../model/run-events.js";

/**
 * Appends an event to a run's journal, as one line by one write: after a kill at any moment the file holds whole lines,
 * and at most one torn one at its end.
 */
export function appendEvent(file: string, event: RunEvent): void {
  appendFileSync(file, `${JSON.stringify(event)}\n`, { mode: 0o600 });
}

/**
 * Reads a journal, and takes away a torn line at its end, so that the next event starts a line of its own.
 *
 * @returns no events where there is no journal yet
 */
export function readEvents(file: string): RunEvent[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
  const end = text.lastIndexOf("\n") + 1;
  if (end < text.length) writeFileSync(file, text.slice(0, end), { mode: 0o600 });
  return text
    .slice(0, end)
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as RunEvent]));
}
