// Reads what is deployed, over and over, as workers and a scheduler do, and counts what it finds missing or half there.
//
//   node reader.js <CODE_MOUNT> <DAGs folder> <folder with a dev zip> <zip digests, comma separated>
//
// Ends at the end of its stdin, with its counts as JSON on stdout.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const [mount, dags, zips, digests] = process.argv.slice(2);
const known = new Set(digests.split(","));
const counts = {
  rounds: 0,
  dagReads: 0,
  codeReads: 0,
  zipReads: 0,
  missing: [],
  partial: [],
  devCodeReads: 0,
  devCodeMissing: 0,
};
const seen = new Set();
let zipSeen = false;
let isOver = false;
process.stdin.on("end", () => (isOver = true)).resume();

function round() {
  counts.rounds += 1;
  const names = readdirSync(dags).filter((name) => name.endsWith(".py"));
  for (const name of seen) if (name.endsWith(".py") && !names.includes(name)) counts.missing.push(name);
  for (const name of some(names)) readDag(name);
  const releases = readdirSync(mount).filter((name) => !name.startsWith("."));
  for (const name of seen) if (!name.endsWith(".py") && !releases.includes(name)) counts.missing.push(name);
  for (const name of some(releases.filter((name) => name !== "vbi_dev"))) readCode(name);
  readDevCode();
  readZip();
}

/** The newest and a few others: with hundreds of them, a round of all would take too long to be at the right moment. */
function some(names) {
  return names.length <= 8
    ? names
    : [...names.slice(-4), ...Array.from({ length: 4 }, () => names[Math.floor(Math.random() * names.length)])];
}

function readDag(name) {
  counts.dagReads += 1;
  let text;
  try {
    text = readFileSync(path.join(dags, name), "utf8");
  } catch (error) {
    counts.missing.push(`${name}: ${error.message}`);
    return;
  }
  seen.add(name);
  const [, build] = /^BUILD = "(.*)"$/m.exec(text) ?? [];
  const [, release] = /^RELEASE = "(.*)"$/m.exec(text) ?? [];
  if (build === undefined || !text.endsWith(`# end of ${build}\n`)) counts.partial.push(name);
  // A DAG that can be seen has its code.
  if (release !== undefined && release !== "vbi_dev") readCode(release);
}

function readCode(release) {
  counts.codeReads += 1;
  seen.add(release);
  try {
    if (!isWhole(path.join(mount, release))) counts.partial.push(release);
  } catch (error) {
    counts.missing.push(`${release}: ${error.message}`);
  }
}

function readDevCode() {
  counts.devCodeReads += 1;
  try {
    statSync(path.join(mount, "vbi_dev/manifest.json"));
  } catch {
    counts.devCodeMissing += 1;
  }
}

function isWhole(folder) {
  const { files } = JSON.parse(readFileSync(path.join(folder, "manifest.json"), "utf8"));
  return files.every((file) => statSync(path.join(folder, file.path)).size === file.bytes);
}

function readZip() {
  counts.zipReads += 1;
  try {
    const digest = createHash("sha256")
      .update(readFileSync(path.join(zips, "vbi_dev_workflows.zip")))
      .digest("hex");
    zipSeen = true;
    if (!known.has(digest)) counts.partial.push(`zip ${digest}`);
  } catch (error) {
    if (zipSeen) counts.missing.push(`zip: ${error.message}`);
  }
}

while (!isOver) {
  round();
  await new Promise((resolve) => setTimeout(resolve, 0));
}
console.log(JSON.stringify(counts));
