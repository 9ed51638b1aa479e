// Case: what the command line costs on the example: `--help`, and `list`, which cannot be faster than importing the modules.
import path from "node:path";
import { CLI, EXAMPLE } from "../folders.js";
import { compare } from "../timing/compare.js";

export async function commandsCase({ meter, rounds }) {
  const side = (name, ...argv) => ({ name, command: { argv: [process.execPath, ...argv], cwd: EXAMPLE } });
  const sides = [
    side("dkist-core --help", CLI, "--help"),
    side("dkist-core list", CLI, "list"),
    side("importing the same modules", path.join(import.meta.dirname, "../limit/import.js"), EXAMPLE),
    side("node -e 0", "-e", "0"),
  ];
  const [help, list, imports, node] = await compare(meter, sides, { rounds, memory: true });
  return { help, list, imports, node };
}
