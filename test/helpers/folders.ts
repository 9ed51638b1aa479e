import { chmod, mkdir, mkdtemp, readdir, readFile, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

/** What a folder holds: path to text. `link:` makes a link; a text that starts with `#!` makes a program. */
export type Tree = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

const made: string[] = [];

/** A new folder, without links in its path, with these files in it. Removed by {@link removeFolders}. */
export async function tempFolder(tree: Tree = {}, ...below: string[]): Promise<string> {
  const top = await realpath(await mkdtemp(path.join(tmpdir(), "dkist-core-test-")));
  made.push(top);
  const folder = path.join(top, ...below);
  await mkdir(folder, { recursive: true });
  await writeTree(folder, tree);
  return folder;
}

/** Call it in `afterEach` or `afterAll`. */
export async function removeFolders(): Promise<void> {
  await Promise.all(made.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
}

export async function writeTree(folder: string, tree: Tree): Promise<void> {
  for (const [name, content] of Object.entries(tree)) {
    const file = path.join(folder, name);
    await mkdir(path.dirname(file), { recursive: true });
    if (typeof content === "object" && "link" in content) await symlink(content.link, file);
    else await writeFile(file, content);
    if (typeof content === "string" && content.startsWith("#!")) await chmod(file, 0o755);
  }
}

/** Every file below a folder, sorted, with its text. */
export async function readTree(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
    .sort();
  return Object.fromEntries(
    await Promise.all(files.map(async (file) => [file, await readFile(path.join(folder, file), "utf8")] as const)),
  );
}
