import path from "node:path";
import { namesIn } from "./look.js";
import { releaseIn, surveyDags } from "./survey-dags.js";

/**
 * All that a DAGs folder holds of one release: DAG files and zips, listed by a manifest or not, then its manifest. While
 * a manifest is there, the rest is known. A file that says that it is another release's is none of them.
 *
 * @param release - `<name>_<version>`
 * @returns names in the folder, in the order in which they may go
 * @throws DkistCoreError BAD_ARTIFACT when the folder cannot be read
 */
export async function dagFilesOf(folder: string, release: string): Promise<string[]> {
  const names = await namesIn(folder);
  const own = (await surveyDags(folder)).filter((deployed) => deployed.release === release);
  const listed = new Set(
    own.flatMap(({ as, manifest }) => (as === "zip" ? [] : (manifest?.files ?? []).map((file) => file.path))),
  );
  const dagFiles: string[] = [];
  for (const name of names) {
    if (!name.endsWith(".py")) continue;
    const owner = await releaseIn(path.join(folder, name)).catch(() => null);
    // As a deploy sees it: templates of the user's own may leave out the line that says whose a DAG file is.
    if (owner === release || (owner === null && listed.has(name))) dagFiles.push(name);
  }
  const zips = own.filter(({ as }) => as === "zip").map(({ file }) => path.basename(file));
  const manifest = [`${release}.manifest.json`].filter((name) => names.includes(name));
  return [...dagFiles, ...zips, ...manifest];
}
