/** Says what a command is still waiting for. */
export interface Waiting {
  readonly show: (names: readonly string[]) => void;
  readonly close: () => void;
}

/** What is done sooner needs no words. */
const FIRST_MS = 1_000;
/** Off a terminal, so that nobody takes a CI for hung. */
const HEARTBEAT_MS = 10_000;

/** On a terminal one line, drawn anew each second; elsewhere a line every 10 s. */
export function openWaiting(write: (text: string) => void, isTerminal: boolean): Waiting {
  const since = performance.now();
  let left: readonly string[] = [];
  let erase = "";
  const timer = setInterval(
    () => {
      if (left.length === 0) return;
      const seconds = Math.round((performance.now() - since) / 1000);
      const line = `waiting for ${left.join(", ")} (${seconds} s)`;
      write(isTerminal ? `${erase}${line}` : `${line}\n`);
      if (isTerminal) erase = "\r\u001b[2K";
    },
    isTerminal ? FIRST_MS : HEARTBEAT_MS,
  );
  return {
    show: (names) => (left = names),
    close: () => {
      clearInterval(timer);
      write(erase);
      erase = "";
    },
  };
}
