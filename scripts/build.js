// Makes dist/: everything as ESM; what authors import once more as CommonJS with its own types; the two programs that go
// into releases, each as one file; and what the commands run in few files. Built beside the old one, which then is replaced
// at once.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { existsSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const dist = path.join(root, "dist");
const made = path.join(root, `dist.new-${process.pid}`);
process.on("exit", () => rmSync(made, { recursive: true, force: true }));

const tsc = (project, outDir) =>
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", project, "--outDir", outDir], {
    cwd: root,
    stdio: "inherit",
  });
tsc("tsconfig.build.json", made);
tsc("tsconfig.cjs.json", path.join(made, "cjs"));
writeFileSync(path.join(made, "cjs/package.json"), '{ "type": "commonjs" }\n');

// Readable names, but no paths of this machine: its bytes go into every task bundle.
const oneFile = {
  absWorkingDir: made,
  bundle: true,
  platform: "node",
  target: "node20",
  keepNames: true,
  minifySyntax: true,
  minifyWhitespace: true,
};
await build({
  ...oneFile,
  stdin: {
    contents: 'export * from "./index.js"; export { runTask } from "./runtime/run-task.js";',
    resolveDir: made,
  },
  format: "esm",
  outfile: path.join(made, "worker-library.js"),
});
const notifier = await build({
  ...oneFile,
  entryPoints: [path.join(made, "notify/notify-failure.js")],
  format: "cjs",
  outfile: path.join(made, "notify-failure.js"),
  metafile: true,
});
// What a release's bill of materials says of it.
const { packagesOf } = await import(pathToFileURL(path.join(made, "bundle/packages.js")).href);
const inputs = Object.keys(notifier.metafile.inputs).map((file) => path.join(made, file));
writeFileSync(
  path.join(made, "notify-failure.packages.json"),
  `${JSON.stringify(packagesOf(path.dirname(made), inputs), undefined, 2)}\n`,
);

// What the commands run is CommonJS in few files, as Node reads that sooner than hundreds of ES modules: the command line,
// which is all that `--help` loads; what every command does; what TAB asks; and the process of client modules. All lie in
// folders of the same depth, as modules find templates and programs by paths relative to their own.
const program = {
  ...oneFile,
  format: "cjs",
  // A call for every function that is made, also in the templates' innermost loops; nothing here asks for a name.
  keepNames: false,
  define: { "import.meta.url": "__moduleUrl" },
  banner: { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
  external: [
    // Programs of their own, or with files beside them.
    "@cyclonedx/cyclonedx-library",
    "@hpcc-js/wasm-graphviz",
    "@vercel/nft",
    "amqplib",
    "esbuild",
    // Few commands need them, and load them when they do.
    "junit-report-builder",
    "packageurl-js",
    "spdx-expression-parse",
    "yauzl",
    "yazl",
    // cosmiconfig's own reader of TypeScript configs, which is not used.
    "typescript",
  ],
};
/** Each as one file, which is read when it is first needed: they are as large as all that is ours. */
const LIBRARIES = ["cosmiconfig", "fast-glob", "handlebars"];
for (const name of LIBRARIES) {
  await build({
    ...program,
    absWorkingDir: root,
    entryPoints: [name],
    outfile: path.join(made, `libraries/${name}.cjs`),
  });
}
/** Loads what is named from the file beside it. */
const elsewhere = (places) => ({
  name: "elsewhere",
  setup: ({ onResolve }) =>
    onResolve({ filter: /./ }, ({ path: specifier }) =>
      specifier in places ? { path: places[specifier], external: true } : undefined,
    ),
});
/** Node's loader of ES modules looks through all of such a program for names before it runs it: `require()` does not. */
const required = (...names) => ({
  name: "required",
  setup: ({ onResolve, onLoad }) => {
    onResolve({ filter: /./ }, ({ path: name, kind }) =>
      names.includes(name) && kind === "dynamic-import" ? { path: name, namespace: "required" } : undefined,
    );
    onLoad({ filter: /./, namespace: "required" }, ({ path: name }) => ({
      contents: `module.exports = require(${JSON.stringify(name)});`,
    }));
  },
});
const libraries = Object.fromEntries(LIBRARIES.map((name) => [name, `../libraries/${name}.cjs`]));
await build({
  ...program,
  entryPoints: ["cli/main.js"],
  outfile: path.join(made, "cli/main.cjs"),
  plugins: [elsewhere({ "./run-command.js": "./all-commands.cjs", "./completion/answer.js": "./answer.cjs" })],
  // By require(), not by Node's loader of ES modules, which would have to be started for it.
  supported: { "dynamic-import": false },
});
await build({
  ...program,
  stdin: {
    contents: 'export * from "./build.js"; export { runCommand, usageDocument } from "./cli/run-command.js";',
    resolveDir: made,
  },
  outfile: path.join(made, "cli/all-commands.cjs"),
  plugins: [
    elsewhere({ ...libraries, "../completion/scripts.js": "./scripts.cjs" }),
    required("esbuild", "yauzl", "yazl"),
  ],
});
for (const [from, to] of [
  ["cli/completion/answer.js", "cli/answer.cjs"],
  ["cli/completion/scripts.js", "cli/scripts.cjs"],
  ["load/client-process.js", "load/client-process.cjs"],
]) {
  await build({
    ...program,
    entryPoints: [from],
    outfile: path.join(made, to),
    plugins: [elsewhere({ "./scripts.js": "./scripts.cjs" })],
  });
  rmSync(path.join(made, from));
}
rmSync(path.join(made, "cli/main.js"));

// `dkist-processing-core/build` is the same code as the commands.
const functions = await import(pathToFileURL(path.join(made, "build.js")).href);
writeFileSync(
  path.join(made, "build.js"),
  `export { ${Object.keys(functions).join(", ")} } from "./cli/all-commands.cjs";\n`,
);

const { configJsonSchema } = await import(pathToFileURL(path.join(made, "config/schema.js")).href);
writeFileSync(path.join(made, "config-schema.json"), `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);

const old = path.join(root, `dist.old-${process.pid}`);
if (existsSync(dist)) renameSync(dist, old);
renameSync(made, dist);
rmSync(old, { recursive: true, force: true });
