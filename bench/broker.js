// A RabbitMQ for one case: that of the tests, which is written in TypeScript.
import { build } from "esbuild";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { CACHE, ROOT } from "./folders.js";

/** @returns the tests' broker: `{ host, port, stop() }` */
export async function startBroker() {
  const outfile = path.join(CACHE, "broker.mjs");
  await build({
    entryPoints: [path.join(ROOT, "test/helpers/rabbitmq.ts")],
    bundle: true,
    platform: "node",
    format: "esm",
    outfile,
    banner: {
      js: 'import { createRequire } from "node:module";\nconst require = createRequire(import.meta.url);',
    },
  });
  return (await import(pathToFileURL(outfile).href)).startBroker();
}
