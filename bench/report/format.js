// Figures and tables as text.

/** Columns as wide as their widest cell, as the formatter wants them. */
export function table(head, rows) {
  const lines = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...lines.map((row) => row[column].length)));
  const text = (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")} |`;
  return [
    text(lines[0]),
    `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`,
    ...lines.slice(1).map(text),
  ].join("\n");
}

export function seconds({ min, median }, digits = 2) {
  return `${min.toFixed(digits)} / ${median.toFixed(digits)}`;
}

export function milliseconds({ min, median }, digits = 0) {
  return `${(min * 1000).toFixed(digits)} / ${(median * 1000).toFixed(digits)}`;
}

export function megabytes(bytes) {
  return (bytes / 1e6).toFixed(0);
}

/** How many times the fast one goes into the slow one: of the minima / of the medians. */
export function times(slow, fast, digits = 1) {
  return `${(slow.min / fast.min).toFixed(digits)}x / ${(slow.median / fast.median).toFixed(digits)}x`;
}

export function count(number) {
  return number.toLocaleString("en-US");
}
