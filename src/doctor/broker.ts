import type { BrokerAdvice } from "../notify/broker-advice.js";
import type { BadBrokerSettings, BrokerSettings } from "../notify/broker-settings.js";
import { absent, notChecked, ok, problem, warning, type Verdict } from "./check.js";

/** What the environment says about the broker. */
export interface BrokerFacts {
  readonly settings: BrokerSettings | BadBrokerSettings;
  /** The names of those variables that are set. */
  readonly variables: readonly string[];
  /** MESH_CONFIG is set, and speaks of other services alone. */
  readonly isUnnamed: boolean;
}

/** Says no password, and nothing else of MESH_CONFIG. */
export function brokerSettingsVerdict({ settings, variables, isUnnamed }: BrokerFacts): Verdict {
  if ("problems" in settings) {
    return problem(settings.problems.join("; "), "with these no failure message can be sent");
  }
  const { protocol, host, port, username, exchange, queueType } = settings;
  const found = `${protocol} to ${host}:${port} as ${username}, exchange ${exchange}, queue type ${queueType}`;
  if (variables.length === 0) return ok(`${found} (none is set: all defaults)`);
  const from = `${found} (set: ${variables.join(", ")})`;
  if (!isUnnamed) return ok(from);
  return warning(from, 'MESH_CONFIG has no "interservice-bus", so the broker is taken to be on this machine');
}

/** @param advice - what the broker's answer means; undefined where it was not asked */
export function brokerVerdict({ settings }: BrokerFacts, advice: BrokerAdvice | undefined): Verdict {
  if ("problems" in settings) return notChecked("its settings are not right");
  if (advice === undefined) return absent("MESH_CONFIG and ISB_* are not set; a worker's environment has them");
  return advice.isReady ? ok(advice.found) : problem(advice.found, advice.hint);
}
