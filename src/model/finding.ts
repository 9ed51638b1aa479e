import type { Diagnostic } from "./diagnostics.js";

/** A Diagnostic that still has to be given its source line, because lines are only looked up for what is wrong. */
export interface Finding extends Diagnostic {
  /** Index of the workflow, and of the node in it, in the list of loaded workflows. */
  readonly at?: { readonly workflow: number; readonly node?: number };
}

/** Where one workflow and its nodes were written. */
export interface WorkflowSites {
  readonly workflow: Diagnostic["location"];
  readonly nodes: readonly Diagnostic["location"][];
}

/** Adds the author's file, line and column to findings. */
export function pinpoint(findings: readonly Finding[], sites: readonly WorkflowSites[]): Diagnostic[] {
  return findings.map(({ at, ...diagnostic }) => {
    if (at === undefined) return diagnostic;
    const workflow = sites[at.workflow];
    const site = (at.node === undefined ? undefined : workflow?.nodes[at.node]) ?? workflow?.workflow ?? {};
    return { ...diagnostic, location: { ...diagnostic.location, ...site } };
  });
}
