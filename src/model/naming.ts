/**
 * Names and how they are made. Ids are checked, never repaired, and never parsed back into parts.
 */

/** Airflow's own limit is 250; a workflow name is shorter so that name, `_` and version fit a dag id. */
export const MAX_WORKFLOW_NAME_LENGTH = 100;
export const MAX_ID_LENGTH = 250;
/** Airflow stores a tag in a column of 100 characters. */
export const MAX_TAG_LENGTH = 100;

/** Stricter than Airflow's `^[\w.-]+$`, which also takes a trailing newline and look-alike letters. */
const ID = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;
const VERSION = /^[A-Za-z0-9][A-Za-z0-9.-]{0,99}$/;

/** What {@link isId} accepts, in words for a hint. */
export const ID_RULE = "letters, digits, '_', '.' and '-', starting with a letter, a digit or '_'";
export const VERSION_RULE =
  "1 to 100 letters, digits, '.' and '-', starting with a letter or a digit, and not 'latest'";

/** Whether a text can be a dag id, task id or workflow name as far as its characters go. */
export function isId(text: string): boolean {
  return ID.test(text);
}

/** Whether a text can be a version. `latest` is kept free: it would read as "the newest one". */
export function isVersion(text: string): boolean {
  return VERSION.test(text) && text !== "latest";
}

/**
 * @example
 * dagId("l0_to_l1_vbi", "1.4.0") // "l0_to_l1_vbi_1.4.0"
 */
export function dagId(workflowName: string, version: string): string {
  return `${workflowName}_${version}`;
}

/** The folder under `$CODE_MOUNT` and the stem of every artifact, e.g. `dkist-processing-vbi_1.4.0`. */
export function releaseName(name: string, version: string): string {
  return `${name}_${version}`;
}

/** The composed workflow name, as in the original: `<input>_to_<output>_<category>[_<detail>]`. */
export function composedWorkflowName(parts: {
  inputData: string;
  outputData: string;
  category: string;
  detail?: string | undefined;
}): string {
  const { inputData, outputData, category, detail } = parts;
  return `${inputData}_to_${outputData}_${category}${detail === undefined || detail === "" ? "" : `_${detail}`}`;
}

/**
 * A client's package name as a release name: the scope is joined by `-`.
 *
 * @example
 * releaseNameOfPackage("@dkist/processing-vbi") // "dkist-processing-vbi"
 */
export function releaseNameOfPackage(packageName: string): string {
  return packageName.replace(/^@/, "").replace("/", "-");
}

/** Order by UTF-16 code unit: the same on every machine and in every locale. */
export function byCodeUnit(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
