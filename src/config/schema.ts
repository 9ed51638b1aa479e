import * as z from "zod/mini";
import { ResourceQueue } from "../authoring/resource-queue.js";

/**
 * The shape of a client repo's config file, with every default. The same schema yields `config-schema.json` for editors.
 *
 * @example
 * # dkist-core.config.yaml
 * resourceQueues: [gpu]
 * nodeOptions:
 *   high_memory: ["--max-old-space-size=16384"]
 * airflow:
 *   owner: DKIST Data Center
 */
const text = z.string().check(z.minLength(1));
const texts = z._default(z.array(text), []);

const airflow = z
  .strictObject({
    owner: z
      ._default(text.check(z.maxLength(500)), "airflow")
      .check(z.describe("The owner that Airflow shows for every node.")),
    nodeCommand: z
      ._default(text, "node")
      .check(z.describe("Node on the workers, for tasks and for the failure callback alike.")),
    python: z.optional(text).check(z.describe("A Python with Airflow in it, for test-workflows.")),
    pausedUponCreation: z
      ._default(z.boolean(), false)
      .check(z.describe("Whether a new DAG starts paused. A paused DAG accepts runs and never starts them.")),
    maxActiveRuns: z
      .optional(z.int().check(z.gte(1)))
      .check(z.describe("How many runs of one DAG may be under way. Default: Airflow's own.")),
    killedTaskBackstop: z
      ._default(z.boolean(), false)
      .check(
        z.describe(
          "Also report a failed run from the DAG processor, for tasks whose Airflow process was killed outright. " +
            "The DAG processor's host then needs Node, CODE_MOUNT and ISB_*.",
        ),
      ),
  })
  .check(z.describe("What the DAG files say to Airflow."));

const taskSettings = z.strictObject({
  isolation: z
    .optional(z.enum(["bundle", "folder"]))
    .check(
      z.describe("bundle: one file by esbuild; folder: the traced files as they are. Default: decided for each task."),
    ),
  include: texts.check(z.describe("Further files for this task's folder, as globs in the client repo.")),
});

export const configSchema = z.strictObject({
  $schema: z.optional(z.string()).check(z.describe("Where an editor finds the JSON Schema of this file.")),
  name: z.optional(text).check(z.describe("The release name. Default: the package name, its scope joined by '-'.")),
  workflows: z
    ._default(z.array(text).check(z.minLength(1)), ["dist/workflows/**/*.{js,mjs,cjs}"])
    .check(z.describe("Globs of the modules that export Workflows. Names that start with '_' are left out.")),
  outDir: z._default(text, "artifacts").check(z.describe("Where build writes the artifacts.")),
  dagsDir: z._default(text, "dags").check(z.describe("Where export-dags writes the DAG files.")),
  assets: texts.check(z.describe("Globs of files that every task finds with assetPath().")),
  publicAssets: texts.check(
    z.describe("Paths of assets that look like secrets (such as *.pem, *.key, .env) and that everybody may read."),
  ),
  external: texts.check(z.describe("Packages that are copied beside the bundles instead of bundled.")),
  tasks: z
    ._default(z.record(z.string(), taskSettings), {})
    .check(z.describe("Settings of single tasks, by task name.")),
  node: z
    ._default(
      z
        .string()
        .check(
          z.regex(
            /^node(?!20\.(?:\d|1[0-8])(?:\.|$))(?:[2-9]\d|[1-9]\d{2,})(?:\.\d+){0,2}$/,
            "must be node20 or a later one, like node20.19 or node22: tasks need Node 20.19 at least",
          ),
        ),
      "node20",
    )
    .check(z.describe("The oldest Node on the workers.")),
  resourceQueues: z
    .pipe(
      z._default(
        z.array(
          z.string().check(z.regex(/^[A-Za-z0-9_.-]{1,256}$/, "must be 1 to 256 letters, digits, '_', '.' or '-'")),
        ),
        [],
      ),
      z.transform((names) => [...new Set([...Object.values(ResourceQueue), ...names])]),
    )
    .check(z.describe("Resource queues beside default and high_memory.")),
  nodeOptions: z
    ._default(
      z.record(
        z.string(),
        z.array(z.string().check(z.regex(/^--?[A-Za-z]/, "must be an option such as --max-old-space-size=8192"))),
      ),
      {},
    )
    .check(z.describe("Options of Node itself, for each resource queue.")),
  airflow: z.prefault(airflow, {}),
  templates: z
    .optional(text)
    .check(z.describe("A folder with templates of your own; a file there replaces ours of the same name.")),
});

/**
 * The settings as a config file may say them, for a config in TypeScript. All of them are in `docs/configuration.md`.
 *
 * @example
 * import type { ConfigFile } from "dkist-processing-core/build";
 *
 * const config: ConfigFile = { resourceQueues: ["gpu"], airflow: { owner: "DKIST Data Center" } };
 * export default config;
 */
export type ConfigFile = z.input<typeof configSchema>;
/** The settings with every default filled in. */
export type Settings = z.output<typeof configSchema>;

/** The JSON Schema of the config file. */
export function configJsonSchema(): object {
  return { title: "dkist-core config", ...z.toJSONSchema(configSchema, { io: "input" }) };
}
