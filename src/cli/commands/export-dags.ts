import { exportDags as run } from "../../build.js";
import { printable } from "../../model/printable.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { buildOptions, show } from "./shared.js";

/** `dkist-core export-dags`: the Airflow DAG files alone. */
export async function exportDags(
  options: CommonOptions & { readonly path?: string },
  terminal: Terminal,
): Promise<number> {
  const outcome = await run({
    ...buildOptions(options, terminal),
    ...(options.path === undefined ? {} : { path: options.path }),
  });
  return show("export-dags", outcome, options, terminal, ({ files }) =>
    files.map(({ path }) => `${printable(path)}\n`).join(""),
  );
}
