/** What is another one each time: when, how long, how large, which bytes, which columns. */
const UNSTABLE: readonly (readonly [RegExp, string])[] = [
  [/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "TIME"],
  [/\b\d{8}T\d{9}Z\b/g, "TIME"],
  [/\b\d+(?:\.\d+)? s\b/g, "N s"],
  [/\bseconds=[\d.]+/g, "seconds=N"],
  [/\b\d+(?:\.\d+)? (?:B|kB|MB)\b/g, "N B"],
  [/\bsha256 [0-9a-f]{12}\b/g, "sha256 N"],
  [/[^\S\n]+$/gm, ""],
  [/(?<=\S) {2,}/g, " "],
];

/** A text without what differs from one time to the next. */
export function stable(output: string): string {
  return UNSTABLE.reduce((text, [pattern, stand]) => text.replace(pattern, stand), output.trimEnd());
}

/**
 * What a page shows, as a pattern for {@link stable} output: `…` stands for anything in a line, a line of `…` alone for
 * any lines.
 */
export function shownPattern(shown: string): RegExp {
  const lines = stable(shown)
    .split("\n")
    .map((line) =>
      line === "…"
        ? "(?:.*\n)*?"
        : `${line
            .split("…")
            .map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&"))
            .join(".*")}\n`,
    );
  return new RegExp(`^${lines.join("")}$`);
}
