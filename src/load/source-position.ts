import { existsSync, readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Location } from "../model/diagnostics.js";

/** Where something was written: an absolute path, one-based line and column. */
interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `at name (place:line:column)` or `at place:line:column`; the place may hold anything, parentheses too. */
const FRAME = /^\s+at (?:.*? \()?(?:async )?((?:file:\/\/)?\/.*):(\d+):(\d+)\)?$/;

/**
 * The author's line behind a stack: its first frame inside the client repo, through the source map where there is one.
 * Maps are read here, when a finding needs them, and not for each module that is loaded.
 *
 * @param stack - a V8 stack text
 * @param root - the client repo, absolute
 * @returns an empty location when no frame lies in the client repo
 */
export function sourcePosition(stack: string | undefined, root: string): Location {
  return locationOf(ownFrames((stack ?? "").split("\n"), root)[0], root);
}

/**
 * The author's line behind the call that made a workflow or a node: in a workflow module, the call that led there, however
 * many helpers stand between. A helper's own line is the same for every workflow that it makes.
 *
 * @param modules - the workflow modules, absolute
 */
export function authoredPosition(stack: string | undefined, root: string, modules: ReadonlySet<string>): Location {
  const lines = (stack ?? "").split("\n");
  // Below it stands who asked for this CommonJS module, and that says nothing.
  const loader = lines.findIndex((line) => line.includes("(node:internal/modules/"));
  const frames = ownFrames(loader === -1 ? lines : lines.slice(0, loader), root);
  return locationOf(frames.findLast(({ file }) => modules.has(file)) ?? frames[0], root);
}

/** The frames inside the client repo itself. */
function ownFrames(lines: readonly string[], root: string): Position[] {
  return lines.flatMap((line) => {
    const match = FRAME.exec(line);
    if (match === null) return [];
    const [, place = "", lineText = "", columnText = ""] = match;
    if (place.includes("<anonymous>")) return []; // code that eval() made
    const file = place.startsWith("file://") ? fileURLToPath(place) : place;
    if (!file.startsWith(root + path.sep) || file.includes(`${path.sep}node_modules${path.sep}`)) return [];
    return [{ file, line: Number(lineText), column: Number(columnText) }];
  });
}

function locationOf(frame: Position | undefined, root: string): Location {
  if (frame === undefined) return {};
  const { file, line, column } = throughSourceMap(frame);
  return { file: relative(root, file), line, column };
}

/** A path in the client repo as findings show it. */
export function relative(root: string, file: string): string {
  return path.relative(root, file).split(path.sep).join("/");
}

function throughSourceMap(position: Position): Position {
  const map = sourceMapOf(position.file);
  const entry = map?.findEntry(position.line - 1, position.column - 1);
  if (entry === undefined || !("originalSource" in entry)) return position;
  const source = path.resolve(path.dirname(position.file), entry.originalSource);
  if (!existsSync(source)) return position;
  return { file: source, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
}

/** A module may place thousands of nodes, and each is looked up. */
const knownMaps = new Map<string, SourceMap | undefined>();

function sourceMapOf(file: string): SourceMap | undefined {
  if (!knownMaps.has(file)) knownMaps.set(file, loadSourceMap(file));
  return knownMaps.get(file);
}

function loadSourceMap(file: string): SourceMap | undefined {
  try {
    const url = /\/\/# sourceMappingURL=(\S+)\s*$/.exec(readFileSync(file, "utf8"))?.[1];
    if (url === undefined) return undefined;
    return new SourceMap(JSON.parse(readSourceMap(file, url)) as SourceMapPayload);
  } catch {
    return undefined; // a broken map, or a file that is no longer there, must not hide the finding
  }
}

function readSourceMap(file: string, url: string): string {
  const inline = /^data:application\/json[^,]*;base64,(.*)$/.exec(url)?.[1];
  if (inline !== undefined) return Buffer.from(inline, "base64").toString("utf8");
  return readFileSync(path.resolve(path.dirname(file), decodeURIComponent(url)), "utf8");
}
