/**
 * A text as one word of a command that a user pastes into a POSIX shell.
 *
 * @example shellWord("out dir/a.json") // "'out dir/a.json'"
 */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
