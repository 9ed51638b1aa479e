import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

/**
 * Right as CommonJS and as an ES module: Node's own flags say which of them it is. What cannot be handed on, e.g. a
 * function, is an error like any other.
 */
const IMPORT = `
const told = (error) => {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { message, stack };
};
import("node:worker_threads").then(({ parentPort, workerData }) =>
  import(workerData)
    .then(({ default: config }) => parentPort.postMessage({ config }))
    .catch((error) => parentPort.postMessage({ error: told(error) })));
`;

interface ToldError {
  readonly message: string;
  readonly stack: string | undefined;
}

/**
 * A config that is a program, run in a thread of its own: one that ends its process, or never comes to its end, ends or
 * holds nothing but that thread, and a signal still ends the command.
 *
 * @param file - an absolute path
 * @param seconds - how long it may take
 * @returns its default export, which must be plain data
 * @throws Error with a sentence about what it does instead
 */
export function importConfig(file: string, seconds: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(IMPORT, { eval: true, workerData: pathToFileURL(file).href });
    const timer = setTimeout(() => {
      void worker.terminate();
      reject(new Error(`it did not finish within ${seconds} s`));
    }, seconds * 1000);
    worker.once("message", (answer: { readonly config?: unknown; readonly error?: ToldError }) => {
      // A timer that it has left behind must not keep the command.
      void worker.terminate();
      if (answer.error === undefined) resolve(answer.config);
      else reject(Object.assign(new Error(answer.error.message), { stack: answer.error.stack }));
    });
    worker.once("error", reject);
    worker.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`it was ended before it was done: it ends its process (exit code ${code}), or waits for ever`));
    });
  });
}
