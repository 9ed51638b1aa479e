// The limit line: what exporting costs at the least in one Node process. Finds the modules, imports them, renders with our
// templates, writes. No config, no checks, no process of its own for client code, no staging, no report.
import fastGlob from "fast-glob";
import Handlebars from "handlebars";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT } from "../folders.js";

const [repo, out, version] = process.argv.slice(2);

const files = await fastGlob("dist/workflows/**/*.js", { cwd: repo, absolute: true });
const modules = await Promise.all(files.map((file) => import(pathToFileURL(file).href)));

const template = (name) => readFileSync(path.join(ROOT, "templates", `${name}.py.hbs`), "utf8");
Handlebars.registerHelper("py", (value) => (value === null ? "None" : JSON.stringify(value)));
for (const partial of ["operator", "failure", "node"])
  Handlebars.registerPartial(partial, template(`partials/${partial}`));
const render = Handlebars.compile(template("dag"), { noEscape: true, strict: true });

mkdirSync(out, { recursive: true });
for (const workflow of modules.flatMap((exports) => Object.values(exports))) {
  const view = dagView(workflow[Symbol.for("dkist-processing-core.workflow")]);
  writeFileSync(path.join(out, `${view.dagId}.py`), render(view));
}

function dagView({ details, nodes }) {
  const workflowName = `${details.inputData}_to_${details.outputData}_${details.category}_${details.detail}`;
  return {
    dagId: `${workflowName}_${version}`,
    workflowName,
    version,
    description: workflowName,
    releaseName: `bench-client_${version}`,
    owner: "airflow",
    nodeCommand: "node",
    nodeFlags: {},
    pausedUponCreation: false,
    maxActiveRuns: null,
    killedTaskBackstop: false,
    tags: [version, details.category, details.inputData, details.outputData],
    maxRecipeRunId: Number.MAX_SAFE_INTEGER,
    nodes: nodes.map(({ task }) => ({
      taskName: task.name,
      resourceQueue: "default",
      retries: task.retries,
      retryDelaySeconds: task.retryDelaySeconds,
      executionTimeoutSeconds: null,
      pool: null,
      priorityWeight: null,
      triggerRule: null,
    })),
    edges: nodes.flatMap(({ task, options }) =>
      (options.upstreams ?? []).map((upstream) => ({ upstream: upstream.name, downstream: task.name })),
    ),
  };
}
