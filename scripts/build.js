// Makes dist/: everything as ESM; what authors import once more as CommonJS with its own types; the two programs that go
// into releases, each as one file; and the commands in few files. Built beside the old one, which then is replaced at once.
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

// The command line as one file of CommonJS, which Node reads sooner than ES modules: all that `--help` loads.
const commandLine = {
  ...oneFile,
  entryPoints: ["cli/main.js"],
  outfile: path.join(made, "cli/main.cjs"),
  format: "cjs",
  external: ["./run-command.js", "./completion/answer.js"],
  // Modules find this package by their own place.
  define: { "import.meta.url": "__moduleUrl" },
  banner: { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
};
await build(commandLine);
rmSync(path.join(made, "cli/main.js"));

// The commands with the libraries that each of them loads: finding and reading hundreds of small files took longer than
// running them. What few commands need lies in files of its own, which are loaded when they are needed.
await build({
  ...oneFile,
  entryPoints: ["build.js", "cli/run-command.js", "cli/completion/answer.js", "load/client-process.js"],
  outbase: made,
  outdir: made,
  allowOverwrite: true,
  // A call for every function that is made, also in the templates' innermost loops; nothing here asks for a name.
  keepNames: false,
  format: "esm",
  splitting: true,
  // In a folder of this depth, as modules find templates and programs by paths relative to their own.
  chunkNames: "cli/chunk-[hash]",
  external: [
    // Programs of their own, or with files beside them.
    "@cyclonedx/cyclonedx-library",
    "@hpcc-js/wasm-graphviz",
    "@vercel/nft",
    "amqplib",
    "esbuild",
    // Asked for by an option that CI alone gives.
    "junit-report-builder",
    // CommonJS that is loaded when it is needed: put together, it would have no names but default.
    "packageurl-js",
    "spdx-expression-parse",
    "yauzl",
    "yazl",
    // cosmiconfig's own reader of TypeScript configs, which is not used.
    "typescript",
  ],
  // What CommonJS finds in its place.
  banner: {
    js: `import { createRequire as __createRequire } from "node:module";
import { dirname as __dirnameOf } from "node:path";
import { fileURLToPath as __fileURLToPath } from "node:url";
const require = __createRequire(import.meta.url);
const __filename = __fileURLToPath(import.meta.url);
const __dirname = __dirnameOf(__filename);`,
  },
});

const { configJsonSchema } = await import(pathToFileURL(path.join(made, "config/schema.js")).href);
writeFileSync(path.join(made, "config-schema.json"), `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);

const old = path.join(root, `dist.old-${process.pid}`);
if (existsSync(dist)) renameSync(dist, old);
renameSync(made, dist);
rmSync(old, { recursive: true, force: true });
