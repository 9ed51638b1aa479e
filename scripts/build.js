// Makes dist/: everything as ESM; the authoring entry once more as CommonJS with its own types; and the two programs that
// go into releases, each as one file. Built beside the old one, which then is replaced at once.
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
await build({
  ...oneFile,
  entryPoints: [path.join(made, "notify/notify-failure.js")],
  format: "cjs",
  outfile: path.join(made, "notify-failure.js"),
});

const { configJsonSchema } = await import(pathToFileURL(path.join(made, "config/schema.js")).href);
writeFileSync(path.join(made, "config-schema.json"), `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);

const old = path.join(root, `dist.old-${process.pid}`);
if (existsSync(dist)) renameSync(dist, old);
renameSync(made, dist);
rmSync(old, { recursive: true, force: true });
