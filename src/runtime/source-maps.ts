import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";

/**
 * Makes stacks name the author's source lines. Node's own switch for it reads and parses the map of every module as the
 * module is loaded, which takes longer than all else the runtime does; here a map is read when a stack first needs it.
 */
export function mapStacksLazily(): void {
  const maps = new Map<string, SourceMap | undefined>();
  const mapOf = (file: string): SourceMap | undefined => {
    if (!maps.has(file)) maps.set(file, readMap(file));
    return maps.get(file);
  };
  Error.prepareStackTrace = (error, frames) =>
    [headOf(error), ...frames.map((frame) => `    at ${describeFrame(frame, mapOf)}`)].join("\n");
}

function describeFrame(frame: NodeJS.CallSite, mapOf: (file: string) => SourceMap | undefined): string {
  // The types leave out that a frame has a text of its own.
  const text = (frame as { toString(): string }).toString();
  const name = frame.getFileName();
  const line = frame.getLineNumber();
  const column = frame.getColumnNumber();
  if (!name || name.startsWith("node:") || line === null || column === null) return text;
  const file = name.startsWith("file:") ? fileURLToPath(name) : name;
  const entry = mapOf(file)?.findEntry(line - 1, column - 1);
  if (entry === undefined || !("originalSource" in entry)) return text;
  const source = sourceName(file, entry.originalSource);
  return text.replace(
    `${name}:${line}:${column}`,
    () => `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`,
  );
}

/** Where the source lay when the release was built says nothing on a worker: only what is below the client repo is shown. */
function sourceName(file: string, source: string): string {
  const isRelative = /^\.{1,2}\//.test(source);
  if (!isRelative) return source;
  const path = source.replace(/^(?:\.{1,2}\/)+/, "");
  return source.startsWith("../") ? path : normalize(join(dirname(file), path));
}

/** Undefined where there is no map, or none that can be read: a stack without source lines is better than none. */
function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(`${file}.map`, "utf8")) as SourceMapPayload);
  } catch {
    return undefined;
  }
}

/** As V8 begins a stack. */
function headOf(error: Error): string {
  try {
    return Error.prototype.toString.call(error);
  } catch {
    return "Error";
  }
}
