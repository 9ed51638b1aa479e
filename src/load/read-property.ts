import { reasonOf } from "./option-checks.js";

/** Stands for the value of a getter that throws. */
export class Unreadable {
  constructor(readonly reason: string) {}
}

/** A property of what an author wrote, which may be a getter that runs anything and throws. */
export function readProperty(owner: object, name: string): unknown {
  try {
    return (owner as Readonly<Record<string, unknown>>)[name];
  } catch (error) {
    return new Unreadable(reasonOf(error));
  }
}
