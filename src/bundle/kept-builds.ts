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
  /** Their contents follow this description as they are. */
  readonly outputs: readonly { readonly path: string; readonly bytes: number }[];
  readonly metafile: BuiltTask["result"]["metafile"];
  readonly warnings: BuiltTask["result"]["warnings"];
}

const FOLDER = "cache/bundles";
const DIGEST_LENGTH = 64;
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
      const file = `${sha256(name).slice(0, 32)}.kept`;
      const found = readKept(path.join(root, STATE_FOLDER, FOLDER, file));
      if (found?.kept.question === asked && isAsItWas(found.kept)) return builtFrom(found.kept, found.contents);
      const begun = Date.now() - CLOCK_TICK_MS;
      const built = await build();
      if ("failure" in built) return built;
      const answer = describe(asked, built, begun);
      if (answer !== undefined) writeKept(root, file, answer, built.result.outputFiles);
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
        bytes: contents.byteLength,
      })),
      metafile: result.metafile,
      warnings: result.warnings,
    };
  }
}

function builtFrom({ program, outputs, metafile, warnings }: Kept, contents: Buffer): BuiltTask {
  let end = 0;
  const outputFiles = outputs.map(({ path: name, bytes }) => {
    end += bytes;
    return { path: name, contents: contents.subarray(end - bytes, end) };
  });
  return { program, result: { outputFiles, metafile, warnings } };
}

/** A line with the digest of the rest, a line that describes it, and contents: half a file is none. */
function readKept(file: string): { kept: Kept; contents: Buffer } | undefined {
  try {
    const all = readFileSync(file);
    const [digest, rest] = cutLine(all);
    if (sha256(rest) !== digest.toString()) return undefined;
    const [description, contents] = cutLine(rest);
    return { kept: JSON.parse(description.toString()) as Kept, contents };
  } catch {
    return undefined; // there is none yet
  }
}

function cutLine(bytes: Buffer): [line: Buffer, rest: Buffer] {
  const end = bytes.indexOf("\n");
  return [bytes.subarray(0, end), bytes.subarray(end + 1)];
}

function writeKept(root: string, file: string, kept: Kept, outputs: BuiltTask["result"]["outputFiles"]): void {
  const described = `${"0".repeat(DIGEST_LENGTH)}\n${JSON.stringify(kept)}\n`;
  const all = Buffer.concat([Buffer.from(described), ...outputs.map(({ contents }) => contents)]);
  all.write(sha256(all.subarray(DIGEST_LENGTH + 1)));
  keepInState(root, `${FOLDER}/${file}`, all);
}
