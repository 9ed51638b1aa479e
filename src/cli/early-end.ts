import { DkistCoreError } from "../model/diagnostics.js";
import { onStopSignal, SIGNAL_EXIT_CODES } from "./signals.js";

/** Says why the process ends; synchronous, as nothing else happens any more. */
type Say = (error: DkistCoreError) => void;

/** What ends a command before it is done. */
export interface EarlyEnd {
  /** From now on it is said when the process ends. */
  readonly begin: (name: string, say: Say) => void;
  /** The command is done. */
  readonly over: () => void;
  /** Ends the process. */
  readonly end: (error: DkistCoreError, exitCode: number) => never;
}

/**
 * A command may be stopped by a signal; or a config, which is a program, may end the process, or wait for ever for
 * nothing. None of it passes in silence, and a CI must not take it for success.
 *
 * @param sayBefore - says it before a command has begun
 */
export function watchForEarlyEnd(sayBefore: Say): EarlyEnd {
  let say = sayBefore;
  let [commandName, stopListening] = ["", (): void => undefined];
  const onExit = (): void => {
    process.exitCode = 2;
    say(
      new DkistCoreError(
        "BAD_CONFIG",
        `${commandName} was ended before it was done: a config file ends the process, or waits for ever`,
        { hint: "a config may only give settings" },
      ),
    );
  };
  const over = (): void => {
    stopListening();
    process.off("exit", onExit);
  };
  const end = (error: DkistCoreError, exitCode: number): never => {
    over();
    say(error);
    process.exit(exitCode);
  };
  return {
    begin: (name, sayIt) => {
      [commandName, say] = [name, sayIt];
      process.on("exit", onExit);
      stopListening = onStopSignal((signal) => end(stoppedBy(name, signal), SIGNAL_EXIT_CODES[signal]));
    },
    over,
    end,
  };
}

/** The error of a command that a signal has stopped. */
export function stoppedBy(name: string, signal: string): DkistCoreError {
  return new DkistCoreError("STOPPED", `${name} was stopped by ${signal}`, {
    hint: "every file is still whole: run it again",
  });
}
