/** What client repos import us as. */
export const LIBRARY = "dkist-processing-core";

/** How Node 20.19 and later resolve an import or a `require`, in esbuild's words. A tsconfig's paths are the compiler's alone. */
export const AS_NODE_RESOLVES = {
  platform: "node" as const,
  conditions: ["module-sync"],
  mainFields: ["main"],
  tsconfigRaw: {},
};
