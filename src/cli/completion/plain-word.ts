/**
 * A word as bash would read it, without its quotes and backslashes. Nothing is expanded: what is behind a `$` or a backtick
 * is for bash alone to know. A quote that is still open ends with the word.
 *
 * @example
 * plainWord("my\\ repo/'a b'") // "my repo/a b"
 */
export function plainWord(word: string): string {
  return word.replace(
    /\\(.?)|'([^']*)'?|"((?:[^"\\]|\\.)*)\\?"?/gs,
    (_, escaped?: string, single?: string, double?: string) =>
      escaped ?? single ?? (double ?? "").replace(/\\([$`"\\])/g, "$1"),
  );
}
