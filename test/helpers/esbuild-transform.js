// Lets Jest run TypeScript by the esbuild that is here anyway.
import { transformSync } from "esbuild";

export default {
  process(source, file) {
    const { code, map } = transformSync(source, {
      loader: "ts",
      format: "esm",
      target: "node20",
      sourcefile: file,
      sourcemap: "external",
    });
    return { code, map };
  },
};
