import path from "node:path";
import type { Diagnostic } from "../model/diagnostics.js";
import { finding } from "./finding.js";
import { look } from "./look.js";
import { releaseIn } from "./survey-dags.js";

/**
 * The DAG files of these names that are not a release's own, and must therefore not be replaced. Version 4 of a workflow
 * `x_1` has the file of version 1.4 of `x`, as a DAG file's name has no dots.
 *
 * @param folder - absolute; it need not be there
 * @param names - of the DAG files that are to be written
 * @param release - `<name>_<version>`
 * @param saysRelease - whether the release's own files name it; those of own templates may not
 * @throws DkistCoreError BAD_ARTIFACT when one cannot be read
 */
export async function foreignDagFiles(
  folder: string,
  names: readonly string[],
  release: string,
  saysRelease: boolean,
): Promise<Diagnostic[]> {
  if ((await look(folder, "follow")) === null) return []; // a thousand files need not be looked for
  const findings: Diagnostic[] = [];
  for (const name of names) {
    const file = path.join(folder, name);
    // A folder of that name is refused by who writes.
    if ((await look(file, "follow"))?.kind !== "file") continue;
    const owner = await releaseIn(file);
    if (owner === release || (owner === null && !saysRelease)) continue;
    const whose = owner === null ? "was not made by dkist-core" : `belongs to ${owner}`;
    const hint = `${owner === null ? "" : "rename one of the two workflows, or "}move the file away, then export again`;
    findings.push(finding("DAG_TAKEN", file, `the DAG file ${name} ${whose}`, hint));
  }
  return findings;
}
