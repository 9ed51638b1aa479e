const EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** The signals that ask a command to stop. */
export interface StopSignal {
  /** Aborted when one arrives. */
  readonly signal: AbortSignal;
  /** The exit code that says so; null as long as none has arrived. */
  readonly exitCode: () => number | null;
  /** Gives the signals back their own meaning. */
  readonly close: () => void;
}

/** Listens for the signals, so that a command can end in order instead of being ended. */
export function openStopSignal(): StopSignal {
  const stop = new AbortController();
  const listeners = Object.keys(EXIT_CODES).map((name) => {
    const listener = (): void => stop.abort(name);
    process.on(name, listener);
    return [name, listener] as const;
  });
  return {
    signal: stop.signal,
    exitCode: () => (stop.signal.aborted ? EXIT_CODES[stop.signal.reason as keyof typeof EXIT_CODES] : null),
    close: () => {
      for (const [name, listener] of listeners) process.off(name, listener);
    },
  };
}
