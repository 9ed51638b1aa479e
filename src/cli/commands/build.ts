import { buildRelease } from "../../build.js";
import { printable } from "../../model/printable.js";
import { bytesText, columns } from "../../report/text.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { buildOptions, report, uncheckedText } from "./shared.js";

/** `dkist-core build`: checks everything and packs a release. */
export async function build(
  options: CommonOptions & {
    readonly airflow?: string;
    readonly out?: string;
    readonly force?: boolean;
    readonly allowDirty?: boolean;
  },
  terminal: Terminal,
): Promise<number> {
  const outcome = await buildRelease({
    ...buildOptions(options, terminal),
    airflow: options.airflow ?? "auto",
    force: options.force === true,
    allowDirty: options.allowDirty === true,
    ...(options.out === undefined ? {} : { out: options.out }),
  });
  return report("build", outcome, options, terminal, ({ artifacts, report, manifest, levels }) => ({
    made: columns([
      ...artifacts.map(({ path, bytes, sha256 }) => [
        printable(path),
        bytesText(bytes),
        `sha256 ${sha256.slice(0, 12)}`,
      ]),
      [printable(report), "", "report page"],
      [printable(manifest), "", "release manifest: the whole digests"],
    ]),
    words:
      `${uncheckedText(levels)}next: unpack the code zip below CODE_MOUNT on the workers, ` +
      `then put the workflow zip into the DAG folder\n`,
  }));
}
