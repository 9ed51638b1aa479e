import { fileURLToPath } from "node:url";
import { startProcessGroup, type ProcessGroup } from "../lifetime/process-group.js";

/** A process for client modules that is starting, and was not told anything yet. */
export interface StartedProcess extends ProcessGroup {
  /** Why it could not be started; where it could, nothing ever comes. */
  readonly failed: Promise<Error>;
}

/** By its folder's name: the build puts this module into a file of another folder beside it. */
const CLIENT_PROCESS = fileURLToPath(new URL("../load/client-process.cjs", import.meta.url));
/** In MiB, V8's own choice being 16: workflows are kept to the end, and a larger young generation only holds more garbage. */
const YOUNG_GENERATION = "--max-semi-space-size=4";

/**
 * Starts a process for client modules. It takes longer than reading a config: it is started before it is known what to
 * load, and by the command line before the command itself is loaded.
 *
 * @param root - the client repo, absolute
 */
export function startProcess(root: string): StartedProcess {
  // Client modules may start processes, too, and may be in a busy loop when we are killed.
  const { leader, end } = startProcessGroup(process.execPath, [YOUNG_GENERATION, CLIENT_PROCESS], {
    cwd: root,
    // What client modules print belongs on stderr: stdout is the command's own.
    stdio: ["ignore", 2, 2, "ipc"],
    serialization: "advanced",
  });
  // Until it is asked, it must not keep the command alive: a config that waits for ever would wait with it.
  leader.unref();
  leader.channel?.unref();
  return { leader, end, failed: new Promise((resolve) => leader.once("error", resolve)) };
}
