/** Something that shows stages as they run. */
export interface Progress {
  /**
   * A stage starts.
   *
   * @param stage - one word, e.g. `bundle`
   */
  start(stage: string): void;
  /**
   * The stage goes on.
   *
   * @param stage - the same word
   * @param what - what it is at, e.g. `12 of 38 tasks`
   */
  doing?(stage: string, what: string): void;
  /**
   * The stage is over.
   *
   * @param stage - the same word
   * @param outcome - a few words, e.g. `38 tasks, 3 as folders`
   */
  done(stage: string, outcome: string): void;
}

/** Shows nothing. */
export const silent: Progress = { start: () => undefined, done: () => undefined };
