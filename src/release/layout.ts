import { releaseName } from "../model/naming.js";

/** Which release: both together are its folder's name. */
export interface ReleaseId {
  readonly name: string;
  readonly version: string;
}

/** In the code's folder: what it holds. */
export const CODE_MANIFEST = "manifest.json";
/** In the code's folder: a copy of the release manifest, so that a worker knows what it runs. */
export const CODE_RELEASE = "release.json";

/**
 * What was there before, and what Airflow must not see yet: on the same disk, so that a rename brings it there and back.
 */
export const TRASH = ".dkist-core-trash";
/**
 * For a folder below the DAGs folder. Airflow looks into hidden folders too, and knows a zip by its content, whatever it is
 * called. As a regular expression and as a glob, as which it is read depends on Airflow's version, this matches all names
 * that stand there.
 */
export const AIRFLOW_IGNORES_ALL = "[A-Za-z0-9._-]*\n";

/** The names that a release has in a DAGs folder, beside its DAG files. */
export function dagsLayout({ name, version }: ReleaseId): {
  readonly manifest: string;
  readonly release: string;
  readonly zip: string;
} {
  const stem = releaseName(name, version);
  return { manifest: `${stem}.manifest.json`, release: `${stem}.release.json`, zip: `${stem}_workflows.zip` };
}
