import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import path from "node:path";
import { cleanEnvironment } from "./packed-run.js";

/** What a reader sees after typing some lines. */
export interface Typed {
  /** Of the first command that failed, else 0. */
  readonly code: number | null;
  /** stdout and stderr in one, as on a terminal. */
  readonly output: string;
}

/** Keeps what a shell would: the folder it is in, and what was exported. */
const SCRIPT = `
set -e -o pipefail
if [ -f "$SESSION/state" ]; then . "$SESSION/state"; fi
trap 'code=$?; { export -p; printf "cd -- %q\\n" "$PWD"; } > "$SESSION/state"; exit $code' EXIT
`;

/** A shell of someone who types what a page says, one block after the other. Nothing of their home is used but the caches. */
export class ShellSession {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "dkist-core-session-"));
  readonly #env: Readonly<Record<string, string>>;
  readonly #start: string;
  #count = 0;

  /** @param home - `$HOME`; @param start - the folder that the first block is typed in */
  constructor(home: string, start: string) {
    mkdirSync(start, { recursive: true });
    this.#start = start;
    this.#env = {
      npm_config_cache: path.join(homedir(), ".npm"),
      npm_config_userconfig: path.join(homedir(), ".npmrc"),
      ...cleanEnvironment(),
      // Nothing that npm has to say about itself.
      npm_config_loglevel: "error",
      npm_config_fund: "false",
      npm_config_audit: "false",
      npm_config_update_notifier: "false",
      // Whoever uses git has told it who they are.
      GIT_AUTHOR_NAME: "reader",
      GIT_AUTHOR_EMAIL: "reader@example.org",
      GIT_COMMITTER_NAME: "reader",
      GIT_COMMITTER_EMAIL: "reader@example.org",
      HOME: home,
      TMPDIR: this.#folder,
      SESSION: this.#folder,
    };
  }

  /** Types lines; the first that fails ends the block. */
  async type(lines: string): Promise<Typed> {
    const screen = path.join(this.#folder, `${(this.#count += 1)}.out`);
    const file = await open(screen, "w");
    try {
      const code = await new Promise<number | null>((resolve, reject) => {
        const child = spawn("bash", ["--noprofile", "--norc", "-c", SCRIPT + lines], {
          cwd: this.#start,
          env: this.#env,
          stdio: ["ignore", file.fd, file.fd],
        });
        child.on("error", reject);
        child.on("close", resolve);
      });
      return { code, output: await readFile(screen, "utf8") };
    } finally {
      await file.close();
    }
  }
}
