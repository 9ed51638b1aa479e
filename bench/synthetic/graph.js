// The graphs that both sides are given: N workflows of 20 nodes and 25 edges, over the same 20 tasks.

export const NODES = 20;
export const VERSION = "1.0.0";
/** Parts of every workflow's name: both sides compose it as `<input>_to_<output>_<category>_<detail>`. */
export const NAME = { input: "l0", output: "l1", category: "bench" };

/** `[{ task: "Task00", upstreams: [] }, ...]`: a chain, with a shortcut over every third node. */
export function nodes() {
  return Array.from({ length: NODES }, (_, index) => ({
    task: taskName(index),
    upstreams: [index - 1, ...(index > 1 && index % 3 === 1 ? [index - 3] : [])]
      .filter((upstream) => upstream >= 0)
      .map(taskName),
  }));
}

/** The workflows' details, grouped by module: `[{ module: "m0000", details: ["w00000", ...] }, ...]`. */
export function modules(workflows, perModule) {
  return Array.from({ length: Math.ceil(workflows / perModule) }, (_, module) => ({
    module: `m${String(module).padStart(4, "0")}`,
    details: Array.from({ length: Math.min(perModule, workflows - module * perModule) }, (_, place) =>
      detail(module * perModule + place),
    ),
  }));
}

/** What the DAG files must say, as `dag-files.js` reads them: dag id to sorted edges. */
export function expectedDags(workflows) {
  const edges = nodes()
    .flatMap(({ task, upstreams }) => upstreams.map((upstream) => `${upstream} >> ${task}`))
    .sort();
  const prefix = `${NAME.input}_to_${NAME.output}_${NAME.category}`;
  return new Map(Array.from({ length: workflows }, (_, index) => [`${prefix}_${detail(index)}_${VERSION}`, edges]));
}

function taskName(index) {
  return `Task${String(index).padStart(2, "0")}`;
}

function detail(index) {
  return `w${String(index).padStart(5, "0")}`;
}
