import { DkistCoreError } from "../model/diagnostics.js";

/** The first second that a zip's date can say, and the last one. */
const MIN_SECONDS = Date.UTC(1980, 0, 1) / 1000;
const MAX_SECONDS = Date.UTC(2107, 11, 31, 23, 59, 58) / 1000;

/**
 * The date that a release records in its zips and its SBOM.
 *
 * @param sourceDateEpoch - SOURCE_DATE_EPOCH: whole seconds since 1970, UTC
 * @returns null where none is given: then a release says nothing of the day it was built on
 * @throws DkistCoreError BAD_USAGE for what is no such number, or no date that a zip can hold
 * @see https://reproducible-builds.org/specs/source-date-epoch/
 */
export function releaseDate(sourceDateEpoch: string | null): Date | null {
  if (sourceDateEpoch === null) return null;
  const seconds = /^\d{1,10}$/.test(sourceDateEpoch) ? Number(sourceDateEpoch) : NaN;
  if (seconds >= MIN_SECONDS && seconds <= MAX_SECONDS) return new Date(seconds * 1000);
  throw new DkistCoreError("BAD_USAGE", `SOURCE_DATE_EPOCH cannot be ${JSON.stringify(sourceDateEpoch)}`, {
    hint: `give whole seconds since 1970, from ${MIN_SECONDS} (1980) to ${MAX_SECONDS} (2107), the dates that a zip can hold, or leave it unset`,
  });
}
