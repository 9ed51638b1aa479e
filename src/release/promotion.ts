import path from "node:path";
import { namesIn, readHead } from "./look.js";

/** Which version the alias DAGs of a release name start. */
export interface Promotion {
  /** The release name. */
  readonly name: string;
  /** The version that is promoted. */
  readonly version: string;
}

/** A promotion, and the file that says it. */
export interface FoundPromotion {
  /** Absolute, where the folder is. */
  readonly file: string;
  readonly promotion: Promotion;
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
): Promise<FoundPromotion[]> {
  const found: FoundPromotion[] = [];
  const names = (await namesIn(folder)).filter((name) => name.endsWith("_latest.py") && !name.startsWith("."));
  for (const name of names) {
    const file = path.join(folder, name);
    const promotion = read(Buffer.from(await readHead(file, MAX_BYTES), "latin1").toString("utf8"));
    if (promotion !== undefined) found.push({ file, promotion });
  }
  return found;
}
