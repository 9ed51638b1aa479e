/**
 * Seconds as people say them, exactly.
 *
 * @example
 * durationText(5400) // "1 h 30 min"
 */
export function durationText(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  // Two decimals of a sum like 0.1 + 0.2, not seventeen.
  const rest = Number((seconds % 60).toFixed(3));
  const parts = [hours === 0 ? "" : `${hours} h`, minutes === 0 ? "" : `${minutes} min`, rest === 0 ? "" : `${rest} s`];
  return parts.filter((part) => part !== "").join(" ") || "0 s";
}
