import { afterAll, describe, expect, it } from "@jest/globals";
import path from "node:path";
import { probeAirflow } from "../../src/validate/airflow-probe.js";
import { askPython, findPython, isPython3, programPath } from "../../src/validate/python.js";
import { removeFolders, tempFolder, type Tree } from "../helpers/folders.js";

afterAll(removeFolders);

/** A real Python that finds these packages first. */
async function pythonWith(packages: Tree): Promise<string> {
  const site = await tempFolder(packages);
  const folder = await tempFolder({ python: `#!/bin/sh\nPYTHONPATH=${site} exec python3 "$@"\n` });
  return path.join(folder, "python");
}
const metadata = (version: string): Tree => ({
  [`apache_airflow-${version}.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: apache-airflow\nVersion: ${version}\n`,
});

describe("probeAirflow", () => {
  it("finds none where there is none, nor in a folder that is called airflow", async () => {
    expect(await probeAirflow((await findPython())?.path ?? "", 60)).toEqual({ version: null, refusal: null });
    const folder = await pythonWith({ "airflow/dags/a.py": "" });
    expect(await probeAirflow(folder, 60)).toEqual({ version: null, refusal: null });
  });

  it.each<[string, string, Tree, string | null]>([
    [
      "an Airflow 3 without the provider of the BashOperator",
      "3.1.0",
      { "airflow/__init__.py": "", "airflow/sdk.py": "DAG = Param = None" },
      "ModuleNotFoundError: No module named 'airflow.providers'",
    ],
    [
      "an Airflow whose own packages do not fit",
      "2.10.5",
      { "airflow/__init__.py": "print('noise')\nraise AttributeError('sqlalchemy is too new')" },
      "AttributeError: sqlalchemy is too new",
    ],
    [
      "an Airflow that ends the process",
      "2.10.5",
      { "airflow/__init__.py": "import sys; sys.exit('no database')" },
      "SystemExit: no database",
    ],
    [
      "an Airflow 2",
      "2.10.5",
      {
        "airflow/__init__.py": "DAG = None\nprint('noise')",
        "airflow/models/param.py": "Param = None",
        "airflow/operators/bash.py": "BashOperator = None",
      },
      null,
    ],
  ])("tells of %s", async (_, version, packages, refusal) => {
    const python = await pythonWith({ ...packages, ...metadata(version) });
    expect(await probeAirflow(python, 60)).toEqual({ version, refusal });
  });

  it("ends one that takes too long", async () => {
    const python = await pythonWith({ "airflow/__init__.py": "import time; time.sleep(600)" });
    await expect(probeAirflow(python, 2)).rejects.toMatchObject({
      code: "AIRFLOW_UNUSABLE",
      message: `${python} is not usable: no answer within 2 s`,
    });
  });

  it("tells of a Python that cannot even start", async () => {
    const folder = await tempFolder({ python: "#!/bin/sh\necho 'python: bad magic' >&2; exit 3\n" });
    const python = path.join(folder, "python");
    expect(await probeAirflow(python, 60)).toEqual({ version: null, refusal: "python: bad magic" });
    await expect(askPython(python)).rejects.toMatchObject({ message: `${python} is not usable: python: bad magic` });
  });
});

describe("askPython", () => {
  it("says which Python it is, whatever it prints when it starts", async () => {
    const python = await pythonWith({ "sitecustomize.py": "print('hello')", "airflow/__init__.py": "" });
    const found = await findPython();
    expect(found?.version).toMatch(/^3\.\d+\.\d+$/);
    expect(await askPython(python)).toEqual({ ...found, path: python, hasAirflow: true });
  });

  it("fails for a program that is no Python", async () => {
    const folder = await tempFolder({ python: "#!/bin/sh\necho hello\necho True\n" });
    await expect(askPython(path.join(folder, "python"))).rejects.toMatchObject({
      code: "AIRFLOW_UNUSABLE",
      message: expect.stringMatching(/is not usable: it is no Python, and says "True"$/),
    });
  });

  it("fails where there is none", async () => {
    await expect(askPython("/no/such/python")).rejects.toMatchObject({ code: "AIRFLOW_UNUSABLE" });
  });

  it.each([
    ["3.11.7", true],
    ["2.7.18", false],
  ])("isPython3 of %s is %s", (version, is) => {
    expect(isPython3({ version })).toBe(is);
  });
});

it.each([
  ["python3", "python3"],
  [".venv/bin/python", "/repos/vbi/.venv/bin/python"],
  ["./python", "/repos/vbi/python"],
  ["/opt/python", "/opt/python"],
])("programPath(%j) is %j", (name, expected) => {
  expect(programPath(name, "/repos/vbi")).toBe(expected);
});
