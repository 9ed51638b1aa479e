import { examine } from "../../doctor.js";
import type { Place } from "../../doctor/needs.js";
import { checksText } from "../../report/checks-text.js";
import { jsonText, outcomeDocument } from "../../report/json.js";
import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";

/** `dkist-core doctor`: looks at this machine and the client repo. */
export async function doctor(
  options: CommonOptions & { readonly for?: Place; readonly airflow?: string },
  terminal: Terminal,
): Promise<number> {
  const { passing } = terminal;
  passing.start("look");
  const result = await examine({
    cwd: options.cwd,
    configFile: options.config,
    place: options.for,
    airflow: options.airflow ?? "auto",
    env: process.env,
    onWaiting: (checks) => passing.doing?.("look", `waiting for ${checks.join(", ")}`),
  });
  passing.done("look", "");
  const ok = result.checks.every(({ status }) => status !== "problem");
  if (options.json === true) terminal.data(jsonText(outcomeDocument("doctor", { ok, diagnostics: [], result })));
  else terminal.data(checksText(result.checks, { findingsOnly: options.quiet === true, place: result.place }));
  return ok ? 0 : 1;
}
