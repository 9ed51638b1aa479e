import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Where recipe runs keep their files while they run: the same folder for every worker of a recipe run. */
export function scratchRoot(): string {
  return process.env.DKIST_SCRATCH || join(tmpdir(), "dkist-processing-test");
}

/**
 * The folder in which the Tasks of one recipe run hand files to each other. Every name is relative to it.
 *
 *     input/        raw frames as they came              parsed/      what they are
 *     calibrated/   dark, gain and calibrated frames     quality/     metrics
 *     output/       what leaves: l1/, movie/, trial/     provenance/  who made what, with which libraries
 */
export class Scratch {
  readonly folder: string;
  /** Where a file lies until it is whole; each Task has its own. */
  readonly #partials: string;
  readonly #written = new Set<string>();

  constructor(folder: string, taskName: string) {
    this.folder = folder;
    this.#partials = join(folder, `.${taskName}.partial`);
  }

  async open(): Promise<void> {
    await mkdir(this.#partials, { recursive: true, mode: 0o700 });
  }

  /** Removes what a failed write has left. */
  async close(): Promise<void> {
    await rm(this.#partials, { recursive: true, force: true });
  }

  /** Names of the files written through this object, sorted. */
  get written(): readonly string[] {
    return [...this.#written].sort();
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Written aside and renamed: a reader never sees half a file, and a second try overwrites the first. */
  async write(name: string, content: string | Uint8Array): Promise<void> {
    const target = this.path(name);
    const partial = join(this.#partials, name.replaceAll("/", "-"));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(partial, content);
    await rename(partial, target);
    this.#written.add(name);
  }

  async writeJson(name: string, value: unknown): Promise<void> {
    await this.write(name, `${JSON.stringify(value, null, 2)}\n`);
  }

  async read(name: string): Promise<Buffer> {
    return readFile(this.path(name));
  }

  /** @throws Error that says which Task makes the file, where it is not there. */
  async readJson(name: string, madeBy: string): Promise<unknown> {
    try {
      return JSON.parse(await readFile(this.path(name), "utf8")) as unknown;
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
      throw new MissingInput(this.path(name), madeBy, cause);
    }
  }

  /** Names of the files of a folder, sorted; none where there is no such folder. */
  async list(folder: string, extension: string): Promise<string[]> {
    try {
      const names = await readdir(this.path(folder));
      return names
        .filter((name) => name.endsWith(extension))
        .map((name) => `${folder}/${name}`)
        .sort();
    } catch (cause) {
      if (isMissing(cause)) return [];
      throw cause;
    }
  }

  /** As `list`, but an empty folder is an error that says which Task fills it. */
  async listSome(folder: string, extension: string, madeBy: string): Promise<string[]> {
    const names = await this.list(folder, extension);
    if (names.length === 0) throw new MissingInput(this.path(`${folder}/*${extension}`), madeBy);
    return names;
  }

  async remove(name: string): Promise<void> {
    await rm(this.path(name), { recursive: true, force: true });
  }
}

/** A Task that runs alone finds only what earlier Tasks of the recipe run have left. */
export class MissingInput extends Error {
  constructor(path: string, madeBy: string, cause?: unknown) {
    super(`${path} is missing: run ${madeBy} for this recipe run first`, { cause });
    this.name = "MissingInput";
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
