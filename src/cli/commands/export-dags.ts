import path from "node:path";
import { exportDags as run } from "../../build.js";
import { counted } from "../../model/counted.js";
import { printable } from "../../model/printable.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { buildOptions, report } from "./shared.js";

/** `dkist-core export-dags`: the Airflow DAG files alone. */
export async function exportDags(
  options: CommonOptions & { readonly path?: string },
  terminal: Terminal,
): Promise<number> {
  const outcome = await run({
    ...buildOptions(options, terminal),
    ...(options.path === undefined ? {} : { path: options.path }),
  });
  return report("export-dags", outcome, options, terminal, ({ files }) => ({
    made: files.map(({ path }) => `${printable(path)}\n`).join(""),
    words:
      `${counted(files.length, "DAG file")} in ${printable(path.dirname(files[0]?.path ?? ""))}\n` +
      "next: deploy the code of this version first (dkist-core build packs it), then put these into the DAG folder\n",
  }));
}
