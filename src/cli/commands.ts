import type { CommonOptions } from "./program.js";
import type { Terminal } from "./terminal.js";

type Run = (options: CommonOptions & Record<string, unknown>, terminal: Terminal) => Promise<number>;

/** What each command runs; loaded when it is called. */
export const commands = {
  build: async (options, terminal) => (await import("./commands/build.js")).build(options, terminal),
  completion: async (options, terminal) => (await import("./commands/completion.js")).completion(options, terminal),
  deploy: async (options, terminal) => (await import("./commands/deploy.js")).deploy(options, terminal),
  diff: async (options, terminal) => (await import("./commands/diff.js")).diff(options, terminal),
  doctor: async (options, terminal) => (await import("./commands/doctor.js")).doctor(options, terminal),
  explain: async (options, terminal) => (await import("./commands/explain.js")).explain(options, terminal),
  "export-dags": async (options, terminal) => (await import("./commands/export-dags.js")).exportDags(options, terminal),
  graph: async (options, terminal) => (await import("./commands/graph.js")).graph(options, terminal),
  init: async (options, terminal) => (await import("./commands/init.js")).init(options, terminal),
  list: async (options, terminal) => (await import("./commands/list.js")).list(options, terminal),
  notify: async (options, terminal) => (await import("./commands/notify.js")).notify(options, terminal),
  promote: async (options, terminal) => (await import("./commands/promote.js")).promote(options, terminal),
  prune: async (options, terminal) => (await import("./commands/prune.js")).prune(options, terminal),
  releases: async (options, terminal) => (await import("./commands/releases.js")).releases(options, terminal),
  run: async (options, terminal) => (await import("./commands/run.js")).run(options, terminal),
  "test-workflows": async (options, terminal) =>
    (await import("./commands/test-workflows.js")).testWorkflows(options, terminal),
  verify: async (options, terminal) => (await import("./commands/verify.js")).verify(options, terminal),
} satisfies Readonly<Record<string, Run>>;
