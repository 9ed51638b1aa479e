import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { Finding } from "../../../src/model/finding.js";
import { writeZip } from "../../../src/artifact/zip.js";
import { renderDag } from "../../../src/render/dag.js";
import { latestFileName, renderLatest } from "../../../src/render/latest.js";
import { loadTemplates } from "../../../src/render/engine.js";
import { checkWithAirflow, loadWithAirflow } from "../../../src/validate/airflow-check.js";
import { compareWithAirflow, type AirflowReport } from "../../../src/validate/airflow-compare.js";
import { askPython } from "../../../src/validate/python.js";
import { AIRFLOW_VERSIONS, airflow } from "../../helpers/airflow.js";
import { GOLDENS, node, PROMOTED, SETTINGS, workflow } from "../../helpers/airflow-workflows.js";

/** Files that Airflow has something to say about. */
const BROKEN = workflow("broken", [node("T")]);
const WARNS = workflow("warns", [node("T")]);

describe.each(AIRFLOW_VERSIONS)("Airflow %s", (version) => {
  const { python } = airflow(version);
  let folder: string;
  let report: AirflowReport;
  let latest: AirflowReport;
  let odd: Finding[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "dags 'of ours' "));
    for (const { workflow: model, settings } of GOLDENS) {
      const { path, content } = renderDag(model, settings, loadTemplates());
      await writeFile(join(folder, path), content);
    }
    report = await loadWithAirflow(python, folder);

    const promoted = await mkdtemp(join(tmpdir(), "promoted dags "));
    await writeFile(join(promoted, latestFileName(PROMOTED.name)), renderLatest(PROMOTED, loadTemplates()));
    latest = await loadWithAirflow(python, promoted);
    await rm(promoted, { recursive: true });

    const other = await mkdtemp(join(tmpdir(), "odd dags "));
    const warns = renderDag(WARNS, SETTINGS, loadTemplates());
    const mismatch = renderDag(workflow("mismatch", [node("T", { retries: 1 })]), SETTINGS, loadTemplates());
    await writeFile(join(other, "broken_1_4_0.py"), "# airflow dag\nraise ValueError('no good')\n");
    await writeFile(
      join(other, "warns_1_4_0.py"),
      `${warns.content}\nimport warnings\nwarnings.warn("old", DeprecationWarning)\n`,
    );
    await writeFile(join(other, "mismatch_1_4_0.py"), mismatch.content);
    odd = await checkWithAirflow(python, other, [BROKEN, WARNS, workflow("mismatch", [node("T")])], SETTINGS);
    await rm(other, { recursive: true });
  }, 120_000);

  afterAll(() => rm(folder, { recursive: true, force: true }));

  it("is found without being imported", async () => {
    expect(await askPython(python)).toMatchObject({ hasAirflow: true });
  });

  it("says its version, and leaves nothing beside the files", async () => {
    expect(report.airflow).toBe(version);
    expect(await readdir(folder)).toHaveLength(GOLDENS.length);
  });

  it("loads every golden without an error, and without a warning of ours", () => {
    expect(report.importErrors).toEqual([]);
    expect(report.warnings).toEqual([]);
    expect(Object.keys(report.dags)).toHaveLength(GOLDENS.length);
  });

  it.each(GOLDENS)("understands $name as the model says", ({ workflow: model, settings }) => {
    expect(compareWithAirflow(report, [model], settings)).toEqual([]);
  });

  it("loads the same from a zip, as a release's workflow zip may be given to it as it is", async () => {
    const zipped = await mkdtemp(join(tmpdir(), "zipped dags "));
    const entries = GOLDENS.map(({ workflow: model, settings }) => {
      const { path, content } = renderDag(model, settings, loadTemplates());
      return { path, content: Buffer.from(content), executable: false };
    });
    await writeZip(join(zipped, "vbi_1.4.0_workflows.zip"), entries);
    const fromZip = await loadWithAirflow(python, zipped);
    await rm(zipped, { recursive: true });
    expect(fromZip).toEqual(report);
  });

  it("loads the alias DAGs of a promoted release, without a warning of ours", () => {
    expect(latest).toMatchObject({ importErrors: [], warnings: [] });
    expect(Object.keys(latest.dags).sort()).toEqual(["hostile_latest", "l0_to_l1_vbi_latest"]);
  });

  it("names a file that does not load, one that warns, and a field that differs", () => {
    expect(odd).toMatchObject([
      {
        severity: "error",
        code: "AIRFLOW_IMPORT_ERROR",
        message: expect.stringContaining("no good"),
        location: { workflow: "broken" },
      },
      {
        severity: "warning",
        code: "AIRFLOW_IMPORT_ERROR",
        message: expect.stringMatching(/line \d+: \w*Warning: old$/),
        location: { workflow: "warns" },
      },
      {
        severity: "error",
        code: "AIRFLOW_MISMATCH",
        message: "retries is 1 in Airflow, expected 0",
        location: { workflow: "mismatch", node: "T", field: "retries" },
      },
    ]);
  });
});
