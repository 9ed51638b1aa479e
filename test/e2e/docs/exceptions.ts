/** A line of a page that a test cannot run as it is written. */
export interface Exception {
  readonly page: string;
  /** The whole line, as it is written. */
  readonly line: string;
  /** What is typed instead; empty: nothing. `$CHECKOUT` is this repo, built, `$TARBALL` the packed package, `$AIRFLOW_PYTHON` a real Airflow's. */
  readonly instead: string;
  readonly reason: string;
}

export const EXCEPTIONS: readonly Exception[] = [
  {
    page: "docs/getting-started.md",
    line: "(cd dkist-core && npm ci && npm pack --pack-destination ..)",
    instead: 'ln -s "$CHECKOUT" dkist-core && cp "$TARBALL" dkist-processing-core-0.1.0.tgz',
    reason: "the tests have built and packed this repo already",
  },
  {
    page: "docs/testing-tasks.md",
    line: "python3 -m venv .airflow",
    instead: "mkdir -p .airflow/bin",
    reason: "an Airflow takes minutes to install",
  },
  {
    page: "docs/testing-tasks.md",
    line: '.airflow/bin/pip install "apache-airflow==3.3.2" --constraint https://raw.githubusercontent.com/apache/airflow/constraints-3.3.2/constraints-3.12.txt',
    instead: `printf '#!/bin/sh\nexec "%s" "$@"\n' "$AIRFLOW_PYTHON" > .airflow/bin/python && chmod +x .airflow/bin/python`,
    reason: "an Airflow takes minutes to install: this is the one that the tests have",
  },
  ...[
    'npm run demo    # installs, builds a real client repo at version "demo", and shows what it made',
    "npm test        # installs all it needs (Airflow 2.11 and 3.3, RabbitMQ by apt as root on Debian), then runs every test",
  ].map((line) => ({
    page: "README.md",
    line,
    instead: "",
    reason: "the clone's own commands: the one is too long for a test, the other runs this test",
  })),
  ...[
    `airflow dags trigger l0_to_l1_vbi_1.0.0 --conf '{"recipe_run_id": 7}'`,
    "airflow dags pause l0_to_l1_vbi_1.1.0",
    'npx dkist-core prune --keep 3 --airflow-url "$AIRFLOW" --code-mount "$CODE_MOUNT" --dags "$DAGS_FOLDER"',
    'npx dkist-core prune --keep 3 --airflow-url "$AIRFLOW" --code-mount "$CODE_MOUNT" --dags "$DAGS_FOLDER" --empty-trash 7 --yes',
  ].map((line) => ({
    page: "docs/operations.md",
    line,
    instead: "",
    reason: "for an Airflow of the reader's own, with a scheduler; the tests of Airflow trigger their runs themselves",
  })),
];
