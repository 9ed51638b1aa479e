import * as z from "zod";
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
const text = z.string().min(1);
const path = text.describe("A path relative to the client repo.");

const airflow = z
  .strictObject({
    owner: text.max(500).default("airflow").describe("The owner that Airflow shows for every node."),
    nodeCommand: text.default("node").describe("Node on the workers, for tasks and for the failure callback alike."),
    python: text.optional().describe("A Python with Airflow in it, for test-workflows."),
    pausedUponCreation: z
      .boolean()
      .default(false)
      .describe("Whether a new DAG starts paused. A paused DAG accepts runs and never starts them."),
    maxActiveRuns: z
      .int()
      .min(1)
      .optional()
      .describe("How many runs of one DAG may be under way. Default: Airflow's own."),
    killedTaskBackstop: z
      .boolean()
      .default(false)
      .describe(
        "Also report a failed run from the DAG processor, for tasks whose Airflow process was killed outright. " +
          "The DAG processor's host then needs Node, CODE_MOUNT and ISB_*.",
      ),
  })
  .describe("What the DAG files say to Airflow.");

const taskSettings = z.strictObject({
  isolation: z
    .enum(["bundle", "folder"])
    .optional()
    .describe("bundle: one file by esbuild; folder: the traced files as they are. Default: decided for each task."),
  include: z.array(text).default([]).describe("Further files for this task's folder, as globs in the client repo."),
});

export const configSchema = z.strictObject({
  $schema: z.string().optional().describe("Where an editor finds the JSON Schema of this file."),
  name: text.optional().describe("The release name. Default: the package name, its scope joined by '-'."),
  workflows: z
    .array(text)
    .min(1)
    .default(["dist/workflows/**/*.{js,mjs,cjs}"])
    .describe("Globs of the modules that export Workflows. Names that start with '_' are left out."),
  outDir: path.default("artifacts").describe("Where build writes the artifacts."),
  dagsDir: path.default("dags").describe("Where export-dags writes the DAG files."),
  assets: z.array(text).default([]).describe("Globs of files that every task finds with assetPath()."),
  publicAssets: z
    .array(text)
    .default([])
    .describe("Paths of assets that look like secrets (such as *.pem, *.key, .env) and that everybody may read."),
  external: z.array(text).default([]).describe("Packages that are copied beside the bundles instead of bundled."),
  tasks: z.record(z.string(), taskSettings).default({}).describe("Settings of single tasks, by task name."),
  node: z
    .string()
    .regex(
      /^node(?!20\.(?:\d|1[0-8])(?:\.|$))(?:[2-9]\d|[1-9]\d{2,})(?:\.\d+){0,2}$/,
      "must be node20 or a later one, like node20.19 or node22: tasks need Node 20.19 at least",
    )
    .default("node20")
    .describe("The oldest Node on the workers."),
  resourceQueues: z
    .array(z.string().regex(/^[A-Za-z0-9_.-]{1,256}$/, "must be 1 to 256 letters, digits, '_', '.' or '-'"))
    .default([])
    .transform((names) => [...new Set([...Object.values(ResourceQueue), ...names])])
    .describe("Resource queues beside default and high_memory."),
  nodeOptions: z
    .record(
      z.string(),
      z.array(z.string().regex(/^--?[A-Za-z]/, "must be an option such as --max-old-space-size=8192")),
    )
    .default({})
    .describe("Options of Node itself, for each resource queue."),
  airflow: airflow.prefault({}),
  templates: path
    .optional()
    .describe("A folder with templates of your own; a file there replaces ours of the same name."),
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
