// Case: how large the example's code zip is, against its production node_modules and dist in a zip of the same making.
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { writeZip } from "../../dist/artifact/zip.js";
import { CACHE, EXAMPLE, ROOT } from "../folders.js";
import { unpackedRelease } from "../release.js";

export async function codeSizeCase({ original }) {
  unpackedRelease(original, EXAMPLE, "dkist-processing-test");
  const artifacts = path.join(CACHE, "release-dkist-processing-test/artifacts");
  const code = readdirSync(artifacts).find((name) => name.endsWith("_code.zip"));
  const whole = path.join(CACHE, "node_modules.zip");
  const files = [...filesBelow(path.join(EXAMPLE, "dist")), ...productionFiles()].sort();
  const entries = files.map((file) => ({
    path: path.relative(ROOT, file),
    content: readFileSync(file),
    executable: false,
  }));
  await writeZip(whole, entries);
  return { code: statSync(path.join(artifacts, code)).size, whole: statSync(whole).size, files: files.length };
}

/** With our own package, which is linked here, and what it needs: the same as `npm ci --omit=dev` would install. */
function productionFiles() {
  const packages = [EXAMPLE, ROOT].flatMap((folder) => {
    const { packages: locked } = JSON.parse(readFileSync(path.join(folder, "package-lock.json"), "utf8"));
    return Object.entries(locked)
      .filter(([name, { dev, devOptional, link }]) => name.startsWith("node_modules/") && !(dev || devOptional || link))
      .map(([name]) => path.join(folder, name))
      .filter((one) => existsSync(one)); // those for other platforms are not
  });
  const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  const own = JSON.parse(packed)[0].files.map((file) => path.join(ROOT, file.path));
  return [...new Set(packages)].flatMap(filesBelow).concat(own);
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    // Nested packages are in the list themselves.
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : filesBelow(name);
    return entry.isFile() ? [name] : [];
  });
}
