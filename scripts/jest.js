// Runs Jest, and counts what passed and failed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { CACHE, ROOT } from "./steps.js";

/** @returns how many tests passed and failed; a test file that cannot run, and a test that is not run, has failed */
export function jest(parameters, env = {}) {
  const report = path.join(CACHE, `jest-report-${process.pid}.json`);
  mkdirSync(CACHE, { recursive: true });
  const node = ["--experimental-vm-modules", "--disable-warning=ExperimentalWarning", "node_modules/jest/bin/jest.js"];
  const { status } = spawnSync(process.execPath, [...node, "--json", `--outputFile=${report}`, ...parameters], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const result = existsSync(report) ? JSON.parse(readFileSync(report, "utf8")) : undefined;
  rmSync(report, { force: true });
  const unrun = (result?.numRuntimeErrorTestSuites ?? 1) + (result?.numPendingTests ?? 0);
  return {
    passed: result?.numPassedTests ?? 0,
    failed: Math.max((result?.numFailedTests ?? 0) + unrun, status === 0 ? 0 : 1),
  };
}
