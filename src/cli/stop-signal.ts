import { onStopSignal, SIGNAL_EXIT_CODES, type StopSignal } from "./signals.js";

/** The signals that ask a command to stop. */
export interface Stop {
  /** Aborted when one arrives. */
  readonly signal: AbortSignal;
  /** The exit code that says so; null as long as none has arrived. */
  readonly exitCode: () => number | null;
  /** Gives the signals back their own meaning. */
  readonly close: () => void;
}

/** Listens for the signals, so that a command can end in order instead of being ended. */
export function openStopSignal(): Stop {
  const stop = new AbortController();
  const close = onStopSignal((signal) => stop.abort(signal));
  return {
    signal: stop.signal,
    exitCode: () => (stop.signal.aborted ? SIGNAL_EXIT_CODES[stop.signal.reason as StopSignal] : null),
    close,
  };
}
