import { chmodSync, existsSync, mkdirSync, renameSync, statSync } from "node:fs";
import path from "node:path";
import { writeWhole } from "../disk/staged-files.js";
import { temporaryName } from "../disk/temporary-name.js";
import { AIRFLOW_IGNORES_ALL, TRASH } from "./layout.js";

/**
 * Makes the trash of a CODE_MOUNT or a DAGs folder, where it is not there yet. In a DAGs folder, Airflow does not look into
 * it.
 *
 * @returns its path
 */
export function makeTrash(folder: string): string {
  const trash = path.join(folder, TRASH);
  // Whoever may deploy here may use it, too.
  if (mkdirSync(trash, { recursive: true }) !== undefined) chmodSync(trash, statSync(folder).mode & 0o7777);
  const ignore = path.join(trash, ".airflowignore");
  if (!existsSync(ignore)) {
    const temporary = path.join(trash, temporaryName("airflowignore"));
    writeWhole(temporary, AIRFLOW_IGNORES_ALL);
    // One that Airflow may not read would end its search for DAG files.
    chmodSync(temporary, 0o644);
    renameSync(temporary, ignore);
  }
  return trash;
}
