// The API reference: Markdown that TypeDoc makes from the comments of all entries.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Application, LogLevel } from "typedoc";

const ENTRIES = ["src/index.ts", "src/testing.ts", "src/build.ts"];

const READS_WELL = {
  router: "module",
  entryFileName: "README",
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCodeBlocks: true,
  expandObjects: true,
  parametersFormat: "table",
  interfacePropertiesFormat: "table",
  classPropertiesFormat: "table",
  typeAliasPropertiesFormat: "table",
  typeDeclarationFormat: "table",
  tableColumnSettings: { hideDefaults: true, hideInherited: true, hideOverrides: true, hideSources: true },
  groupOrder: ["Functions", "Classes", "Variables", "Interfaces", "TypeAliases", "*"],
  sort: ["source-order"],
};

/**
 * @param root - the repo
 * @returns file name to text
 * @throws Error when TypeDoc has anything to say: a name without a comment, a type that is not exported, a broken link
 */
export async function apiReference(root) {
  const folder = mkdtempSync(path.join(tmpdir(), "dkist-core-api-"));
  try {
    const app = await Application.bootstrapWithPlugins({
      ...READS_WELL,
      plugin: ["typedoc-plugin-markdown"],
      outputs: [{ name: "markdown", path: folder }],
      entryPoints: ENTRIES.map((entry) => path.join(root, entry)),
      tsconfig: path.join(root, "tsconfig.build.json"),
      readme: "none",
      // What is committed must not change with the lines of a source, the commit, or the machine.
      disableSources: true,
      disableGit: true,
      excludeInternal: true,
      excludeExternals: true,
      logLevel: LogLevel.Warn,
      validation: { notExported: true, invalidLink: true, rewrittenLink: true, notDocumented: true },
      // A value that types come from: what a config may hold is in docs/configuration.md.
      intentionallyNotExported: ["configSchema"],
    });
    const project = await app.convert();
    if (project !== undefined) {
      app.validate(project);
      await app.generateOutputs(project);
    }
    if (project === undefined || app.logger.hasErrors() || app.logger.hasWarnings()) {
      throw new Error("the API reference is not right: TypeDoc says above what is missing");
    }
    return readTree(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readTree(folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)));
  return Object.fromEntries(names.map((name) => [name, readFileSync(path.join(folder, name), "utf8")]));
}
