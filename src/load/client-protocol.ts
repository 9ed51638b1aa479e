import type { Finding, WorkflowSites } from "../model/finding.js";
import type { TaskClassModel, WorkflowModel } from "../model/workflow-model.js";

/** What the client process is asked to do. All paths are absolute. */
export type ClientRequest =
  | {
      readonly kind: "load";
      readonly root: string;
      readonly files: readonly string[];
      readonly timeoutSeconds: number;
      /** One module after the other, each announced first: slower, and names a module that ends the process. */
      readonly oneByOne: boolean;
    }
  | { readonly kind: "sites" }
  | { readonly kind: "locateTasks"; readonly modules: readonly string[] };

/** How a bundle's shim imports a Task class. */
export interface TaskExport {
  /** Absolute path of the defining module. */
  readonly module: string;
  /** The name of the export, `default` included. */
  readonly exportName: string;
  /** The class is a property of that export (CommonJS modules whose exports Node cannot see by name). */
  readonly property: string | null;
}

export interface LoadedWorkflows {
  readonly workflows: readonly WorkflowModel[];
  readonly taskClasses: readonly TaskClassModel[];
  readonly findings: readonly Finding[];
}

export interface ClientReplies {
  readonly load: LoadedWorkflows;
  readonly sites: readonly WorkflowSites[];
  readonly locateTasks: readonly (TaskExport | null)[];
}

/** What the client process says: an announcement, or the answer to its one open request. */
export type ClientMessage =
  | { readonly kind: "importing"; readonly file: string }
  | { readonly kind: "reply"; readonly value: ClientReplies[ClientRequest["kind"]] }
  | { readonly kind: "failed"; readonly reason: string };
