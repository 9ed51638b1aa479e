import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** This package, as a client repo that links it sees it. */
export const PACKAGE_ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** A client repo on disk, in a folder of its own. */
export interface ClientRepo {
  readonly root: string;
  /** Absolute path of a file in it. */
  file(name: string): string;
  remove(): void;
}

/**
 * Writes a client repo that links this package: the tree as a test shows it, plus a package.json where it gives none.
 *
 * @param files - path to text
 * @example
 * clientRepo({ "dist/workflows/vbi.js": "export const vbi = ..." })
 */
export function clientRepo(files: Readonly<Record<string, string>>, parent: string = tmpdir()): ClientRepo {
  mkdirSync(parent, { recursive: true });
  const root = mkdtempSync(path.join(parent, "dkist-core-client-"));
  const all = { "package.json": JSON.stringify({ name: "client", type: "module" }), ...files };
  for (const [name, text] of Object.entries(all)) {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  mkdirSync(path.join(root, "node_modules"), { recursive: true });
  symlinkSync(PACKAGE_ROOT, path.join(root, "node_modules/dkist-processing-core"));
  return {
    root,
    file: (name) => path.join(root, name),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A module with Tasks of the given names and one workflow of them, each after the one before. */
export function chainModule(workflowName: string, taskNames: readonly string[]): string {
  return [
    'import { TaskBase, Workflow } from "dkist-processing-core";',
    ...taskNames.map((name) => `export class ${name} extends TaskBase { run() { this.log.info("${name} ran"); } }`),
    `export const workflow = new Workflow({ workflowName: ${JSON.stringify(workflowName)} });`,
    ...taskNames.map(
      (name, index) =>
        `workflow.addNode(${name}${index === 0 ? "" : `, { upstreams: ${taskNames[index - 1] ?? ""} }`});`,
    ),
    "",
  ].join("\n");
}
