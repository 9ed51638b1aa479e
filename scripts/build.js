// Makes dist/: everything as ESM; the authoring entry once more as CommonJS with its own types; and the two programs that
// go into releases, each as one file.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
rmSync("dist", { recursive: true, force: true });
for (const project of ["tsconfig.build.json", "tsconfig.cjs.json"]) {
  execFileSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", project], { stdio: "inherit" });
}
writeFileSync("dist/cjs/package.json", '{ "type": "commonjs" }\n');

// Readable names, but no paths of this machine: its bytes go into every task bundle.
const oneFile = { bundle: true, platform: "node", target: "node20", keepNames: true, minifySyntax: true, minifyWhitespace: true };
await build({
  ...oneFile,
  stdin: {
    contents: 'export * from "./index.js"; export { runTask } from "./runtime/run-task.js";',
    resolveDir: "dist",
  },
  format: "esm",
  outfile: "dist/worker-library.js",
});
await build({ ...oneFile, entryPoints: ["dist/notify/notify-failure.js"], format: "cjs", outfile: "dist/notify-failure.js" });

const { configJsonSchema } = await import("../dist/config/schema.js");
writeFileSync("dist/config-schema.json", `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`);
