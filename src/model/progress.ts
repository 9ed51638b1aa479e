/** Something that shows stages as they run. */
export interface Progress {
  /** @param stage - one word, e.g. `bundle` */
  start(stage: string): void;
  /** @param what - what the running stage is at, e.g. `12 of 38 tasks` */
  doing?(stage: string, what: string): void;
  /** @param outcome - a few words, e.g. `38 tasks, 3 as folders` */
  done(stage: string, outcome: string): void;
}

/** Shows nothing. */
export const silent: Progress = { start: () => undefined, done: () => undefined };
