import { describe, expect, it } from "@jest/globals";
import { tmpdir } from "node:os";

import { airflowEnvironment, checkWithAirflow } from "../../src/validate/airflow-check.js";
import { compareWithAirflow, type AirflowReport } from "../../src/validate/airflow-compare.js";
import { askPython, compileWithPython, findPython } from "../../src/validate/python.js";
import { node, SETTINGS, workflow } from "../helpers/airflow-workflows.js";

const TASK = {
  upstreams: [],
  resourceQueue: "default",
  pool: "default_pool",
  retries: 0,
  retryDelaySeconds: 60,
  executionTimeoutSeconds: null,
  owner: "DKIST Data Center",
  triggerRule: "all_success",
  priorityWeight: 1,
  failureCallback: true,
};
const DAG = {
  file: "w_1_4_0.py",
  serializationError: null,
  tags: ["1.4.0", "vbi"],
  params: { recipe_run_id: { type: "integer", minimum: 1, maximum: 9007199254740991, title: "Recipe run id" } },
  pausedUponCreation: false,
  maxActiveRuns: 16,
  catchup: false,
  failureCallback: false,
  tasks: { A: TASK, B: { ...TASK, upstreams: ["A"] } },
};
const REPORT: AirflowReport = { airflow: "3.3.2", importErrors: [], warnings: [], dags: { "w_1.4.0": DAG } };
const WORKFLOW = workflow("w", [node("A"), node("B", { upstreams: ["A"] })], { tags: ["vbi"] });

/** What is found when Airflow understood the DAG, or its task B, otherwise. */
function findings(dag: object, task: object = {}, settings: object = {}) {
  const tasks = { ...DAG.tasks, B: { ...DAG.tasks.B, ...task } };
  const report = { ...REPORT, dags: { "w_1.4.0": { ...DAG, tasks, ...dag } } };
  return compareWithAirflow(report, [WORKFLOW], { ...SETTINGS, ...settings });
}

describe("compareWithAirflow", () => {
  it("finds nothing where Airflow understood the model", () => {
    expect(compareWithAirflow(REPORT, [WORKFLOW], SETTINGS)).toEqual([]);
  });

  it.each([
    ["upstreams", [], '["A"]'],
    ["resourceQueue", "gpu", '"default"'],
    ["pool", "scratch", '"default_pool"'],
    ["retries", 1, "0"],
    ["retryDelaySeconds", 59.9, "60"],
    ["executionTimeoutSeconds", 5, "null"],
    ["owner", "airflow", '"DKIST Data Center"'],
    ["triggerRule", "all_done", '"all_success"'],
    ["priorityWeight", 2, "1"],
    ["failureCallback", false, "true"],
  ])("names workflow, node and field of a wrong %s", (field, got, expected) => {
    expect(findings({}, { [field]: got })).toEqual([
      {
        severity: "error",
        code: "AIRFLOW_MISMATCH",
        message: `${field} is ${JSON.stringify(got)} in Airflow, expected ${expected}`,
        hint: expect.stringContaining("an own template may leave this out"),
        location: { file: "dist/workflows/w.js", workflow: "w", node: "B", field },
        at: { workflow: 0, node: 1 },
      },
    ]);
  });

  it.each([
    ["tags", { tags: ["vbi"] }],
    ["catchup", { catchup: true }],
    ["pausedUponCreation", { pausedUponCreation: null }],
    ["killedTaskBackstop", { failureCallback: true }],
    ["recipe_run_id", { params: {} }],
    ["recipe_run_id", { params: { recipe_run_id: { ...DAG.params.recipe_run_id, maximum: 1e21 } } }],
    ["nodes", { tasks: { A: TASK } }],
    ["nodes", { tasks: { ...DAG.tasks, C: TASK } }],
  ])("names workflow and field of wrong %s", (field, dag) => {
    const location = { file: "dist/workflows/w.js", workflow: "w", field };
    expect(findings(dag)).toMatchObject([{ code: "AIRFLOW_MISMATCH", location, at: { workflow: 0 } }]);
  });

  it("compares the active runs only where they are set", () => {
    expect(findings({}, {}, { maxActiveRuns: null })).toEqual([]);
    expect(findings({}, {}, { maxActiveRuns: 3 })).toMatchObject([
      { message: "maxActiveRuns is 16 in Airflow, expected 3" },
    ]);
  });

  it("takes a delay for equal that differs by less than a microsecond", () => {
    const model = workflow("w", [node("A", { retryDelaySeconds: 0.1 + 0.2 })], { tags: ["vbi"] });
    const dag = { ...DAG, tasks: { A: { ...TASK, retryDelaySeconds: 0.3 } } };
    expect(compareWithAirflow({ ...REPORT, dags: { "w_1.4.0": dag } }, [model], SETTINGS)).toEqual([]);
  });

  it("tells an import error once, by its last line, and does not miss the DAG as well", () => {
    const message = "Traceback (most recent call last):\n  File ...\nNameError: name 'x' is not defined\n";
    const report = { ...REPORT, dags: {}, importErrors: [{ file: "w_1_4_0.py", message }] };
    expect(compareWithAirflow(report, [WORKFLOW], SETTINGS)).toMatchObject([
      {
        severity: "error",
        code: "AIRFLOW_IMPORT_ERROR",
        message: "Airflow 3.3.2 cannot load w_1_4_0.py: NameError: name 'x' is not defined",
        hint: expect.stringContaining("load the rendered file there"),
        location: { file: "dist/workflows/w.js", workflow: "w" },
        at: { workflow: 0 },
      },
    ]);
  });

  it("tells an import error of a file that is of no workflow where it is, and misses the DAG as well", () => {
    const report = { ...REPORT, dags: {}, importErrors: [{ file: "own.py", message: "SyntaxError: x" }] };
    expect(compareWithAirflow(report, [WORKFLOW], SETTINGS)).toMatchObject([
      { message: "Airflow 3.3.2 cannot load own.py: SyntaxError: x", location: { file: "own.py" } },
      { code: "AIRFLOW_MISMATCH", location: { file: "dist/workflows/w.js" } },
    ]);
  });

  it("takes upstreams and tags in any order, and each once", () => {
    const tags = ["vbi", "vbi"];
    const model = workflow("w", [node("A"), node("B"), node("C", { upstreams: ["B", "A", "B"] })], { tags });
    const tasks = { A: TASK, B: TASK, C: { ...TASK, upstreams: ["A", "B"] } };
    const dag = { ...DAG, tags: ["vbi", "1.4.0"], tasks };
    expect(compareWithAirflow({ ...REPORT, dags: { "w_1.4.0": dag } }, [model], SETTINGS)).toEqual([]);
  });

  it("takes nothing that every object has for a task", () => {
    const model = workflow("w", [node("A"), node("B", { upstreams: ["A"] }), node("toString")], { tags: ["vbi"] });
    expect(compareWithAirflow(REPORT, [model], SETTINGS)).toMatchObject([
      { message: 'nodes is ["A","B"] in Airflow, expected ["A","B","toString"]' },
    ]);
  });

  it("tells a DAG that Airflow did not see at all", () => {
    expect(compareWithAirflow({ ...REPORT, dags: {} }, [WORKFLOW], SETTINGS)).toMatchObject([
      { code: "AIRFLOW_MISMATCH", message: "Airflow 3.3.2 found no DAG w_1.4.0 in w_1_4_0.py" },
    ]);
  });

  it("tells what a DAG file warns about, and what cannot be stored", () => {
    const warnings = [{ file: "w_1_4_0.py", line: 3, message: "DeprecationWarning: use y" }];
    expect(compareWithAirflow({ ...REPORT, warnings }, [WORKFLOW], SETTINGS)).toMatchObject([
      {
        severity: "warning",
        code: "AIRFLOW_IMPORT_ERROR",
        message: "Airflow 3.3.2 warns while it loads w_1_4_0.py, line 3: DeprecationWarning: use y",
      },
    ]);
    expect(findings({ serializationError: "a\nTypeError: no" })).toMatchObject([
      {
        severity: "error",
        code: "AIRFLOW_IMPORT_ERROR",
        message: "Airflow 3.3.2 cannot store the DAG w_1.4.0: TypeError: no",
      },
    ]);
  });
});

