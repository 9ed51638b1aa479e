/**
 * Lays traced packages out as one real node_modules tree without links, whatever layout they come from (npm's, pnpm's,
 * workspaces): each package finds exactly the instance of each dependency that it found on this disk.
 */

/** Package instance `from` imports instance `to` by `name`. Instances are folders, without links. */
export interface PackageImport {
  readonly from: string;
  readonly name: string;
  readonly to: string;
}

/** Where one copy of a package instance goes: `""` for the program itself, else `node_modules/a/node_modules/b`. */
export interface Placement {
  readonly instance: string;
  readonly folder: string;
}

/**
 * Places every instance at the top where its name is free, else nested in the package that needs it, as npm does.
 *
 * @param program - the instance that nothing imports
 * @returns the program first; the order and the places depend on the arguments alone
 * @throws Error when no tree of folders can give every instance what it imports: one imports two different packages by one
 *   name, or packages import one another in turn in different versions
 */
export function placePackages(program: string, imports: readonly PackageImport[]): Placement[] {
  const needs = byImporter(imports);
  const placements = new Map<string, string>([["", program]]);
  const open = [""];
  for (let folder = open.shift(); folder !== undefined; folder = open.shift()) {
    for (const { from, name, to } of needs.get(placements.get(folder) ?? program) ?? []) {
      const visible = lookup(placements, folder, name);
      if (visible === to) continue;
      const place = visible === undefined ? join("", name) : join(folder, name);
      if (placements.has(place)) throw new Error(`${from} imports two different packages called ${name}`);
      placements.set(place, to);
      if (copiesAbove(placements, place, to) > MAX_COPIES_ABOVE) {
        throw new Error(
          `${to} and what it imports need one another in versions that cannot lie in one tree of folders`,
        );
      }
      open.push(place);
    }
    // A copy that was nested just now may hide what a package further down found above it.
    if (open.length === 0) open.push(...unsatisfied(placements, needs));
  }
  return [...placements].map(([folder, instance]) => ({ folder, instance }));
}

/** An instance inside a copy of itself is rare and fine; one after the other without an end is not. */
const MAX_COPIES_ABOVE = 3;

function copiesAbove(placements: ReadonlyMap<string, string>, folder: string, instance: string): number {
  let copies = 0;
  for (let here = folder; here !== ""; here = parent(here)) if (placements.get(parent(here)) === instance) copies++;
  return copies;
}

function byImporter(imports: readonly PackageImport[]): Map<string, PackageImport[]> {
  const groups = new Map<string, PackageImport[]>();
  for (const edge of imports) {
    const known = groups.get(edge.from);
    if (known === undefined) groups.set(edge.from, [edge]);
    else known.push(edge);
  }
  return groups;
}

function unsatisfied(
  placements: ReadonlyMap<string, string>,
  needs: ReadonlyMap<string, readonly PackageImport[]>,
): string[] {
  return [...placements].flatMap(([folder, instance]) =>
    (needs.get(instance) ?? []).some(({ name, to }) => lookup(placements, folder, name) !== to) ? [folder] : [],
  );
}

/** What Node would find: the nearest node_modules above. */
function lookup(placements: ReadonlyMap<string, string>, folder: string, name: string): string | undefined {
  for (let here = folder; ; here = parent(here)) {
    const found = placements.get(join(here, name));
    if (found !== undefined || here === "") return found;
  }
}

function join(folder: string, name: string): string {
  return folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
}

function parent(folder: string): string {
  const cut = folder.lastIndexOf("node_modules/");
  return folder.slice(0, Math.max(0, cut - 1));
}
