import { afterEach, describe, expect, it } from "@jest/globals";
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { checkRendered, choosePython } from "../src/check-rendered.js";
import { silent } from "../src/model/progress.js";
import { askPython, type Python } from "../src/validate/python.js";
import { SETTINGS } from "./helpers/airflow-workflows.js";
import { removeFolders, tempFolder } from "./helpers/folders.js";

afterEach(removeFolders);

/** A real Python that writes down what it is given to compile. */
async function listeningPython(): Promise<{ python: Python; given: () => Promise<string[]> }> {
  const folder = await tempFolder({
    given: "",
    python: `#!/bin/sh\ncase "$2" in *compile*) tee -a "\${0%/*}/given" | python3 "$@";; *) exec python3 "$@";; esac\n`,
  });
  const given = path.join(folder, "given");
  const python = await askPython(path.join(folder, "python"));
  return {
    python,
    given: async () => {
      const paths = [...(await readFile(given, "utf8")).matchAll(/"path":"([^"]*)"/g)].map(([, name = ""]) => name);
      await writeFile(given, "");
      return paths;
    },
  };
}

const file = (name: string, content: string) => ({ path: name, dagId: name, content });

describe("checkRendered", () => {
  it("has Python compile what it has not compiled in the last check", async () => {
    const { python, given } = await listeningPython();
    const root = await tempFolder();
    const check = async (files: readonly ReturnType<typeof file>[], reader: Python = python): Promise<string[]> => {
      const { diagnostics } = await checkRendered(files, [], SETTINGS, {
        choice: "none",
        python: reader,
        root,
        progress: silent,
      });
      return diagnostics.map(({ location }) => location.file ?? "");
    };
    const [good, other, bad] = [file("good.py", "x = 1\n"), file("other.py", "x = 2\n"), file("bad.py", "x = = 1\n")];

    expect(await check([good, other])).toEqual([]);
    expect(await given()).toEqual(["good.py", "other.py"]);
    expect(await check([good, file("renamed.py", other.content)])).toEqual([]);
    expect(await given()).toEqual([]);
    // What is no Python is said again and again, and what was known stays known.
    expect([await check([good, bad]), await check([bad, good])]).toEqual([["bad.py"], ["bad.py"]]);
    expect(await given()).toEqual(["bad.py", "bad.py"]);
    expect(await check([good], { ...python, build: "another" })).toEqual([]);
    expect(await given()).toEqual(["good.py"]);
  });
});

describe("choosePython", () => {
  it("takes a path from the client repo, and refuses a Python without an Airflow", async () => {
    const root = await tempFolder({ "venv/python": '#!/bin/sh\nexec python3 "$@"\n' });
    await expect(choosePython("auto", root, "venv/python")).rejects.toMatchObject({
      code: "AIRFLOW_UNUSABLE",
      message: `there is no Airflow in ${root}/venv/python`,
    });
    expect(await choosePython("none", root, "venv/python")).toMatchObject({
      path: expect.stringMatching(/^\/(?!tmp)/),
    });
  });

  it.each(["auto", "./old"])("refuses a Python 2: %s", async (choice) => {
    const said = JSON.stringify({ executable: "/old", version: "2.7.18", build: "2.7.18", hasAirflow: false });
    const root = await tempFolder({ old: `#!/bin/sh\necho 'dkist-core: ${said}'\n` });
    await expect(choosePython(choice, root, "./old")).rejects.toMatchObject({
      code: "AIRFLOW_UNUSABLE",
      message: `${root}/old is not usable: it is a Python 2.7.18`,
    });
  });
});
