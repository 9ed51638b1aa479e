import type { Need } from "./check.js";

/** Where dkist-core and what it makes are used. */
export const PLACES = ["author", "ci", "worker", "scheduler"] as const;

export type Place = (typeof PLACES)[number];

/** What is looked at, in the order it is shown. */
export const CHECKS = [
  "dkist-core",
  "platform",
  "Node",
  "Node of tasks",
  "bash",
  "temp folder",
  "config",
  "library",
  "workflow modules",
  "lock file",
  "git",
  "Python",
  "Airflow",
  "CODE_MOUNT",
  "broker settings",
  "broker",
  "DKIST_SPOOL",
] as const;

export type CheckName = (typeof CHECKS)[number];

/** A client repo, where it is written and where it is built. */
const CLIENT_REPO = {
  "dkist-core": "needed",
  platform: "needed",
  Node: "needed",
  "temp folder": "needed",
  config: "needed",
  library: "needed",
  "workflow modules": "wanted",
  "lock file": "wanted",
  git: "wanted",
  Python: "wanted",
  Airflow: "wanted",
  CODE_MOUNT: "wanted",
  "broker settings": "wanted",
  broker: "wanted",
  DKIST_SPOOL: "wanted",
} as const satisfies Partial<Record<CheckName, Need>>;

/** What matters where; what is not named is not looked at there. */
const NEEDS: Readonly<Record<Place | "anywhere", Readonly<Partial<Record<CheckName, Need>>>>> = {
  // Who sets the variables of a worker means them.
  anywhere: {
    ...CLIENT_REPO,
    CODE_MOUNT: "if there",
    "broker settings": "if there",
    broker: "if there",
    DKIST_SPOOL: "if there",
  },
  author: CLIENT_REPO,
  ci: { ...CLIENT_REPO, "workflow modules": "needed" },
  worker: {
    "dkist-core": "needed",
    platform: "needed",
    Node: "wanted",
    "Node of tasks": "needed",
    bash: "needed",
    "temp folder": "needed",
    config: "if there",
    Airflow: "wanted",
    CODE_MOUNT: "needed",
    "broker settings": "needed",
    broker: "needed",
    DKIST_SPOOL: "if there",
  },
  // Only the config's airflow.killedTaskBackstop makes a scheduler need what a worker needs.
  scheduler: {
    "dkist-core": "needed",
    platform: "needed",
    Node: "wanted",
    "temp folder": "needed",
    config: "if there",
    Python: "needed",
    Airflow: "needed",
    CODE_MOUNT: "if there",
    "broker settings": "if there",
    broker: "if there",
    DKIST_SPOOL: "if there",
  },
};

/** @param place - undefined: it is not said where this machine is used */
export function needsOf(place: Place | undefined): readonly { readonly name: CheckName; readonly need: Need }[] {
  const needs = NEEDS[place ?? "anywhere"];
  return CHECKS.flatMap((name) => {
    const need = needs[name];
    return need === undefined ? [] : [{ name, need }];
  });
}
