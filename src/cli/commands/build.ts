import path from "node:path";
import { buildRelease } from "../../build.js";
import { printable } from "../../model/printable.js";
import { bytesText, columns } from "../../report/text.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { buildOptions, commandText, report, uncheckedText } from "./shared.js";

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
      `${uncheckedText(levels)}next: ${commandText("deploy", fromHere(options.cwd, manifest))} ` +
      "--code-mount FOLDER --dags FOLDER --dry-run\n",
  }));
}

/** A path of the client repo, from where the command was called. */
function fromHere(cwd: string, file: string): string {
  return path.isAbsolute(file) ? file : path.relative(process.cwd(), path.resolve(cwd, file));
}
