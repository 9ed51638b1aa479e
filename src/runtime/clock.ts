/**
 * Milliseconds on a clock that nobody can set. Not `performance.now()`: the first use of `performance` loads a module,
 * which a small task's process would not need otherwise.
 */
export function monotonicMs(): number {
  return process.uptime() * 1000;
}
