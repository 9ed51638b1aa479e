// Reads back what an export wrote. Both sides write `dag_id=...` and `set_dependency(upstream, downstream)`, each with its
// own quotes.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { isDeepStrictEqual } from "node:util";

/** @returns dag id to sorted edges, `upstream >> downstream`; sorted by dag id */
export function readDags(folder) {
  const files = readdirSync(folder).filter((name) => name.endsWith(".py"));
  return new Map(files.sort().map((name) => readDag(readFileSync(path.join(folder, name), "utf8"))));
}

/** @throws Error when the folder holds anything but the expected DAGs */
export function checkDags(side, folder, expected) {
  const found = readDags(folder);
  if (isDeepStrictEqual(found, expected)) return;
  const wrong = [...expected.keys()].find((dagId) => !isDeepStrictEqual(found.get(dagId), expected.get(dagId)));
  throw new Error(`${side} wrote ${found.size} of ${expected.size} DAGs, and ${wrong ?? "none"} is not as expected`);
}

function readDag(text) {
  const dagId = /^(?:with DAG\(|\s+)dag_id=(["'])(.+?)\1/m.exec(text)?.[2];
  const edges = [...text.matchAll(/\.set_dependency\((["'])(.+?)\1, \1(.+?)\1\)/g)];
  return [dagId, edges.map(([, , upstream, downstream]) => `${upstream} >> ${downstream}`).sort()];
}
