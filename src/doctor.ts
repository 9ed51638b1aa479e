/**
 * Looks at this machine and at the client repo, and says what is there and what is wrong.
 *
 *     argv + environment
 *       -> needsOf(place)    -> what is looked at here
 *       -> gatherHere        -> the config, or why there is none
 *       -> LOOKS             -> Verdict[]       all at once, each within its limit
 *       -> conclude          -> CheckResult[]   weighed by what is needed here
 */
import { realpath } from "node:fs/promises";
import path from "node:path";
import { conclude, notChecked, problem, type CheckResult, type Need, type Verdict } from "./doctor/check.js";
import { needsOf, type CheckName, type Place } from "./doctor/needs.js";
import { within } from "./doctor/within.js";
import { gatherHere, limitSecondsOf, LOOKS, type Here, type LookRequest } from "./doctor-looks.js";
import { DkistCoreError } from "./model/diagnostics.js";
import { messageOf } from "./model/message-of.js";
import { byVersion } from "./model/version-order.js";
import { createRedactor, type Redact } from "./runtime/redaction.js";
import { OLDEST_NODE } from "./tool-version.js";

/** What to look at. */
export interface ExamineRequest extends Omit<LookRequest, "root"> {
  /** The client repo. */
  readonly cwd: string;
  /** Where this machine is used; undefined where it is not said. */
  readonly place: Place | undefined;
  /** Told what is still being looked at, each time that changes. */
  readonly onWaiting: (checks: readonly string[]) => void;
}

/** What was found. */
export interface Examination {
  readonly place: Place | null;
  readonly checks: readonly CheckResult[];
}

/**
 * Looks at everything that matters at a place.
 *
 * @throws DkistCoreError BAD_USAGE when the client repo's folder is not there
 */
export async function examine({ cwd, place, onWaiting, ...request }: ExamineRequest): Promise<Examination> {
  const root = await realpath(path.resolve(cwd)).catch((cause: unknown) => {
    throw new DkistCoreError("BAD_USAGE", `there is no folder ${cwd}`, { hint: "check --cwd", cause });
  });
  const needs = needsOf(place);
  const waiting = new Set<string>(needs.map(({ name }) => name));
  onWaiting([...waiting]);
  const here = await gatherHere({ root, ...request });
  const redact = createRedactor(request.env);
  const checks = await Promise.all(
    needs.map(async ({ name, need }) => {
      const verdict = await lookAt(name, here, need);
      waiting.delete(name);
      onWaiting([...waiting]);
      return conclude(name, withoutSecrets(verdict, redact), need);
    }),
  );
  return { place: place ?? null, checks };
}

/** One look that fails, or never ends, must not hide what the others find. */
async function lookAt(name: CheckName, here: Here, need: Need): Promise<Verdict> {
  const seconds = limitSecondsOf(name);
  try {
    const look = Promise.resolve(LOOKS[name](here, need));
    return await within(seconds, look, () => problem(`no answer within ${seconds} s`));
  } catch (error) {
    if (isTooOld(process.versions.node)) return notChecked(`needs Node ${OLDEST_NODE}`);
    return problem(messageOf(error));
  }
}

/** What is missing in a Node makes looks fail with words that help nobody. */
function isTooOld(node: string): boolean {
  return byVersion(node, OLDEST_NODE) < 0;
}

function withoutSecrets({ status, found, hint }: Verdict, redact: Redact): Verdict {
  return { status, found: redact(found), ...(hint === undefined ? {} : { hint: redact(hint) }) };
}
