import type { Examination } from "../../src/doctor.js";
import type { CheckResult } from "../../src/doctor/check.js";
import type { CheckName } from "../../src/doctor/needs.js";
import { dkistCore, dkistCoreJson, type CliDocument, type CliResult } from "./cli.js";

export type DoctorRun = CliResult & {
  readonly document: CliDocument<Examination>;
  /** One line of it; fails where there is none. */
  readonly of: (check: CheckName) => CheckResult;
};

type Environment = Readonly<Record<string, string | undefined>>;

/** Whatever the machine that runs the tests is set up for. */
const NOTHING_SET: Environment = {
  CODE_MOUNT: undefined,
  DKIST_SPOOL: undefined,
  MESH_CONFIG: undefined,
  ISB_USERNAME: undefined,
  ISB_PASSWORD: undefined,
  ISB_EXCHANGE: undefined,
  ISB_QUEUE_TYPE: undefined,
  ISB_PROTOCOL: undefined,
};

/** Runs the real `dkist-core doctor --json` with these variables, and none other that it looks at. */
export async function runDoctor(cwd: string, parameters: readonly string[], env: Environment = {}): Promise<DoctorRun> {
  const options = { cwd, env: { ...NOTHING_SET, ...env } };
  const run = await dkistCoreJson<Examination>(["doctor", ...parameters], options);
  return {
    ...run,
    of: (check) => {
      const found = run.document.result.checks.find((one) => one.check === check);
      if (found === undefined) throw new Error(`doctor did not look at ${check}`);
      return found;
    },
  };
}

/** The same as people see it. */
export function runDoctorAsText(cwd: string, parameters: readonly string[], env: Environment = {}): Promise<CliResult> {
  return dkistCore(["doctor", ...parameters], { cwd, env: { ...NOTHING_SET, ...env } });
}
