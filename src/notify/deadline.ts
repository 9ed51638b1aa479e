import { PublishError } from "./publish-error.js";

/** A moment on the monotonic clock (setting the wall clock moves nothing), and the promises that may not outlive it. */
export class Deadline {
  readonly #end: number;

  /** @param limitMs - from now */
  constructor(limitMs: number) {
    this.#end = performance.now() + limitMs;
  }

  /** Milliseconds left, never negative. */
  get leftMs(): number {
    return Math.max(0, this.#end - performance.now());
  }

  /** The earlier of this deadline and `limitMs` from now. */
  within(limitMs: number): Deadline {
    return new Deadline(Math.min(limitMs, this.leftMs));
  }

  /**
   * Waits for a promise no longer than this deadline. amqplib has no time limit of its own: with a silent broker, and
   * after its socket was destroyed, its promises never settle.
   *
   * @param doing - for the sentence, e.g. `connecting`
   * @throws PublishError TIMED_OUT
   */
  async race<T>(promise: Promise<T>, doing: string): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        reject(new PublishError("TIMED_OUT", `no answer in time while ${doing}`));
      }, this.leftMs);
    });
    try {
      return await Promise.race([promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}
