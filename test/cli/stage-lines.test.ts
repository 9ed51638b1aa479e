import { afterEach, beforeEach, describe, expect, it, jest } from "@jest/globals";
import { openStageLines, type StageLines, type StageScreen } from "../../src/cli/stage-lines.js";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

/** What a terminal of this width shows in the end, line by line, and whether a line was ever wider. */
function terminal(columns: number) {
  const lines = [""];
  let widest = 0;
  return {
    write: (text: string) => {
      for (const character of text.replaceAll("\r\u001b[2K", "\r")) {
        if (character === "\n") lines.push("");
        else lines[lines.length - 1] = character === "\r" ? "" : `${lines.at(-1) ?? ""}${character}`;
        widest = Math.max(widest, lines.at(-1)?.length ?? 0);
      }
    },
    lines,
    widest: () => widest,
    columns: () => columns,
  };
}

function plain(keepsLines = true): { lines: StageLines; said: () => string } {
  let said = "";
  const write = (text: string): void => void (said += text);
  return { lines: openStageLines({ write, columns: undefined, keepsLines }), said: () => said };
}

const open = (screen: Omit<StageScreen, "keepsLines">): StageLines => openStageLines({ ...screen, keepsLines: true });

describe("on a terminal", () => {
  it("one line ticks, and in the end each stage has one", () => {
    const screen = terminal(80);
    const stages = open(screen);
    stages.start("bundle");
    expect(screen.lines).toEqual(["  bundle    ...                                          0 s"]);
    stages.doing?.("bundle", "12 of 25 tasks");
    jest.advanceTimersByTime(3_250);
    expect(screen.lines).toEqual(["  bundle    12 of 25 tasks ...                           3 s"]);
    stages.done("bundle", "25 tasks");
    expect(screen.lines).toEqual(["  bundle    25 tasks                                     3.3 s", ""]);
    jest.advanceTimersByTime(60_000);
    expect(screen.lines).toHaveLength(2);
  });

  it.each([1, 10, 20, 30, 40, 62, 63, 80, 200])(
    "is never wider than %s columns, and ticks wherever it can",
    (columns) => {
      const screen = terminal(columns);
      const stages = open(screen);
      stages.start("airflow");
      stages.doing?.("airflow", "waiting for Airflow to load 27 DAG files (/opt/airflow/a/long/path/to/bin/python3)");
      jest.advanceTimersByTime(125_000);
      expect(screen.widest()).toBeLessThanOrEqual(Math.max(1, columns - 1));
      if (columns >= 30) expect(screen.lines[0]).toMatch(/^ {2}airflow .*\.\.\. +\d+ s$/);
      if (columns >= 30) expect(screen.lines[0]).toContain("125 s");
    },
  );

  it("gives way to what others write, and does not draw over a line that has not ended", () => {
    const screen = terminal(80);
    const stages = open(screen);
    const say = (text: string): void => {
      stages.giveWay(text);
      screen.write(text);
    };
    stages.start("load");
    say("from a config\nhalf a ");
    jest.advanceTimersByTime(1_000);
    expect(screen.lines).toEqual(["from a config", "half a "]);
    say("line\n");
    jest.advanceTimersByTime(1_000);
    expect(screen.lines).toEqual(["from a config", "half a line", expect.stringMatching(/^ {2}load .* 2 s$/)]);
    say("open");
    stages.done("load", "3 workflows");
    expect(screen.lines).toEqual([
      "from a config",
      "half a line",
      "open",
      expect.stringMatching(/^ {2}load .* s$/),
      "",
    ]);
  });

  it("leaves nothing when it is closed in the midst of a stage", () => {
    const screen = terminal(80);
    const stages = open(screen);
    stages.start("load");
    stages.close();
    jest.advanceTimersByTime(5_000);
    expect(screen.lines).toEqual([""]);
  });

  it("leaves no line where lines are not kept", () => {
    const screen = terminal(80);
    const stages = openStageLines({ ...screen, keepsLines: false });
    stages.start("load");
    stages.done("load", "3 workflows");
    expect(screen.lines).toEqual([""]);
  });

  it("shows no control characters", () => {
    const screen = terminal(80);
    const stages = open(screen);
    stages.start("load");
    stages.doing?.("load", "\u001b[2J");
    jest.advanceTimersByTime(500);
    stages.done("load", "version \u001b[2J");
    expect(screen.lines.join("")).not.toContain("\u001b");
  });
});

describe("elsewhere", () => {
  it("plain lines alone, and one after each ten seconds of silence", () => {
    const { lines, said } = plain();
    lines.start("airflow");
    lines.doing?.("airflow", "waiting for Airflow");
    jest.advanceTimersByTime(9_800);
    expect(said()).toBe("");
    jest.advanceTimersByTime(11_000);
    lines.done("airflow", "27 DAGs");
    expect(said().split("\n")).toEqual([
      "  airflow   waiting for Airflow ...                      10 s",
      "  airflow   waiting for Airflow ...                      20 s",
      "  airflow   27 DAGs                                      20.8 s",
      "",
    ]);
  });

  it("what others write is a sign of life too", () => {
    const { lines, said } = plain();
    lines.start("load");
    for (let minute = 0; minute < 60; minute++) {
      jest.advanceTimersByTime(9_000);
      lines.giveWay("a line\n");
    }
    expect(said()).toBe("");
  });

  it("says nothing between stages, and nothing for short ones where lines are not kept", () => {
    const { lines, said } = plain(false);
    lines.start("load");
    lines.done("load", "3 workflows");
    jest.advanceTimersByTime(60_000);
    expect(said()).toBe("");
  });
});
