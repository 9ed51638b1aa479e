import { DkistCoreError } from "../model/diagnostics.js";
import type { Finding } from "../model/finding.js";
import { messageOf } from "../model/message-of.js";
import type { ClientMessage, ClientReplies, ClientRequest, LoadedWorkflows } from "./client-protocol.js";
import { relative } from "./source-position.js";
import { startProcess, type StartedProcess } from "./started-process.js";

/** A client repo whose workflow modules are loaded in a process of their own. Close it when done. */
export interface Client extends LoadedWorkflows {
  /** Where every workflow and node was written, in the order of `workflows`. */
  sites(): Promise<ClientReplies["sites"]>;
  /** Where each Task class is exported, in the order of `taskClasses`; null: nowhere. */
  locateTasks(modules: readonly string[]): Promise<ClientReplies["locateTasks"]>;
  close(): void;
}

/** Beyond the modules' own time limit: enough for a process to start on a loaded machine. */
const GRACE_SECONDS = 10;
/** Announced modules that end the process are left out and the rest loaded again, this often. */
const MAX_CULPRITS = 10;

/**
 * Loads the workflow modules of a client repo.
 *
 * Modules that throw or do not settle come back as findings. Where a module takes the whole process down (an exit, an
 * endless loop), the modules are loaded one by one to learn which, and the others once more without it.
 *
 * @param root - the client repo, absolute
 * @param files - absolute paths, sorted
 * @param started - a process from {@link startClientProcess}
 * @throws DkistCoreError LOAD_CRASHED when the process cannot be used at all
 */
export async function loadClient(
  root: string,
  files: readonly string[],
  timeoutSeconds: number,
  started: ClientProcess = startClientProcess(root),
): Promise<Client> {
  const culprits: Finding[] = [];
  let rest = files;
  for (let client = started; ; client = startClientProcess(root)) {
    try {
      const loaded = await client.ask(
        { kind: "load", root, files: rest, timeoutSeconds, oneByOne: false },
        timeoutSeconds,
      );
      return {
        ...loaded,
        findings: [...culprits, ...loaded.findings],
        sites: () => client.ask({ kind: "sites" }, timeoutSeconds),
        locateTasks: (modules) => client.ask({ kind: "locateTasks", modules }, timeoutSeconds),
        close: () => client.stop(),
      };
    } catch (error) {
      client.stop();
      const culprit = await findCulprit(root, rest, timeoutSeconds);
      if (culprit === undefined || culprits.length === MAX_CULPRITS) throw error;
      culprits.push(culprit.finding);
      rest = rest.filter((file) => file !== culprit.file);
    }
  }
}

async function findCulprit(
  root: string,
  files: readonly string[],
  timeoutSeconds: number,
): Promise<{ file: string; finding: Finding } | undefined> {
  const client = startClientProcess(root);
  try {
    await client.ask({ kind: "load", root, files, timeoutSeconds, oneByOne: true }, timeoutSeconds);
    return undefined;
  } catch (error) {
    const file = client.importing();
    if (file === undefined) throw error;
    const finding: Finding = {
      severity: "error",
      code: "LOAD_FAILED",
      message: `while it loads, ${messageOf(error)}`,
      hint: "a workflow module may only define tasks and workflows: move the rest into a task's run()",
      location: { file: relative(root, file) },
    };
    return { file, finding };
  } finally {
    client.stop();
  }
}

/** The process that client modules run in. */
export interface ClientProcess {
  ask<K extends ClientRequest["kind"]>(
    request: ClientRequest & { kind: K },
    seconds: number,
  ): Promise<ClientReplies[K]>;
  /** The module that was announced last. */
  importing(): string | undefined;
  stop(): void;
}

/**
 * A process to be asked.
 *
 * @param started - one that was started before
 */
export function startClientProcess(root: string, started: StartedProcess = startProcess(root)): ClientProcess {
  const { leader: child, end: endGroup, failed } = started;
  let importing: string | undefined;
  let isLoaded = false;
  let stopListening = (): void => undefined;
  return {
    ask,
    importing: () => importing,
    stop: () => {
      stopListening();
      endGroup();
    },
  };

  function ask<K extends ClientRequest["kind"]>(
    request: ClientRequest & { kind: K },
    seconds: number,
  ): Promise<ClientReplies[K]> {
    return new Promise((resolve, reject) => {
      const fail = (message: string): void => {
        clearTimeout(timer);
        stopListening();
        reject(crashed(message));
      };
      const timer = setTimeout(
        () => fail("it keeps the process busy and never lets go"),
        (seconds + GRACE_SECONDS) * 1000,
      );
      const onExit = (): void => fail(`it ends the process (${endOf(child) ?? "at once"})`);
      const onMessage = (message: unknown): void => {
        // The channel is open to client modules, too: some tell whoever started them that they are ready.
        if (!isClientMessage(message)) return;
        if (message.kind === "importing") {
          importing = message.file;
          timer.refresh();
        } else if (message.kind === "failed") {
          fail(message.reason);
        } else {
          clearTimeout(timer);
          stopListening();
          isLoaded = true;
          resolve(message.value as ClientReplies[K]);
        }
      };
      void failed.then((error) => fail(`the process cannot be started: ${error.message}`));
      stopListening = () => void child.off("exit", onExit).off("message", onMessage);
      child.once("exit", onExit).on("message", onMessage);
      child.ref();
      child.channel?.ref();
      // It may end between two requests: by a timer that a module has left, for example.
      const end = endOf(child);
      if (end !== undefined) {
        const whose = isLoaded ? "a workflow module ended the process after it had loaded" : "the process has ended";
        fail(`${whose} (${end})`);
      }
      // Where it cannot be sent the process is ending, and its exit says how.
      else child.send(request, () => undefined);
    });
  }
}

/** How a process has ended; undefined while it runs, and where it was never started (Node then makes up a negative exit code). */
function endOf({ exitCode, signalCode }: StartedProcess["leader"]): string | undefined {
  return signalCode ?? (exitCode === null || exitCode < 0 ? undefined : `exit code ${exitCode}`);
}

function crashed(message: string): DkistCoreError {
  return new DkistCoreError("LOAD_CRASHED", message, { hint: "load the workflow modules with plain node to see why" });
}

function isClientMessage(message: unknown): message is ClientMessage {
  if (typeof message !== "object" || message === null || !("kind" in message)) return false;
  return message.kind === "importing" || message.kind === "reply" || message.kind === "failed";
}
