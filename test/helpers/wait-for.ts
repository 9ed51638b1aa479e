/** Asks again and again until the answer is neither false nor undefined nor an error. */
export async function waitFor<T>(
  what: string,
  seconds: number,
  ask: () => Promise<T>,
): Promise<Exclude<T, false | undefined>> {
  const end = performance.now() + seconds * 1000;
  for (;;) {
    let reason: unknown;
    try {
      const answer = await ask();
      if (answer !== false && answer !== undefined) return answer as Exclude<T, false | undefined>;
    } catch (error) {
      reason = error;
    }
    if (performance.now() > end) throw new Error(`not so after ${seconds} s: ${what}`, { cause: reason });
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}
