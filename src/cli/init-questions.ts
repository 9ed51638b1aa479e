import { cancel, intro, multiselect, text } from "@clack/prompts";
import type { Key } from "node:readline";
import { CI_FILES, defaultCategory, defaultName, type CiService, type InitOptions } from "../init.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { ID_RULE, isId } from "../model/naming.js";
import { isPackageName, PACKAGE_NAME_RULE } from "../model/package-name.js";

/** Ctrl-D closes the prompt's line without a word to it. */
const left = new AbortController();
/** Questions are words: they go where words go, so that stdout stays the command's data. */
const ON = { output: process.stderr, signal: left.signal };

/**
 * Asks on the terminal for what no flag says.
 *
 * @throws DkistCoreError BAD_USAGE when somebody leaves by Ctrl-C, Ctrl-D or Escape; nothing is written then
 */
export async function askWhatIsOpen(given: InitOptions): Promise<InitOptions> {
  if (given.name !== undefined && given.category !== undefined && given.ci !== undefined) return given;
  process.stdin.on("keypress", (_, key: Key) => {
    if (key.ctrl === true && key.name === "d") left.abort();
  });
  intro("a new client repo", ON);
  const chosenName = given.name ?? (await askName(defaultName(given.folder)));
  const chosenCategory = given.category ?? (await askCategory(defaultCategory(chosenName)));
  return { ...given, name: chosenName, category: chosenCategory, ci: given.ci ?? (await askCi()) };
}

async function askName(initialValue: string | undefined): Promise<string> {
  return answered(
    await text({
      ...ON,
      message: "Its package name; releases are named after it",
      ...(initialValue === undefined ? {} : { initialValue }),
      validate: (value = "") => (isPackageName(value) ? undefined : PACKAGE_NAME_RULE),
    }),
  );
}

async function askCategory(initialValue: string): Promise<string> {
  return answered(
    await text({
      ...ON,
      message: "The instrument, or whatever its workflows are about",
      initialValue,
      validate: (value = "") => (isId(value) && value.length <= 80 ? undefined : ID_RULE),
    }),
  );
}

async function askCi(): Promise<CiService[]> {
  const services = Object.keys(CI_FILES) as CiService[];
  return answered(
    await multiselect<CiService>({
      ...ON,
      message: "Pipeline files",
      options: services.map((value) => ({ value, hint: CI_FILES[value] })),
      initialValues: services,
      required: false,
    }),
  );
}

/** What was answered; somebody who leaves gives a symbol. */
function answered<T>(answer: T): Exclude<T, symbol> {
  if (typeof answer !== "symbol") return answer as Exclude<T, symbol>;
  cancel("nothing was written", ON);
  throw new DkistCoreError("BAD_USAGE", "init was left before all was answered", { hint: "--yes takes all defaults" });
}
