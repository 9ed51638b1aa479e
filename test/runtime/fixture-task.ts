/* eslint-disable @typescript-eslint/only-throw-error, @typescript-eslint/prefer-promise-reject-errors --
   doing what a task must not do is what this task is for */
import { spawn } from "node:child_process";
import { TaskBase, TaskSkipped } from "../../src/authoring/task.js";

/** What the task does, by the name given in `conf.do`. One bundle serves every row of the table. */
const deeds: Readonly<Record<string, (task: FixtureTask) => Promise<void> | void>> = {
  nothing: () => undefined,
  "throw an error": () => {
    throw new RangeError("frame 7 is out of range");
  },
  "throw undefined": () => {
    throw undefined;
  },
  "throw null": () => {
    throw null;
  },
  "throw a string": () => {
    throw "plain words";
  },
  "throw an object": () => {
    throw { reason: "an object" };
  },
  "throw a hostile object": () => {
    throw new Proxy(
      {},
      {
        get: () => {
          throw new Error("trap");
        },
      },
    );
  },
  "reject with nothing": () => Promise.reject(),
  "throw TaskSkipped": () => {
    throw new TaskSkipped("no dark frames");
  },
  "throw a secret": () => {
    throw new Error(`login with ${process.env["FIXTURE_PASSWORD"] ?? ""} and password=hunter2 refused`);
  },
  "throw with a network code": () => {
    throw Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:5432"), { code: "ECONNREFUSED" });
  },
  "throw fetch failed": () => {
    throw new TypeError("fetch failed", {
      cause: Object.assign(new Error("getaddrinfo ENOTFOUND db"), { code: "ENOTFOUND" }),
    });
  },
  "throw an error with exitCode 75": () => {
    throw Object.assign(new Error("the archive is down"), { exitCode: 75 });
  },
  "never settle": () => new Promise(() => undefined),
  "exit 0": () => process.exit(0),
  "exit 3": () => process.exit(3),
  "exit 99": () => process.exit(99),
  "exit 256": () => process.exit(256),
  "set exitCode 0 and throw": () => {
    process.on("exit", () => (process.exitCode = 0));
    process.removeAllListeners("beforeExit");
    throw new Error("after all");
  },
  "remove all listeners and exit": () => {
    process.removeAllListeners();
    process.exit();
  },
  "reject in the background": async () => {
    void Promise.reject(new Error("nobody waits for me"));
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  },
  "throw in a timer": async () => {
    setTimeout(() => {
      throw new Error("in a timer");
    }, 10);
    await new Promise((resolve) => setTimeout(resolve, 5_000));
  },
  "reject after the end": () => {
    setTimeout(() => void Promise.reject(new Error("too late")), 50);
  },
  "skip itself and reject after the end": () => {
    setTimeout(() => void Promise.reject(new Error("too late")), 50);
    throw new TaskSkipped("no dark frames");
  },
  "leave a server open": async () => {
    const { createServer } = await import("node:net");
    await new Promise<void>((resolve) => createServer().listen(0, "127.0.0.1", resolve));
  },
  "leave an interval": () => {
    setInterval(() => undefined, 50);
  },
  "log 1 MB": () => {
    console.log("x".repeat(1_000_000));
  },
  "log 1 MB and exit": () => {
    console.log("x".repeat(1_000_000));
    process.exit(0);
  },
  "log 1 MB and throw": () => {
    console.log("x".repeat(1_000_000));
    throw new Error("after 1 MB");
  },
  "print secrets": (task) => {
    console.log(process.env["FIXTURE_PASSWORD"]);
    console.error("to stderr", process.env["FIXTURE_PASSWORD"]);
    task.log.info("with fields", { password: "a", value: process.env["FIXTURE_PASSWORD"] });
  },
  "log hostile text": (task) => {
    task.log.info("one\ntwo \u001b[2J\u202e end", { "a b": "x\n2026-01-01T00:00:00.000Z INFO  forged" });
  },
  "log and go on": async (task) => {
    for (let line = 0; line < 200; line += 1) {
      task.log.info(`line ${line}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  },
  "wait and heed": async (task) => {
    task.log.info("waiting");
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 30_000);
      task.signal.addEventListener("abort", () => {
        clearTimeout(timer);
        task.log.info("abort was heard");
        resolve();
      });
    });
  },
  "wait and ignore": async (task) => {
    task.log.info("waiting");
    await new Promise((resolve) => setTimeout(resolve, 30_000));
  },
  "work without a pause": (task) => {
    task.log.info("waiting");
    const end = Date.now() + 1_500;
    while (Date.now() < end);
  },
  "work for ever": (task) => {
    task.log.info("waiting");
    for (;;);
  },
  "set the clock back": async (task) => {
    const { now } = Date;
    task.log.info("before");
    Date.now = () => now() - 10 * 365 * 24 * 3600_000;
    await new Promise((resolve) => setTimeout(resolve, 20));
    task.log.info("after");
  },
  "log while nobody reads": (task) => {
    task.log.info("waiting");
    for (let line = 0; line < 200; line += 1) console.log("x".repeat(10_000));
  },
  "leave a child that holds stdout": () => {
    spawn("sleep", ["3"], { stdio: ["ignore", "inherit", "inherit"], detached: true }).unref();
  },
  "run out of memory": () => {
    const kept: unknown[] = [];
    for (;;) kept.push(new Array(100_000).fill(kept.length));
  },
  "show the context": (task) => {
    const { recipeRunId, workflowName, workflowVersion, taskName, tryNumber, conf, libraryVersions } = task;
    const asset = task.assetPath("a/b.fits");
    const own = { recipeRunId, workflowName, workflowVersion, taskName, tryNumber, conf, libraryVersions, asset };
    console.log(`CONTEXT ${JSON.stringify(own)}`);
  },
};

/** Does in phase `conf.in` (default `run`) what `conf.do` says, and prints the phases it goes through. */
export class FixtureTask extends TaskBase {
  override setup(): Promise<void> | void {
    return this.#phase("setup");
  }
  override preRun(): Promise<void> | void {
    return this.#phase("preRun");
  }
  run(): Promise<void> | void {
    return this.#phase("run");
  }
  override postRun(): Promise<void> | void {
    return this.#phase("postRun");
  }
  override recordProvenance(): Promise<void> | void {
    return this.#phase("recordProvenance");
  }
  override rollback(): Promise<void> | void {
    return this.#phase("rollback");
  }
  override teardown(): Promise<void> | void {
    return this.#phase("teardown");
  }

  #phase(name: string): Promise<void> | void {
    console.log(`PHASE ${name}`);
    const wanted = this.conf["in"] ?? "run";
    const deed = this.conf["do"];
    const places = Array.isArray(wanted) ? wanted : [wanted];
    return places.includes(name) ? deeds[typeof deed === "string" ? deed : "nothing"]?.(this) : undefined;
  }
}
