import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { byCodeUnit } from "../model/naming.js";
import { unreadable } from "./unreadable.js";

/** Which version a file of alias DAGs starts. */
export interface Promotion {
  readonly name: string;
  readonly version: string;
}

/** Much longer than what stands above the promoted version in such a file. */
const MAX_BYTES = 2 ** 20;

/**
 * The promotions in a DAGs folder.
 *
 * @param read - says what a file promotes; undefined for one that promotes nothing
 * @returns by file name, sorted
 * @throws DkistCoreError BAD_ARTIFACT when the folder or a file cannot be read
 */
export async function findPromotions(
  folder: string,
  read: (text: string) => Promotion | undefined,
): Promise<{ readonly file: string; readonly promotion: Promotion }[]> {
  const found: { file: string; promotion: Promotion }[] = [];
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith("_latest.py") && !name.startsWith("."));
    for (const name of names.sort(byCodeUnit)) {
      const file = path.join(folder, name);
      const promotion = read((await readFile(file)).subarray(0, MAX_BYTES).toString("utf8"));
      if (promotion !== undefined) found.push({ file, promotion });
    }
    return found;
  } catch (cause) {
    throw unreadable(folder, cause);
  }
}
