// The class of machine: enough to judge figures by, nothing that names it.
import { availableParallelism, loadavg, totalmem } from "node:os";

export function machineClass(original) {
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: availableParallelism(),
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    platform: `${process.platform} ${process.arch}`,
    node: process.versions.node,
    python: original.version,
    load: loadavg()[0].toFixed(1),
  };
}
