import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { readFileSync } from "node:fs";
import { clientRepo, type ClientRepo } from "../../helpers/client-repo.js";
import { HEAD, startRun } from "./run-cli.js";

const NODES = 300;
/** In every bundle. */
const TABLE_BYTES = 500_000;
/** The engine and what it loads take about 120 MB; the bundles together would be 150 MB more. */
const MOST_MEGABYTES = 200;

const names = Array.from({ length: NODES }, (_, index) => `Task${index}`);
const MODULE = `${HEAD}
import { TABLE } from "../table.js";
class Base extends TaskBase { run() { throw new Error("no rows of " + TABLE.length); } }
${names.map((name) => `export class ${name} extends Base {}`).join("\n")}
export const large = new Workflow({ workflowName: "large" });
${names.map((name, index) => `large.addNode(${name}${index === 0 ? "" : `, { upstreams: Task0 }`});`).join("\n")}
`;

let repo: ClientRepo;
beforeAll(() => {
  repo = clientRepo({
    "dist/workflows/large.js": MODULE,
    "dist/table.js": `export const TABLE = "${"x".repeat(TABLE_BYTES)}";`,
  });
});
afterAll(() => repo.remove());

/** The most memory that a process has held so far, as Linux counts it; undefined when it has ended. */
function peakMegabytes(pid: number): number | undefined {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) / 1000;
  } catch {
    return undefined;
  }
}

it(`holds no more than ${MOST_MEGABYTES} MB, though the bundles of its ${NODES} nodes are larger than that`, async () => {
  const run = startRun(repo, ["large", "--recipe-run-id", "7"]);
  let peak = 0;
  const timer = setInterval(() => (peak = peakMegabytes(run.pid) ?? peak), 20);
  const { exitCode } = await run.ended;
  clearInterval(timer);
  expect([exitCode, run.events.at(-1)]).toEqual([
    1,
    expect.objectContaining({ counts: { failed: 1, upstream_failed: NODES - 1 } }),
  ]);
  expect(peak).toBeGreaterThan(50);
  expect(peak).toBeLessThan(MOST_MEGABYTES);
});
