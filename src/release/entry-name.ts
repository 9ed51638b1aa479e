/** What a file system's names may hold at most. */
const MAX_PART_BYTES = 255;
const MAX_PATH_BYTES = 1024;

/**
 * Why a path must not be unpacked: it leads out of the folder, or means different files to different readers.
 *
 * @param path - relative, with forward slashes
 * @returns the reason, to be read after "the name"; null for a path that is safe
 * @example
 * whyUnsafe("../../etc/cron.d/x") // "leads out of its folder"
 */
export function whyUnsafe(path: string): string | null {
  if (path === "") return "is empty";
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path)) return "is an absolute path";
  if (path.includes("\\")) return "holds a backslash, which is a folder's end on some systems";
  // eslint-disable-next-line no-control-regex -- no file of a release has such a name
  if (/[\u0000-\u001f\u007f]/.test(path)) return "holds control characters";
  if (!path.isWellFormed() || path.includes("\ufffd")) return "is not UTF-8";
  if (/;\d*$/.test(path)) return "ends like a file's version on VMS, which unzip leaves out";
  const parts = path.split("/");
  if (parts.includes("..")) return "leads out of its folder";
  if (parts.at(-1) === "") return "is a folder's";
  if (parts.some((part) => part === "" || part === ".")) return "has parts that are no names";
  const bytes = (text: string): number => Buffer.byteLength(text);
  if (bytes(path) > MAX_PATH_BYTES || parts.some((part) => bytes(part) > MAX_PART_BYTES)) return "is too long";
  return null;
}

/**
 * Paths that are one file, or a file and its folder, where case or the form of accents does not count; each with the one
 * before it that it collides with. Equal paths collide too.
 */
export function collisions(paths: readonly string[]): [path: string, other: string][] {
  const files = new Map<string, string>();
  const folders = new Map<string, string>();
  return paths.flatMap((path): [string, string][] => {
    const folded = path.normalize("NFC").toLowerCase().normalize("NFC");
    const parents = parentsOf(folded);
    const other = files.get(folded) ?? folders.get(folded) ?? first(parents.map((parent) => files.get(parent)));
    files.set(folded, path);
    for (const parent of parents) if (!folders.has(parent)) folders.set(parent, path);
    return other === undefined ? [] : [[path, other]];
  });
}

function parentsOf(path: string): string[] {
  const parts = path.split("/");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("/"));
}

function first<T>(values: readonly (T | undefined)[]): T | undefined {
  return values.find((value) => value !== undefined);
}
