import type { DiagnosticCode } from "../diagnostics.js";
import type { Explanation } from "../explanation.js";

/** What is wrong with a release, or with where it is to be. */
export const RELEASE_EXPLANATIONS = {
  NO_COMMIT: {
    summary: "a release cannot be traced to a commit",
    meaning:
      "It is built in a folder that no git repository knows, so nobody can look later at the code that it is made of. A " +
      "warning: the release is built all the same.",
    remedy: "Build releases from a clone of the repository.",
    example: {
      language: "sh",
      wrong: "dkist-core build --version 1.4.0 --airflow none",
      right:
        "git init -q && git add --all && git commit -qm 'feat: lines'\ndkist-core build --version 1.4.0 --airflow none",
    },
  },
} as const satisfies Partial<Record<DiagnosticCode, Explanation>>;
