// The limit line of `list`: one Node process that imports the workflow modules, and does nothing with them.
import fastGlob from "fast-glob";
import { pathToFileURL } from "node:url";

const files = await fastGlob("dist/workflows/**/*.js", { cwd: process.argv[2], absolute: true });
await Promise.all(files.map((file) => import(pathToFileURL(file).href)));
