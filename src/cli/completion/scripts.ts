import { bash, fish, zsh, type ShellCompletion } from "@optique/core/completion";
import type { Suggestion as Encodable } from "@optique/core/parser";
import type { Shell } from "./shell.js";

/** Something that may stand at the cursor: a text, or a path that the shell itself completes. */
export type Suggestion =
  | { readonly kind: "text"; readonly text: string; readonly description: string }
  | {
      readonly kind: "path";
      readonly type: "file" | "folder";
      /** Such as `zip`; none: all. */
      readonly extensions?: readonly string[];
      /** What stands at the cursor already. */
      readonly typed: string;
      /** The part of it that is no path, such as `--out=`. */
      readonly attached: string;
    };

const GENERATORS: Readonly<Record<Shell, ShellCompletion>> = { bash, zsh, fish };
const NAME = "dkist-core";

/** The call in a generated script; it becomes one of ours, that first finds out which `dkist-core` was typed. */
const CALL = `${NAME} 'complete'`;
const OUR_CALL = `__dkist_core_call 'complete'`;

/**
 * A shell's completion script. On TAB it runs `dkist-core complete SHELL WORD...` and shows what that answers, so the script
 * itself knows no command and no option.
 */
export function completionScript(shell: Shell): string {
  const generated = GENERATORS[shell].generateScript(NAME, ["complete", shell]);
  if (!generated.includes(CALL)) throw new Error(`@optique/core calls the program in another way in ${shell}`);
  const [first = "", ...rest] = generated.trim().replaceAll(CALL, OUR_CALL).split("\n");
  // zsh's own first line says what the file is; from a folder of fpath, its last lines complete already.
  return shell === "zsh" ? [first, BESIDE.zsh, ...rest, ""].join("\n") : [first, ...rest, BESIDE[shell]].join("\n");
}

/** Suggestions in the words that the shell's script understands: a line each. */
export function encodeSuggestions(shell: Shell, suggestions: readonly Suggestion[]): string {
  return suggestions
    .map((suggestion) => `${[...GENERATORS[shell].encodeSuggestions([encodable(suggestion)])].join("")}\n`)
    .join("");
}

function encodable(suggestion: Suggestion): Encodable {
  if (suggestion.kind === "text") {
    const { text, description } = suggestion;
    return { kind: "literal", text, description: [{ type: "text", text: description }] };
  }
  const { type, extensions, typed, attached } = suggestion;
  return {
    kind: "file",
    type: type === "folder" ? "directory" : "file",
    ...(extensions === undefined ? {} : { extensions }),
    ...(attached === "" ? {} : { prefix: attached, pattern: typed }),
  };
}

/**
 * What each script has beside the generated part. `__dkist_core_call` runs the program that was typed when it was typed as a
 * path, the nearest one in a `node_modules` after `npx` (which itself could ask, or download), else the one on PATH. And
 * `npx dkist-core` is completed, where nobody else completes `npx`.
 */
const BESIDE: Readonly<Record<Shell, string>> = {
  bash: `
__dkist_core_call () {
  local program="\${COMP_WORDS[0]}" folder="$PWD"
  case "$program" in
    '~/'*) program="$HOME/\${program:2}" ;;
    */*) ;;
    npx)
      until [[ -x "$folder/node_modules/.bin/dkist-core" || -z "$folder" ]]; do folder="\${folder%/*}"; done
      program="$folder/node_modules/.bin/dkist-core" ;;
    *) program=dkist-core ;;
  esac
  command "$program" "$@" </dev/null
}

__dkist_core_complete () {
  _dkist-core "$@"
  # Readline marks folders itself.
  local i
  for i in "\${!COMPREPLY[@]}"; do
    if [[ -d "\${COMPREPLY[i]}" ]]; then COMPREPLY[i]="\${COMPREPLY[i]%/}"; fi
  done
}

__dkist_core_npx () {
  COMPREPLY=()
  local word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [[ "$word" == dkist-core ]]; then __dkist_core_complete "$@"; return; fi
  done
}

if [[ $(type -t compopt) == builtin ]]; then
  complete -F __dkist_core_complete dkist-core
fi

if ! complete -p npx >/dev/null 2>&1; then
  complete -o bashdefault -o default -F __dkist_core_npx npx
fi
`,
  zsh: `
__dkist_core_call () {
  local program="\${(Q)words[1]}" folder="$PWD"
  case "$program" in
    '~/'*) program="$HOME/\${program#'~/'}" ;;
    */*) ;;
    npx)
      until [[ -x "$folder/node_modules/.bin/dkist-core" || -z "$folder" ]]; do folder="\${folder%/*}"; done
      program="$folder/node_modules/.bin/dkist-core" ;;
    *) program=dkist-core ;;
  esac
  command "$program" "$@" </dev/null
}

__dkist_core_npx () {
  if (( \${words[(I)dkist-core]} && \${words[(I)dkist-core]} < CURRENT )); then
    _optique:dkist-core
  else
    _default
  fi
}

if (( $+functions[compdef] && ! $+_comps[npx] )); then
  compdef __dkist_core_npx npx
fi
`,
  fish: `
function __dkist_core_call
    set -l tokens (commandline -poc)
    set -l program dkist-core
    if string match -q '*/*' -- $tokens[1]
        set program (string replace -r '^~/' "$HOME/" -- $tokens[1])
    else if test "$tokens[1]" = npx
        set -l folder $PWD
        while test -n "$folder" -a ! -x "$folder/node_modules/.bin/dkist-core"
            set folder (string replace -r '/[^/]*$' '' -- $folder)
        end
        set program "$folder/node_modules/.bin/dkist-core"
    end
    # Of a program that is not there fish would say so, whatever stderr is.
    command -q $program; and command $program $argv </dev/null
end

complete -c npx -n 'contains -- dkist-core (commandline -poc)' -f -a '(__dkist-core_complete)'
`,
};
