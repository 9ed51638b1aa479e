import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { findCycles, type Graph } from "../../src/model/graph.js";

/** `edges("a>b b>c d")`: nodes in the order they are named, with the edges between them. */
function edges(text: string): Graph[] {
  const upstreams = new Map<string, string[]>();
  const of = (id: string): string[] => {
    const known = upstreams.get(id) ?? [];
    upstreams.set(id, known);
    return known;
  };
  for (const part of text.split(" ").filter((one) => one !== "")) {
    const [from = "", to] = part.split(">");
    of(from);
    if (to !== undefined) of(to).push(from);
  }
  return [...upstreams].map(([id, list]) => ({ id, upstreams: list }));
}

const anyGraph = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.array(fc.uniqueArray(fc.integer({ min: 0, max: size - 1 }), { maxLength: 3 }), {
      minLength: size,
      maxLength: size,
    }),
  )
  .map((lists): Graph[] => lists.map((list, index) => ({ id: `n${index}`, upstreams: list.map((one) => `n${one}`) })));

/** The plainest way to know: follow every path. */
function hasCycle(graph: readonly Graph[]): boolean {
  const upstreams = new Map(graph.map((node) => [node.id, node.upstreams]));
  const visit = (id: string, above: readonly string[]): boolean =>
    above.includes(id) || (upstreams.get(id) ?? []).some((upstream) => visit(upstream, [...above, id]));
  return graph.some(({ id }) => visit(id, []));
}

describe("findCycles", () => {
  it.each([
    { label: "no node", graph: "", cycles: [] },
    { label: "one node", graph: "a", cycles: [] },
    { label: "a chain", graph: "a>b b>c", cycles: [] },
    { label: "the diamond", graph: "a>b a>c b>d c>d", cycles: [] },
    { label: "a node above itself", graph: "a>a", cycles: ["a>a"] },
    { label: "two nodes", graph: "a>b b>a", cycles: ["a>b>a"] },
    { label: "three nodes, along the edges", graph: "a>b b>c c>a", cycles: ["a>b>c>a"] },
    { label: "the tail above a cycle is not part of it", graph: "x>a a>b b>a", cycles: ["a>b>a"] },
    { label: "the tail below a cycle is not part of it", graph: "a>b b>a b>y y>z", cycles: ["a>b>a"] },
    { label: "two apart", graph: "a>b b>a c>d d>c", cycles: ["a>b>a", "c>d>c"] },
    { label: "two that share a node are one finding", graph: "a>b b>a b>c c>b", cycles: ["a>b>a"] },
    { label: "one below the other", graph: "a>b b>a b>c c>d d>c", cycles: ["a>b>a", "c>d>c"] },
    { label: "a repeated edge", graph: "a>b a>b b>a", cycles: ["a>b>a"] },
  ])("$label: $graph", ({ graph, cycles }) => {
    expect(findCycles(edges(graph)).map((cycle) => cycle.join(">"))).toEqual(cycles);
  });

  it("ignores an upstream that is no node", () => {
    expect(findCycles([{ id: "a", upstreams: ["elsewhere"] }])).toEqual([]);
  });

  it("finds one exactly where there is one, and each is a path along the edges with no node of another", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const cycles = findCycles(graph);
        expect(cycles.length > 0).toBe(hasCycle(graph));
        const upstreams = new Map(graph.map((node) => [node.id, node.upstreams]));
        for (const cycle of cycles) {
          expect(cycle.at(-1)).toBe(cycle[0]);
          for (const [index, id] of cycle.slice(1).entries()) expect(upstreams.get(id)).toContain(cycle[index]);
        }
        const members = cycles.flatMap((cycle) => cycle.slice(1));
        expect(new Set(members).size).toBe(members.length);
      }),
      { numRuns: 500 },
    );
  });

  it("leaves no cycle once the nodes it named are gone", () => {
    fc.assert(
      fc.property(anyGraph, (graph) => {
        const named = new Set(findCycles(graph).flat());
        expect(hasCycle(graph.filter(({ id }) => !named.has(id)))).toBe(false);
      }),
    );
  });
});

describe("size", () => {
  const chain = (length: number): Graph[] =>
    Array.from({ length }, (_, index) => ({ id: `n${index}`, upstreams: index === 0 ? [] : [`n${index - 1}`] }));

  it("takes a chain of 5,000 nodes, whichever way it is added", () => {
    const forward = chain(5000);
    expect(findCycles([...forward].reverse())).toEqual([]);
    expect(findCycles(forward)).toEqual([]);
  });

  it("finds a cycle of 5,000 nodes", () => {
    const [first, ...rest] = chain(5000);
    const [cycle] = findCycles([{ id: first?.id ?? "", upstreams: ["n4999"] }, ...rest]);
    expect(cycle).toHaveLength(5001);
  });

  it("takes 100,000 nodes, also when all of them are in cycles of two", () => {
    const started = performance.now();
    expect(findCycles(chain(100_000))).toEqual([]);
    const pairs = Array.from({ length: 100_000 }, (_, index) => ({ id: `n${index}`, upstreams: [`n${index ^ 1}`] }));
    expect(findCycles(pairs)).toHaveLength(50_000);
    expect(performance.now() - started).toBeLessThan(20_000);
  });
});
