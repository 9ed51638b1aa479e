import { spawn } from "node:child_process";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import { PACKAGE_ROOT } from "./client-repo.js";
import { tempFolder } from "./folders.js";

/** A shell at a terminal of its own, to which keys are sent. */
export interface InteractiveShell {
  /**
   * Types a command line, presses TAB and takes the line away again.
   *
   * @returns the line as TAB left it, and all that the terminal showed
   */
  complete(line: string): Promise<{ readonly line: string; readonly shown: string }>;
  close(): Promise<void>;
}

/** Ctrl-X l shows the line between these marks; Ctrl-X d takes it away. */
const STARTUP = {
  bash: `
PS1='ready> '
bind 'set show-all-if-ambiguous on'; bind 'set page-completions off'; bind 'set completion-query-items 0'
bind -x '"\\C-xl": printf "<line>%s</line>" "$READLINE_LINE"'
bind '"\\C-xd": kill-whole-line'
`,
  zsh: `
PS1='ready> '
autoload -U compinit; compinit -u -D
LISTMAX=1000
# Not the usual expand-or-complete: that one itself runs a $(...) at the cursor.
bindkey '^I' complete-word
show-line () { zle -I; print -rn -- "<line>$BUFFER</line>"; }
zle -N show-line; bindkey '^Xl' show-line; bindkey '^Xd' kill-whole-line
`,
};

/** The pseudo terminal; Node has none. */
const PTY = "import pty, sys; pty.spawn(sys.argv[1:])";

/**
 * Starts a shell that has nothing but our completion.
 *
 * @param options - `path`: a folder that comes first on PATH; `startup`: lines for its start-up file
 */
export async function openShell(
  shell: "bash" | "zsh",
  options: { readonly cwd: string; readonly path: string; readonly startup: string },
): Promise<InteractiveShell> {
  const home = await tempFolder({
    [shell === "bash" ? ".bashrc" : ".zshrc"]: `${STARTUP[shell]}\n${options.startup}\n`,
  });
  const command =
    shell === "bash" ? ["bash", "--noprofile", "--rcfile", path.join(home, ".bashrc"), "-i"] : ["zsh", "-d", "-i"];
  const child = spawn("python3", ["-c", PTY, ...command], {
    cwd: options.cwd,
    env: { ...shellEnvironment(options.path), HOME: home, ZDOTDIR: home },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let shown = "";
  let wake = (): void => undefined;
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
    wake();
  });
  const until = async (end: string): Promise<string> => {
    while (!shown.includes(end)) {
      const more = new Promise<void>((resolve) => (wake = resolve));
      await Promise.race([more, ended.then(() => Promise.reject(new Error(`${shell} has ended:\n${shown}`)))]);
    }
    const at = shown.indexOf(end) + end.length;
    const text = shown.slice(0, at);
    shown = shown.slice(at);
    return text;
  };
  await until("ready> ");
  return {
    complete: async (line) => {
      child.stdin.write(`${line}\t\u0018l\u0018d`);
      const text = await until("</line>");
      return {
        line: /<line>([^]*)<\/line>$/.exec(text)?.[1] ?? "",
        shown: stripVTControlCharacters(text).replaceAll("\r", ""),
      };
    },
    close: async () => {
      // Without its terminal, the shell ends too.
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** The environment of a shell under test: no variable of ours, and `path` before the system's own folders. */
export function shellEnvironment(folder: string): NodeJS.ProcessEnv {
  return {
    PATH: [folder, path.dirname(process.execPath), "/usr/local/bin", "/usr/bin", "/bin"].join(":"),
    LANG: "C.UTF-8",
    TERM: "xterm",
    // The machine may be busy.
    DKIST_COMPLETION_TIMEOUT_SECONDS: "60",
  };
}

/** A folder for PATH with our command in it, as an installation has. */
export function commandFolder(): Promise<string> {
  return tempFolder({ "dkist-core": { link: path.join(PACKAGE_ROOT, "bin/dkist-core.js") } });
}
