import type { CommonOptions } from "../program.js";
import type { Terminal } from "../terminal.js";
import { completionScript } from "../completion/scripts.js";
import type { Shell } from "../completion/shell.js";
import { show } from "./shared.js";

/** `dkist-core completion`: the script that a shell's start-up file sources. */
export function completion(options: CommonOptions & { readonly shell?: Shell }, terminal: Terminal): Promise<number> {
  const { shell = "bash" } = options;
  const outcome = { ok: true, diagnostics: [], result: { shell, script: completionScript(shell) } };
  return Promise.resolve(show("completion", outcome, options, terminal, ({ script }) => script));
}
