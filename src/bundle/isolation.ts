import type { Message } from "esbuild";
import { readFile } from "node:fs/promises";
import path from "node:path";
import type { BuiltTask } from "./esbuild-task.js";
import { isOurModule } from "./library.js";

/** esbuild's own signs that a bundle would miss something at run time. */
const TELLING_WARNINGS: Readonly<Record<string, string>> = {
  "unsupported-require-call": "require() of a computed name",
  "indirect-require": "require used as a value",
  "unsupported-dynamic-import": "import() of a computed name",
  "require-resolve-not-external": "require.resolve()",
};

/** Raises esbuild's quiet notes to warnings, so that {@link whyNotBundled} sees them. */
export const TELLING_LOG_LEVELS = Object.fromEntries(
  Object.keys(TELLING_WARNINGS).map((id) => [id, "warning" as const]),
);

/** Source that looks for files beside itself, or starts others: it works only where its files are. */
const TELLING_SOURCE: readonly (readonly [RegExp, string])[] = [
  [/\b__dirname\b|\b__filename\b/, "__dirname"],
  [/\bimport\.meta\.(?:url|dirname|filename|resolve)\b/, "import.meta.url"],
  [/\bnew\s+Worker\s*\(/, "a worker thread"],
  [/\bcreateRequire\s*\(/, "createRequire()"],
  [/\bprocess\.dlopen\b/, "process.dlopen()"],
  [/\brequire\s*\(\s*(?:[`]|[^"'`)\s][^)]*\)|["'][^"']*["']\s*\+)/, "require() of a computed name"],
  [/\bimport\s*\(\s*(?:[`][^`]*\$\{|[A-Za-z_$][\w$.]*\s*\)|["'][^"']*["']\s*\+)/, "import() of a computed name"],
];

/** Says for each module of a bundle, once, what in its source cannot be bundled. */
export type SourceScan = (file: string) => Promise<readonly string[]>;

/** A scan that remembers: tasks share most of their modules. */
export function createSourceScan(): SourceScan {
  const known = new Map<string, Promise<readonly string[]>>();
  return (file) => {
    const scan = known.get(file) ?? readFile(file, "utf8").then(tellingSource);
    known.set(file, scan);
    return scan;
  };
}

/** What a module's source has in it that needs its files around it. */
export function tellingSource(source: string): string[] {
  const code = withoutComments(source);
  return TELLING_SOURCE.filter(([pattern]) => pattern.test(code)).map(([, what]) => what);
}

/**
 * Why a Task cannot be one file: each reason names the module, relative to the client repo. Empty when it can.
 *
 * A false alarm costs bytes, a missed one a night: whatever may need its files around it gets them.
 */
export async function whyNotBundled(root: string, result: BuiltTask["result"], scan: SourceScan): Promise<string[]> {
  const bundled = Object.values(result.metafile.outputs).flatMap((output) =>
    Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : [])),
  );
  const native = Object.keys(result.metafile.inputs).filter((file) => file.endsWith(".node"));
  const scanned = await Promise.all(
    bundled
      .filter(isScanned)
      .map(async (file) => (await scan(path.join(root, file))).map((what) => `${file}: ${what}`)),
  );
  const reasons = [
    ...native.map((file) => `${file}: a native addon`),
    ...result.warnings.flatMap(explainWarning),
    ...scanned.flat(),
  ];
  return [...new Set(reasons)].sort();
}

function isScanned(file: string): boolean {
  return /\.[cm]?js$/.test(file) && !isOurModule(file);
}

function explainWarning({ id, location }: Message): string[] {
  const what = TELLING_WARNINGS[id];
  return what === undefined ? [] : [`${location?.file ?? "a module"}: ${what}`];
}

/**
 * Only comments that begin a line are left out: elsewhere a text such as a glob can look like one, and would hide the code
 * after it.
 */
function withoutComments(source: string): string {
  return source.replace(/^\s*\/\*[\s\S]*?\*\//gm, "").replace(/^\s*\/\/.*$/gm, "");
}
