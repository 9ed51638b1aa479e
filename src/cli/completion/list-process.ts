import type { ListResult } from "../../build.js";
import { startProcessGroup } from "../../lifetime/process-group.js";
import type { JsonDocument } from "../../report/json.js";
import type { List } from "./client-names.js";

/**
 * Lists workflows by `dkist-core list` in a process group of its own, which is killed at the end: configs and workflow
 * modules are programs that may wait for ever, and a TAB waits for nobody.
 *
 * @param program - the `dkist-core` that is running
 * @param seconds - how long it may take
 */
export function listProcess(program: string, seconds: number): List {
  return (root, configFile) =>
    new Promise((resolve) => {
      const config = configFile === null ? [] : ["--config", configFile];
      const { leader, end: endGroup } = startProcessGroup(
        process.execPath,
        [program, "list", "--json", "--cwd", root, ...config],
        {
          stdio: ["ignore", "pipe", "ignore"],
        },
      );
      const text: string[] = [];
      leader.stdout?.setEncoding("utf8").on("data", (part: string) => text.push(part));
      const end = (): void => {
        for (const timer of timers) clearTimeout(timer);
        for (const signal of SIGNALS) process.off(signal, stop);
        endGroup();
        leader.stdout?.destroy();
        resolve(listed(text.join("")));
      };
      // Told to stop, it ends what it has started in process groups of their own.
      const stop = (): void => {
        leader.kill("SIGTERM");
        timers.push(setTimeout(end, GRACE_MS));
      };
      const timers = [setTimeout(stop, seconds * 1000)];
      for (const signal of SIGNALS) process.once(signal, stop);
      leader.once("error", end).once("close", end);
    });
}

/** Ending takes a few milliseconds. */
const GRACE_MS = 500;
/** Ctrl-C while TAB waits; the group does not get it. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function listed(text: string): ListResult | undefined {
  try {
    return ((JSON.parse(text) as JsonDocument).result as ListResult | null) ?? undefined;
  } catch {
    return undefined;
  }
}
