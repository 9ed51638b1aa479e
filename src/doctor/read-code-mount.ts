import { constants, readdir } from "node:fs/promises";
import path from "node:path";
import { byCodeUnit } from "../model/naming.js";
import type { CodeMountFacts, CodeMountReleases } from "./code-mount.js";
import { isAllowed, readNamedFolder } from "./read-named-folder.js";

/** What the code zip of every release holds. */
const PARTS = ["manifest.json", "notify-failure.js", "tasks"];

/** @param folder - the value of CODE_MOUNT; an empty one counts as not set */
export function readCodeMount(folder: string | undefined): Promise<CodeMountFacts> {
  return readNamedFolder(folder, findReleases);
}

async function findReleases(folder: string): Promise<CodeMountReleases> {
  // Folders under way, and what was put aside, begin with a dot.
  const names = (await readdir(folder)).filter((name) => !name.startsWith(".")).sort(byCodeUnit);
  const found = await Promise.all(names.map((name) => missingParts(path.join(folder, name), name)));
  return {
    releases: found.filter(({ lacks }) => lacks.length === 0).map(({ name }) => name),
    // A folder that has nothing of a release is something else.
    incomplete: found.filter(({ lacks }) => lacks.length > 0 && lacks.length < PARTS.length),
  };
}

async function missingParts(folder: string, name: string): Promise<{ name: string; lacks: string[] }> {
  const lacks = await Promise.all(
    PARTS.map(async (part) => ((await isAllowed(path.join(folder, part), constants.R_OK)) ? [] : [part])),
  );
  return { name, lacks: lacks.flat() };
}
