/** What users write, in a DAG file: read by a real Airflow, rendered by its Jinja, and run by bash. */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { byCodeUnit } from "../../../src/model/naming.js";
import { renderDag } from "../../../src/render/dag.js";
import { loadTemplates } from "../../../src/render/engine.js";
import { airflowEnvironment } from "../../../src/validate/airflow-check.js";
import { runPython } from "../../../src/validate/python.js";
import { AIRFLOW_VERSIONS, airflow } from "../../helpers/airflow.js";
import { node, SETTINGS, workflow } from "../../helpers/airflow-workflows.js";
import { isPythonText, manyTexts } from "../../helpers/hostile.js";

const DRIVER = fileURLToPath(new URL("../../helpers/airflow-texts.py", import.meta.url));

interface Read {
  readonly tags: readonly string[];
  readonly owners: readonly string[];
  readonly queues: readonly string[];
  readonly confs: readonly string[];
  readonly deep: string;
}

describe.each(AIRFLOW_VERSIONS)("texts in a DAG file, in Airflow %s", (version) => {
  /** A resource queue may be any text; a tag has 100 characters at most, as the rules have it. */
  const texts = manyTexts((text) => isPythonText(text) && text !== "");
  const tags = texts.filter((text) => Array.from(text).length <= 100);
  const owner = texts.join("|").slice(0, 20_000).toWellFormed().replaceAll("\ufffd", "");
  const nodeCommand = `it's "$(touch pwned)" {{ 7*7 }} \`id\` \\ \u{1f52d}.sh`;
  let folder: string;
  let read: Read;

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "texts "));
    const nodes = texts.map((text, index) => node(`T${index}`, { resourceQueue: text }));
    const nodeOptions = Object.fromEntries(texts.map((text) => [text, [text, "", `--title=${text}`]]));
    const settings = { ...SETTINGS, owner, nodeCommand, nodeOptions };
    const { content } = renderDag(workflow("texts", nodes, { tags }), settings, loadTemplates());
    const file = (name: string): string => path.join(folder, name);
    writeFileSync(file("dag.py"), content);
    writeFileSync(file("texts.json"), JSON.stringify(texts));
    const parameters = [DRIVER, ...["dag.py", "texts.json", "read.json", "script.sh"].map(file)];
    const { exitCode, stdout, stderr } = await runPython(airflow(version).python, parameters, {
      cwd: folder,
      timeoutSeconds: 900,
      env: airflowEnvironment(process.env, folder, folder),
    });
    if (exitCode !== 0) throw new Error(`${stdout}\n${stderr}`);
    read = JSON.parse(readFileSync(file("read.json"), "utf8")) as Read;
  }, 900_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("are what Airflow holds: tags, owner and resource queues", () => {
    expect([...read.tags].sort(byCodeUnit)).toEqual([...new Set([...tags, "1.4.0"])].sort(byCodeUnit));
    expect(read.owners).toEqual([owner]);
    expect(read.queues).toEqual(texts);
  });

  it("reach bash as they are, as a task's command and flags, past Airflow's Jinja", () => {
    const printed = execFileSync("bash", [path.join(folder, "script.sh")], { cwd: folder, maxBuffer: 2 ** 28 });
    const words = printed.toString("utf8").split("\0");
    expect(words.pop()).toBe("");
    expect(words).toEqual(texts.flatMap((text) => [nodeCommand, "3", text, "", `--title=${text}`]));
  });

  it("reach a task as they are, in a run's conf", () => {
    expect(read.confs.map((conf) => JSON.parse(conf) as unknown)).toEqual(texts.map((text) => ({ text, [text]: 1 })));
    for (const conf of read.confs) expect(conf).toMatch(/^[\x20-\x7e]*$/);
  });

  it("are refused in a conf that is deeper than Python can write, once and for all", () => {
    expect(read.deep).toMatch(/^AirflowFailException: the DAG run's conf is not JSON: maximum recursion depth/);
  });
});
