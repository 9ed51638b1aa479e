// The reference of the command line: what `--help` says of each command, as a page.

const HEAD = `# Command line

<!-- Made from the commands by "npm run docs"; do not edit. -->
`;

/**
 * @param program - commander's root command, with every command defined
 * @returns Markdown: the groups and their commands in the order in which the program defines them
 */
export function cliReference(program) {
  const help = program.createHelp();
  const commands = commandsBelow(program, help);
  const common = commonOptions(commands, help);
  const groups = new Map();
  for (const { group, ...command } of commands) groups.set(group, [...(groups.get(group) ?? []), command]);
  return [
    HEAD,
    text(program.description()),
    table(
      ["command", "what it does"],
      commands.map(({ name, command }) => [link(name), description(command)]),
    ),
    fence(help.commandUsage(program)),
    table(["option", "meaning"], help.visibleOptions(program).map(optionRow(help))),
    fence(textAfter(program)),
    "## Every command",
    table(["option", "meaning"], common.map(optionRow(help))),
    ...[...groups].flatMap(([group, members]) => [
      `## ${group}`,
      ...members.map(({ name, command }) => section(name, command, common, help)),
    ]),
  ].join("\n\n");
}

/** Every command that `--help` shows, subcommands under their whole name. */
function commandsBelow(parent, help, prefix = "") {
  return help
    .visibleCommands(parent)
    .filter((command) => command.name() !== "help")
    .flatMap((command) => {
      const name = `${prefix}${command.name()}`;
      const group = (command.helpGroup() || "Commands").replace(/:$/, "");
      const below = commandsBelow(command, help, `${name} `).map((one) => ({ ...one, group }));
      return [{ name, command, group }, ...below];
    });
}

/** What most commands have, described alike. */
function commonOptions(commands, help) {
  const seen = new Map();
  for (const option of commands.flatMap(({ command }) => help.visibleOptions(command))) {
    const key = optionKey(option, help);
    seen.set(key, { option, count: (seen.get(key)?.count ?? 0) + 1 });
  }
  return [...seen.values()].filter(({ count }) => count > commands.length / 2).map(({ option }) => option);
}

function section(name, command, common, help) {
  const commonKeys = new Set(common.map((option) => optionKey(option, help)));
  const options = help.visibleOptions(command);
  const own = options.filter((option) => !commonKeys.has(optionKey(option, help)));
  const shared = options.filter((option) => commonKeys.has(optionKey(option, help)));
  return [
    `### ${name}`,
    description(command),
    fence(help.commandUsage(command)),
    table(["argument", "meaning"], help.visibleArguments(command).map(argumentRow(help))),
    table(["option", "meaning"], own.map(optionRow(help))),
    shared.length === 0
      ? ""
      : `Also ${shared.map(({ long }) => code(long)).join(", ")}: see [every command](#every-command).`,
    fence(textAfter(command)),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

/** What `addHelpText` puts after commander's own help. */
function textAfter(command) {
  let whole = "";
  command.configureOutput({ ...command.configureOutput(), writeOut: (words) => (whole += words) });
  command.outputHelp();
  return whole.slice(command.helpInformation().length).trim();
}

const optionKey = (option, help) => JSON.stringify([help.optionTerm(option), help.optionDescription(option)]);
const optionRow = (help) => (option) => [code(help.optionTerm(option)), text(help.optionDescription(option))];
const argumentRow = (help) => (argument) => [
  code(help.argumentTerm(argument)),
  text(help.argumentDescription(argument)),
];

/** A description starts small and has no full stop, as commander shows it in lists. */
function description(command) {
  const words = text(command.description());
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function table(head, rows) {
  if (rows.length === 0) return "";
  const line = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function fence(words) {
  return words === "" ? "" : `\`\`\`text\n${words}\n\`\`\``;
}

function link(name) {
  return `[${code(name)}](#${name.replaceAll(" ", "-")})`;
}

function code(words) {
  return `\`${words}\``;
}

function text(words) {
  return words.replace(/[\\<>*[\]]/g, "\\$&");
}
