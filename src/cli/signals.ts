/** The signals that stop a command, with the exit codes that a shell expects then. */
export const SIGNAL_EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

export type StopSignal = keyof typeof SIGNAL_EXIT_CODES;

/** @param passOn - tells who listened before */
type Listener = (signal: StopSignal, passOn: () => void) => void;

const SIGNALS = Object.keys(SIGNAL_EXIT_CODES) as StopSignal[];
const listeners: Listener[] = [];

function tell(signal: StopSignal, index: number): void {
  listeners[index]?.(signal, () => tell(signal, index - 1));
}

const tellLast = (signal: string): void => tell(signal as StopSignal, listeners.length - 1);

/**
 * Listens to the signals that stop a command. Who came last is told first, and says whether the others hear of it: a run
 * stops its tasks by itself, where other commands end at once.
 *
 * @returns to be called to listen no longer
 */
export function onStopSignal(listener: Listener): () => void {
  if (listeners.length === 0) for (const signal of SIGNALS) process.on(signal, tellLast);
  listeners.push(listener);
  return () => {
    const index = listeners.indexOf(listener);
    if (index >= 0) listeners.splice(index, 1);
    if (listeners.length === 0) for (const signal of SIGNALS) process.off(signal, tellLast);
  };
}
