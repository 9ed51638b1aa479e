// Makes the references in docs/ from the commands and the sources.
//
//   node scripts/docs.js            writes docs/cli.md, docs/codes.md and docs/api/
//   node scripts/docs.js --check    writes nothing; fails when they are not what would be written
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format, resolveConfig } from "prettier";
import { createProgram } from "../dist/cli/program.js";
import { codesPage } from "../dist/report/explanation-text.js";
import { apiReference } from "./docs/api-reference.js";
import { cliReference } from "./docs/cli-reference.js";
import { ROOT } from "./steps.js";

const DOCS = path.join(ROOT, "docs");

const program = createProgram(
  () => Promise.resolve(0),
  () => undefined,
);
const api = Object.entries(await apiReference(ROOT)).map(([name, text]) => [`api/${name}`, text]);
const written = await Promise.all([["cli.md", cliReference(program)], ...api].map(formatted));
// As it is: its examples are wrong on purpose, some so that no formatter takes them.
const references = new Map([...written, ["codes.md", codesPage()]]);

const stale = [...references].filter(([name, text]) => read(name) !== text).map(([name]) => name);
const left = filesBelow("api").filter((name) => !references.has(name));
if (process.argv.includes("--check")) {
  for (const name of [...stale, ...left]) console.error(`docs/${name} is not what the sources say: npm run docs`);
  process.exitCode = stale.length + left.length === 0 ? 0 : 1;
} else {
  for (const name of left) rmSync(path.join(DOCS, name));
  for (const name of stale) {
    mkdirSync(path.dirname(path.join(DOCS, name)), { recursive: true });
    writeFileSync(path.join(DOCS, name), references.get(name));
  }
  console.log(
    [...stale, ...left].map((name) => `docs/${name}`).join("\n") ||
      "docs/cli.md, docs/codes.md and docs/api are up to date",
  );
}

async function formatted([name, text]) {
  const file = path.join(DOCS, name);
  return [name, await format(text, { ...(await resolveConfig(file)), filepath: file })];
}

function read(name) {
  const file = path.join(DOCS, name);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function filesBelow(folder) {
  const root = path.join(DOCS, folder);
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(DOCS, path.join(entry.parentPath, entry.name)));
}
