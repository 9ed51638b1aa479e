// Case: the failure message, from the start of the notifier's process to its end after the broker's confirm, against a bare
// socket that does the same exchange.
import { copyFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { startBroker } from "../broker.js";
import { CACHE, ROOT } from "../folders.js";
import { compare } from "../timing/compare.js";

const FACTS = {
  workflowName: "l0_to_l1_bench",
  workflowVersion: "1.0.0",
  taskName: "Task00",
  dagId: "l0_to_l1_bench_1.0.0",
  dagRunId: "manual__1",
  dagRunStart: "2026-01-01T00:00:00+00:00",
  tryNumber: 1,
  logUrl: "http://localhost:8080/log",
  exception: { name: "AirflowException", message: "Bash command failed" },
  failureReport: null,
};

export async function failureMessageCase({ meter, rounds }) {
  const facts = path.join(CACHE, "facts.json");
  writeFileSync(facts, JSON.stringify(FACTS));
  // In a release no package.json above it says what it is.
  const notifier = path.join(CACHE, "notify-failure.cjs");
  copyFileSync(path.join(ROOT, "dist/notify-failure.js"), notifier);
  const broker = await startBroker();
  const { host, port } = broker;
  const side = (name, ...program) => ({
    name,
    command: {
      argv: ["/bin/sh", "-c", 'exec "$@" < "$FACTS"', "sh", process.execPath, ...program],
      env: {
        FACTS: facts,
        MESH_CONFIG: JSON.stringify({ "interservice-bus": { mesh_address: host, mesh_port: port } }),
      },
    },
    check: (output) => {
      if (!output.includes("sent")) throw new Error(`${name}: no message was sent:\n${output}`);
    },
  });
  try {
    const [ours, limit] = await compare(
      meter,
      [
        side("notify-failure.js", notifier),
        side("a bare socket", path.join(import.meta.dirname, "../limit/publish.js"), host, String(port)),
      ],
      { rounds, memory: true },
    );
    return { ours, limit };
  } finally {
    await broker.stop();
  }
}
