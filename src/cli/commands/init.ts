import { CI_FILES, initClientRepo, type CiService, type InitOptions } from "../../init.js";
import { DkistCoreError } from "../../model/diagnostics.js";
import { nearestName } from "../../model/nearest-name.js";
import { printable } from "../../model/printable.js";
import { shellWord } from "../../model/shell-word.js";
import type { OutputOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { show } from "./shared.js";

/** The options of `init`, as the command line gives them. */
export interface InitFlags extends OutputOptions {
  readonly dir?: string;
  readonly name?: string;
  readonly category?: string;
  readonly ci?: readonly string[];
  readonly library?: string;
  readonly yes?: boolean;
}

/** `dkist-core init`: a client repo that works at once. */
export async function init(flags: InitFlags, terminal: Terminal): Promise<number> {
  const given: InitOptions = {
    folder: flags.dir ?? ".",
    ...(flags.name === undefined ? {} : { name: flags.name }),
    ...(flags.category === undefined ? {} : { category: flags.category }),
    ...(flags.ci === undefined ? {} : { ci: ciServices(flags.ci) }),
    ...(flags.library === undefined ? {} : { library: flags.library }),
  };
  const asks = process.stdin.isTTY && terminal.isLive;
  const isSilent = flags.yes === true || flags.json === true || flags.quiet === true;
  const options = asks && !isSilent ? await (await import("../init-questions.js")).askWhatIsOpen(given) : given;
  const result = await initClientRepo(options);
  return show("init", { ok: true, diagnostics: [], result }, flags, terminal, (made) => {
    const files = made.files.map((file) => `  ${printable(file)}\n`).join("");
    const kept = made.kept.map((file) => `  ${file}, as it was\n`).join("");
    const enter = made.folder === "." ? "" : `  cd ${printable(shellWord(made.folder))}\n`;
    const next = `${enter}  npm install\n  npm test\n  npx dkist-core build\n`;
    return `${printable(made.name)}, with the workflow ${printable(made.workflowName)}\n${files}${kept}next:\n${next}`;
  });
}

/** Names of services, also several in one word; `none` is none. */
function ciServices(words: readonly string[]): CiService[] {
  const names = words.flatMap((word) => word.split(",")).filter((name) => name !== "none" && name !== "");
  const known = Object.keys(CI_FILES);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names as CiService[];
  const near = nearestName(unknown, known);
  throw new DkistCoreError("BAD_USAGE", `there is no pipeline file for ${JSON.stringify(unknown)}`, {
    hint: near === undefined ? `give ${known.join(", ")} or none` : `did you mean ${near}?`,
  });
}
