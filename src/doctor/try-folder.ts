import { mkdtemp, rm, statfs, writeFile } from "node:fs/promises";
import path from "node:path";
import type { TempFolderFacts } from "./machine.js";

/** Writes a small file into a folder and removes it again; asks how much room there is. */
export async function tryFolder(folder: string): Promise<TempFolderFacts> {
  const [refusal, freeBytes] = await Promise.all([refusalOf(folder), freeBytesOf(folder)]);
  return { folder, refusal, freeBytes };
}

async function refusalOf(folder: string): Promise<string | undefined> {
  let made: string | undefined;
  try {
    made = await mkdtemp(path.join(folder, "dkist-core-doctor-"));
    await writeFile(path.join(made, "file"), "written by dkist-core doctor\n");
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    if (made !== undefined) await rm(made, { recursive: true, force: true });
  }
}

async function freeBytesOf(folder: string): Promise<number | undefined> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
