/** A folder that a variable names, and what was found in it. */
export type NamedFolder<Inside> =
  | { readonly kind: "not set" }
  | { readonly kind: "relative" | "missing" | "no folder"; readonly folder: string }
  | { readonly kind: "unreadable"; readonly folder: string; readonly reason: string }
  | ({ readonly kind: "folder"; readonly folder: string; readonly writable: boolean } & Inside);