describe("airflowEnvironment", () => {
  it("keeps the user's own Airflow away", () => {
    const user = {
      PATH: "/bin",
      AIRFLOW_HOME: "/home/user/airflow",
      AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: "postgresql://production",
      AIRFLOW_CONN_X: "secret",
      _AIRFLOW__AS_LIBRARY: "1",
      PYTHONWARNINGS: "error",
    };
    const environment = airflowEnvironment(user, "/tmp/home", "/tmp/dags");
    expect(environment).toMatchObject({
      PATH: "/bin",
      AIRFLOW_HOME: "/tmp/home",
      AIRFLOW__CORE__DAGS_FOLDER: "/tmp/dags",
    });
    expect(JSON.stringify(environment)).not.toMatch(/production|secret|error|AS_LIBRARY/);
  });
});

describe("a Python that is no use", () => {
  it("is an error when it is not there", async () => {
    await expect(checkWithAirflow("/no/such/python", tmpdir(), [], SETTINGS)).rejects.toMatchObject({
      code: "AIRFLOW_UNUSABLE",
      hint: expect.stringContaining("apache-airflow"),
    });
    const files = [{ path: "good.py", content: "x = 1\n" }];
    await expect(compileWithPython("/no/such/python", files)).rejects.toMatchObject({ code: "AIRFLOW_UNUSABLE" });
  });

  it("is an error when there is no Airflow in it", async () => {
    const python = (await findPython())?.path ?? "";
    expect(await askPython(python)).toMatchObject({ hasAirflow: false });
    await expect(checkWithAirflow(python, tmpdir(), [], SETTINGS)).rejects.toMatchObject({
      code: "AIRFLOW_UNUSABLE",
      message: expect.stringContaining("there is no Airflow in it"),
    });
  });
});

describe("compileWithPython", () => {
  it("names the file and the line", async () => {
    const python = (await findPython())?.path ?? "";
    const files = [
      { path: "good.py", content: "x = 1\n" },
      { path: "a b/bad.py", content: "x = 1\ny = = 2\n" },
      { path: "nul.py", content: "x\0" },
    ];
    expect(await compileWithPython(python, files)).toMatchObject([
      { severity: "error", code: "AIRFLOW_IMPORT_ERROR", location: { file: "a b/bad.py", line: 2 } },
      { severity: "error", code: "AIRFLOW_IMPORT_ERROR", location: { file: "nul.py" } },
    ]);
  });

  it("compiles many in several processes, and keeps their order", async () => {
    const python = (await findPython())?.path ?? "";
    const files = Array.from({ length: 250 }, (_, index) => ({
      path: `f${index}.py`,
      content: index % 60 === 7 ? "y = = 2\n" : "x = 1\n",
    }));
    const found = await compileWithPython(python, files);
    expect(found.map(({ location }) => location.file)).toEqual(["f7.py", "f67.py", "f127.py", "f187.py", "f247.py"]);
  });
});
