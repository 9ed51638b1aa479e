import { Command, Option, type Argument } from "commander";

/** What the cursor is at, told by the words before it. */
export interface Cursor {
  /** The command that was typed; undefined while it is still to be typed. */
  readonly command: Command | undefined;
  readonly place: Place;
  /** The options before the cursor, by their attribute names, as commander reads them. */
  readonly options: Readonly<Record<string, unknown>>;
  /** The command's arguments before the cursor. */
  readonly operands: readonly string[];
}

export type Place =
  | { readonly kind: "command" }
  | { readonly kind: "option" }
  /** `attached`: what of the word at the cursor is before the value, such as `--format=`. */
  | { readonly kind: "value"; readonly of: Option | Argument; readonly attached: string }
  | { readonly kind: "nothing" };

/** Stands for the word at the cursor; nobody can type it. */
const AT_CURSOR = "\0";

/**
 * Reads a command line as commander does, up to its cursor. Nothing is checked: what is before the cursor may be wrong.
 *
 * @param words - those before the cursor, without the program's name
 * @param current - the word at the cursor, up to it
 */
export function readCursor(program: Command, words: readonly string[], current: string): Cursor {
  const [name, rest] = commandWord(program, words);
  const root = { command: undefined, options: {}, operands: [] };
  if (name === undefined || (name === "help" && rest.length === 0)) {
    return { ...root, place: { kind: name === undefined && current.startsWith("-") ? "option" : "command" } };
  }
  const command = program.commands.find((one) => one.name() === name || one.aliases().includes(name));
  if (command === undefined) return { ...root, place: { kind: "nothing" } };

  // The same options, without the checks of their values.
  const reader = new Command();
  for (const { flags } of command.options) reader.addOption(new Option(flags));
  const parsed = reader.parseOptions([...rest, AT_CURSOR]);
  const options = reader.opts<Record<string, unknown>>();
  const awaiting = command.options.find((option) => [options[option.attributeName()]].flat().includes(AT_CURSOR));
  // Behind an unknown option commander sorts no further.
  const operands = [...parsed.operands, ...parsed.unknown.filter((word) => !word.startsWith("-"))].filter(
    (word) => word !== AT_CURSOR,
  );
  return { command, options, operands, place: place(command, operands.length, awaiting, rest, current) };
}

function place(
  command: Command,
  argumentIndex: number,
  awaiting: Option | undefined,
  rest: readonly string[],
  current: string,
): Place {
  const isOption = current.startsWith("-") && !rest.includes("--");
  if (awaiting !== undefined && !(awaiting.optional && isOption)) return { kind: "value", of: awaiting, attached: "" };
  const attached = isOption ? (/^--[^=]+=/.exec(current)?.[0] ?? "") : "";
  if (attached !== "") {
    const option = command.options.find((one) => `${one.long ?? ""}=` === attached);
    return option === undefined || option.isBoolean() ? { kind: "nothing" } : { kind: "value", of: option, attached };
  }
  if (isOption) return { kind: "option" };
  const expected = command.registeredArguments;
  const last = expected.at(-1);
  const argument = expected[argumentIndex] ?? (last?.variadic === true ? last : undefined);
  if (argument !== undefined) return { kind: "value", of: argument, attached: "" };
  return { kind: current === "" ? "option" : "nothing" };
}

/** The word that names the command, and what follows it. What `npx` has before our own name is left out. */
function commandWord(program: Command, words: readonly string[]): readonly [string | undefined, readonly string[]] {
  const own = words.indexOf(program.name());
  const names = program.commands.map((command) => command.name());
  const line = words.slice(0, own).some((word) => names.includes(word)) ? words : words.slice(own + 1);
  const index = line.findIndex((word) => !word.startsWith("-"));
  return index === -1 ? [undefined, []] : [line[index], line.slice(index + 1)];
}
