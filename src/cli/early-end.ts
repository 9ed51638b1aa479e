import { DkistCoreError } from "../model/diagnostics.js";
import { isReaderGone } from "./reader-gone.js";
import { onStopSignal, SIGNAL_EXIT_CODES } from "./signals.js";

/** Says why the process ends; synchronous, as nothing else happens any more. */
type Say = (error: Error) => void;

/**
 * A command may be stopped by a signal, by an output that cannot be written, or by having nothing to wait for any more. None
 * of it passes in silence, and a CI must not take it for success.
 *
 * @param name - the command's
 * @returns what is called when the command is done
 */
export function watchForEarlyEnd(name: string, say: Say): () => void {
  const onExit = (): void => {
    process.exitCode = 2;
    // Nothing was left to wait for, and no client code runs in this process: we have forgotten something.
    say(new Error(`${name} was ended before it was done`));
  };
  const end = (error: DkistCoreError, exitCode: number): never => {
    over();
    say(error);
    process.exit(exitCode);
  };
  const stopListening = onStopSignal((signal) => end(stoppedBy(name, signal), SIGNAL_EXIT_CODES[signal]));
  const onWriteError = (error: Error): void => {
    if (!isReaderGone(error)) end(new DkistCoreError("WRITE_FAILED", `cannot write to stdout: ${error.message}`), 2);
  };
  const over = (): void => {
    stopListening();
    process.off("exit", onExit);
    process.stdout.off("error", onWriteError);
  };
  process.on("exit", onExit);
  // Before what the command line does where there is no command.
  process.stdout.prependListener("error", onWriteError);
  return over;
}

/** The error of a command that a signal has stopped. */
export function stoppedBy(name: string, signal: string): DkistCoreError {
  return new DkistCoreError("STOPPED", `${name} was stopped by ${signal}`, {
    hint: "every file is still whole: run it again",
  });
}
