// The README's table is RESULTS.md's headline, between two marks; a test checks that it is.
export const START = "<!-- from bench/RESULTS.md, by npm run bench -->";
export const END = "<!-- to here -->";

/** What stands between the marks for these results. @throws Error where RESULTS.md has no headline */
export function headlineOf(results) {
  const machine = /^Made by [\s\S]*?(?=\. )/m.exec(results)?.[0];
  const rows = /^## In short\n\n([\s\S]*?)\n\n/m.exec(results)?.[1];
  if (machine === undefined || rows === undefined) throw new Error("RESULTS.md has no headline");
  return `${rows}\n\n${machine.replace(/\n/g, " ")}; all of it is in [bench/RESULTS.md](bench/RESULTS.md).`;
}

/** The README with the headline of these results. */
export function withHeadline(readme, results) {
  const [before, rest] = readme.split(START);
  const after = rest?.split(END)[1];
  if (after === undefined) throw new Error(`README.md has no place for the table: ${START} ... ${END}`);
  return `${before}${START}\n\n${headlineOf(results)}\n\n${END}${after}`;
}
