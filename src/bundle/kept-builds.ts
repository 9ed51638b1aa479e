import { readFileSync } from "node:fs";
import path from "node:path";
import { keepInState, STATE_FOLDER } from "../disk/state-folder.js";
import { sha256 } from "../model/digest.js";
import { createDiskState, resolutionFolders } from "./disk-state.js";
import type { BuiltTask, FailedTask } from "./esbuild-task.js";
import { isOurModule } from "./library.js";

/** What esbuild gave for each Task, kept from one build of a client repo to the next. */
export interface KeptBuilds {
  /**
   * What was built for this question before, where every file that went into it and everything that imports are resolved by
   * is as it was; else what is built now.
   *
   * @param name - of the answer: there is one for each, of the last question
   * @param question - all that decides it beside the disk
   */
  get(name: string, question: string, build: () => Promise<BuiltTask | FailedTask>): Promise<BuiltTask | FailedTask>;
}

/** An answer as it is kept. */
interface Kept {
  readonly question: string;
  /** Digests of what went into it and of what decides how imports are resolved, by absolute path. */
  readonly files: Readonly<Record<string, string>>;
  readonly folders: Readonly<Record<string, string>>;
  readonly program: BuiltTask["program"];
  readonly outputs: readonly { readonly path: string; readonly text: string }[];
  readonly metafile: BuiltTask["result"]["metafile"];
  readonly warnings: BuiltTask["result"]["warnings"];
}

const FOLDER = "cache/bundles";
/** The clock of a disk may be that much behind: what was changed only just before a build is not kept. */
const CLOCK_TICK_MS = 20;

/**
 * The builds that are kept in a client repo. What cannot be read or written there is built again.
 *
 * @param root - the client repo, absolute
 */
export function keptBuilds(root: string): KeptBuilds {
  const disk = createDiskState(root);
  return {
    get: async (name, question, build) => {
      const asked = sha256(question);
      const file = `${sha256(name).slice(0, 32)}.json`;
      const kept = readKept(path.join(root, STATE_FOLDER, FOLDER, file));
      if (kept?.question === asked && isAsItWas(kept)) return builtFrom(kept);
      const begun = Date.now() - CLOCK_TICK_MS;
      const built = await build();
      if ("failure" in built) return built;
      const answer = describe(asked, built, begun);
      if (answer !== undefined) writeKept(root, file, answer);
      return built;
    },
  };

  function isAsItWas({ files, folders }: Kept): boolean {
    return (
      Object.entries(files).every(([file, digest]) => disk.file(file) === digest) &&
      Object.entries(folders).every(([folder, digest]) => disk.folder(folder) === digest)
    );
  }

  /** Undefined where it cannot be said what went into it, or where that was changed while it was built. */
  function describe(question: string, { result, program }: BuiltTask, begun: number): Kept | undefined {
    const inputs = Object.keys(result.metafile.inputs)
      .filter((input) => !isOurModule(input))
      .map((input) => path.resolve(root, input));
    const files = new Map<string, string>();
    for (const input of inputs) {
      const digest = disk.file(input);
      if (digest === undefined || disk.isChangedSince(input, begun)) return undefined;
      files.set(input, digest);
    }
    const folders = resolutionFolders([...inputs, path.join(root, "package.json")]);
    return {
      question,
      files: Object.fromEntries(files),
      folders: Object.fromEntries(folders.map((folder) => [folder, disk.folder(folder)])),
      program,
      outputs: result.outputFiles.map(({ path: name, contents }) => ({
        path: path.basename(name),
        text: Buffer.from(contents).toString("utf8"),
      })),
      metafile: result.metafile,
      warnings: result.warnings,
    };
  }
}

function builtFrom({ program, outputs, metafile, warnings }: Kept): BuiltTask {
  const outputFiles = outputs.map(({ path: name, text }) => ({ path: name, contents: Buffer.from(text) }));
  return { program, result: { outputFiles, metafile, warnings } };
}

/** A line with the digest of the rest: half a file is none. */
function readKept(file: string): Kept | undefined {
  try {
    const text = readFileSync(file, "utf8");
    const end = text.indexOf("\n");
    const body = text.slice(end + 1);
    return sha256(body) === text.slice(0, end) ? (JSON.parse(body) as Kept) : undefined;
  } catch {
    return undefined; // there is none yet
  }
}

function writeKept(root: string, file: string, kept: Kept): void {
  const body = JSON.stringify(kept);
  keepInState(root, `${FOLDER}/${file}`, `${sha256(body)}\n${body}`);
}
