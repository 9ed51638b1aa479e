/**
 * How many there are of something, in words.
 *
 * @example
 * counted(1, "workflow") // "1 workflow"
 */
export function counted(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
