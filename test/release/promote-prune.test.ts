import { afterEach, describe, expect, it } from "@jest/globals";
import { writeFileSync } from "node:fs";
import { mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { inspect } from "node:util";
import { deployRelease, listReleases, promoteRelease, pruneReleases } from "../../src/build.js";
import { readLatest } from "../../src/render/latest.js";
import { readTree, removeFolders, tempFolder } from "../helpers/folders.js";
import { smallRelease } from "../helpers/small-release.js";

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await removeFolders();
});

/** Two folders with these versions deployed. */
async function deployed(versions: readonly string[], name = "vbi"): Promise<{ codeMounts: string[]; dags: string }> {
  const top = await tempFolder();
  const places = { codeMounts: [path.join(top, "code")], dags: path.join(top, "dags") };
  for (const folder of [...places.codeMounts, places.dags]) await mkdir(folder);
  for (const version of versions) await deploy(places, { name, version });
  return places;
}

async function deploy(
  places: { codeMounts: string[]; dags: string },
  content: { name: string; version: string; workflows?: string[] },
): Promise<void> {
  const { manifest } = await smallRelease(path.join(path.dirname(places.dags), "artifacts"), content);
  expect((await deployRelease({ release: manifest, ...places })).ok).toBe(true);
}

describe("promoteRelease", () => {
  it("writes the alias DAGs of all workflows into one file, and says what was promoted before", async () => {
    const places = await deployed(["1.3.0", "1.4.0"]);
    const first = await promoteRelease({ version: "1.4.0", ...places });
    expect(first.result).toMatchObject({
      version: "1.4.0",
      previous: null,
      dagIds: ["l0_latest", "quick.look_latest"],
    });
    const back = await promoteRelease({ version: "1.3.0", ...places });
    expect(back.result).toMatchObject({ version: "1.3.0", previous: "1.4.0" });
    const text = (await readTree(places.dags))["vbi_latest.py"] ?? "";
    expect(readLatest(text)).toEqual({ name: "vbi", version: "1.3.0" });
    // The alias file is none of a release's own.
    expect(await listReleases(places)).toMatchObject({
      diagnostics: [],
      result: { promoted: [{ name: "vbi", version: "1.3.0" }] },
    });
  });

  it("changes nothing with --dry-run", async () => {
    const places = await deployed(["1.4.0"]);
    expect((await promoteRelease({ version: "1.4.0", dryRun: true, ...places })).ok).toBe(true);
    expect(await readdir(places.dags)).not.toContain("vbi_latest.py");
  });

  it.each([
    ["a version that is not there", "1.5.0", "did you mean 1.4.0?"],
    ["a version like none", "main", "the versions here are 1.4.0"],
  ])("refuses %s", async (_, version, hint) => {
    const places = await deployed(["1.4.0"]);
    await expect(promoteRelease({ version, ...places })).rejects.toMatchObject({ code: "BAD_USAGE", hint });
  });

  it("asks for the name where two releases have the version", async () => {
    const places = await deployed(["1.4.0"]);
    await deploy(places, { name: "visp", version: "1.4.0", workflows: ["visp"] });
    const hint = "give --name NAME";
    await expect(promoteRelease({ version: "1.4.0", ...places })).rejects.toMatchObject({ code: "BAD_USAGE", hint });
    expect((await promoteRelease({ version: "1.4.0", name: "visp", ...places })).result?.name).toBe("visp");
  });

  it("refuses a release that is not whole", async () => {
    const places = await deployed(["1.4.0"]);
    await rm(path.join(places.codeMounts[0] ?? "", "vbi_1.4.0/tasks/Dark"), { recursive: true });
    const { ok, diagnostics } = await promoteRelease({ version: "1.4.0", ...places });
    expect([ok, diagnostics.length > 0]).toEqual([false, true]);
    expect(await readdir(places.dags)).not.toContain("vbi_latest.py");
  });

  it("a promoted version whose DAG files are gone is named by releases", async () => {
    const places = await deployed(["1.3.0", "1.4.0"]);
    await promoteRelease({ version: "1.3.0", ...places });
    const names = await readdir(places.dags);
    for (const name of names.filter((one) => /1[._]3[._]0/.test(one))) await rm(path.join(places.dags, name));
    const { ok, diagnostics } = await listReleases(places);
    expect(ok).toBe(false);
    expect(diagnostics.filter(({ severity }) => severity === "error")).toMatchObject([
      {
        code: "RELEASE_INCOMPLETE",
        location: { file: path.join(places.dags, "vbi_latest.py") },
        message: "vbi 1.3.0 is promoted, and has no DAG files here: runs of the alias DAGs fail",
      },
    ]);
  });

  it("replaces no file that somebody else has written", async () => {
    const places = await deployed(["1.4.0"]);
    const file = path.join(places.dags, "vbi_latest.py");
    await writeFile(file, "# airflow dag of mine\n");
    await expect(promoteRelease({ version: "1.4.0", ...places })).rejects.toMatchObject({ code: "BAD_USAGE" });
    expect((await readTree(places.dags))["vbi_latest.py"]).toBe("# airflow dag of mine\n");
  });
});

/** An Airflow 3 whose answers a test decides: what really happens between two looks cannot be had by the clock. */
async function airflow(answers: {
  /** Runs under way, by DAG id and how often it was asked. */
  readonly runs?: (dagId: string, look: number) => number;
  readonly knows?: (dagId: string) => boolean;
  /** An HTTP status instead of an answer, by the number of the question. */
  readonly fails?: (question: number, request: IncomingMessage) => number | undefined;
}): Promise<{ readonly url: string; readonly paused: Map<string, boolean>; readonly asked: string[] }> {
  const { runs = () => 0, knows = () => true, fails = () => undefined } = answers;
  const paused = new Map<string, boolean>();
  const looks = new Map<string, number>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const [, , version, , dagId = "", rest = ""] = (request.url ?? "").split(/[/?]/);
    asked.push(`${request.method ?? ""} ${request.url ?? ""}`);
    const status = fails(asked.length, request);
    const say = (body: object, code = 200): void => {
      response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (status !== undefined) {
      say({}, status);
      return;
    }
    if (request.url === "/api/v2/version") {
      say({ version: "3.3.2" });
      return;
    }
    if (version !== "v2" || !knows(dagId)) {
      say({}, 404);
      return;
    }
    if (rest === "dagRuns") {
      const look = (looks.get(dagId) ?? 0) + 1;
      looks.set(dagId, look);
      say({ total_entries: runs(dagId, look) });
      return;
    }
    if (request.method !== "PATCH") {
      say({ is_paused: paused.get(dagId) ?? false });
      return;
    }
    request.setEncoding("utf8").on("data", (text: string) => {
      const { is_paused } = JSON.parse(text) as { is_paused: boolean };
      paused.set(dagId, is_paused);
      say({ is_paused });
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, paused, asked };
}

describe("pruneReleases", () => {
  const VERSIONS = ["1.1.0", "1.2.0", "1.3.0"];

  it("changes nothing, in folders and in Airflow, unless it is told to", async () => {
    const places = await deployed(VERSIONS);
    const before = [await readTree(places.dags), await readTree(places.codeMounts[0] ?? "")];
    const { url, asked } = await airflow({});
    const { result } = await pruneReleases({ keep: 1, airflowUrl: url, ...places });
    expect(result?.releases.map(({ release, outcome }) => [release, outcome])).toEqual([
      ["vbi_1.1.0", "goes"],
      ["vbi_1.2.0", "goes"],
      ["vbi_1.3.0", "kept"],
    ]);
    expect([await readTree(places.dags), await readTree(places.codeMounts[0] ?? "")]).toEqual(before);
    expect(asked.filter((one) => !one.startsWith("GET"))).toEqual([]);
  });

  it("moves old versions into the trash: DAGs paused, files first, code last; twice is as once", async () => {
    const places = await deployed(VERSIONS);
    const { url, paused, asked } = await airflow({});
    const { result } = await pruneReleases({ keep: 2, airflowUrl: url, yes: true, ...places });
    expect(result?.releases).toMatchObject([{ outcome: "removed" }, { outcome: "kept" }, { outcome: "kept" }]);
    // Deployed again, it starts runs again.
    expect(paused).toEqual(new Map(["l0_1.1.0", "quick.look_1.1.0"].map((dagId) => [dagId, false])));
    expect(asked.filter((one) => one.startsWith("PATCH"))).toHaveLength(4);
    const { result: left } = await listReleases(places);
    expect(left?.releases.map(({ release }) => release)).toEqual(["vbi_1.2.0", "vbi_1.3.0"]);
    expect(left?.leftovers.filter(({ kind }) => kind === "trash")).toHaveLength(2);
    expect(Object.keys(await readTree(places.dags)).filter((name) => /^[^.].*1[._]1[._]0/.test(name))).toEqual([]);
    const again = await pruneReleases({ keep: 2, airflowUrl: url, yes: true, ...places });
    expect(again.result?.releases.map(({ outcome }) => outcome)).toEqual(["kept", "kept"]);
  });

  it.each([
    { keep: NaN },
    { keep: -1 },
    { keep: 0 },
    { keep: 1.5 },
    { keep: 1, emptyTrashDays: -1 },
    { keep: 1, emptyTrashDays: NaN },
  ])("refuses %p, and asks Airflow nothing", async (numbers) => {
    const places = await deployed([]);
    const { url, asked } = await airflow({});
    const pruning = pruneReleases({ airflowUrl: url, yes: true, ...numbers, ...places });
    await expect(pruning).rejects.toMatchObject({ code: "BAD_USAGE", message: expect.stringContaining("cannot be") });
    expect(asked).toEqual([]);
  });

  it.each(["abc\ndef-SECRET", "abc-SECRET ", "é-SECRET"])(
    "refuses the token %j, and does not say it",
    async (token) => {
      const places = await deployed([]);
      const { url } = await airflow({});
      const pruning = pruneReleases({ keep: 1, airflowUrl: url, env: { AIRFLOW_API_TOKEN: token }, ...places });
      const failed: unknown = await pruning.catch((error: unknown) => error);
      expect(failed).toMatchObject({ code: "BAD_USAGE", message: expect.stringContaining("AIRFLOW_API_TOKEN") });
      expect(inspect(failed, { depth: null })).not.toContain("SECRET");
    },
  );

  it("deletes what has lain in the trash for long enough, when it is told to", async () => {
    const places = await deployed(VERSIONS);
    const { url } = await airflow({});
    const prune = (emptyTrashDays: number, yes: boolean) =>
      pruneReleases({ keep: 2, airflowUrl: url, yes, emptyTrashDays, ...places });
    const inTrash = async () =>
      ((await listReleases(places)).result?.leftovers ?? []).filter(({ kind }) => kind === "trash").length;
    expect((await prune(1, true)).result).toMatchObject({ emptied: [] });
    expect(await inTrash()).toBe(2);
    expect((await prune(0, false)).result?.emptied).toHaveLength(2);
    expect(await inTrash()).toBe(2);
    expect((await prune(0, true)).result?.emptied).toHaveLength(2);
    expect(await inTrash()).toBe(0);
    expect((await listReleases(places)).result?.releases).toHaveLength(2);
  });

  it("keeps the promoted version", async () => {
    const places = await deployed(VERSIONS);
    await promoteRelease({ version: "1.1.0", ...places });
    const { url } = await airflow({});
    const { result } = await pruneReleases({ keep: 1, airflowUrl: url, ...places });
    expect(result?.releases[0]).toMatchObject({ outcome: "kept", reason: "it is the promoted version" });
  });

  it.each([
    ["before anything is done", 1, []],
    ["once its DAGs are paused", 2, ["l0_1.1.0", "quick.look_1.1.0"]],
    ["once its DAG files are gone", 3, ["l0_1.1.0", "quick.look_1.1.0"]],
  ])("keeps a version with a run that appears %s, and leaves it as it was", async (_, appears, unpaused) => {
    const places = await deployed(VERSIONS);
    const before = await readTree(places.dags);
    const { url, paused } = await airflow({
      runs: (dagId, look) => (dagId === "l0_1.1.0" && look >= appears ? 1 : 0),
    });
    const { result } = await pruneReleases({ keep: 2, airflowUrl: url, yes: true, ...places });
    expect(result?.releases[0]).toMatchObject({ outcome: "kept", reason: "1 run of l0_1.1.0 is queued or running" });
    expect(withoutTrash(await readTree(places.dags))).toEqual(withoutTrash(before));
    expect((await listReleases(places)).diagnostics).toEqual([]);
    expect([...paused.keys()].sort()).toEqual(unpaused);
    expect([...paused.values()].some((isPaused) => isPaused)).toBe(false);
  });

  it("leaves a DAG paused that somebody else has paused", async () => {
    const places = await deployed(VERSIONS);
    const { url, paused } = await airflow({});
    paused.set("l0_1.1.0", true);
    const { result } = await pruneReleases({ keep: 2, airflowUrl: url, yes: true, ...places });
    expect(result?.releases[0]).toMatchObject({ outcome: "removed" });
    expect(Object.fromEntries(paused)).toEqual({ "l0_1.1.0": true, "quick.look_1.1.0": false });
  });

  it.each([
    ["before anything is done", 1],
    ["once its DAGs are paused", 2],
    ["once its DAG files are gone", 3],
  ])("keeps a version that is promoted %s, and leaves it as it was", async (_, promoted) => {
    const places = await deployed(VERSIONS);
    const alias = path.join(places.dags, "vbi_latest.py");
    await promoteRelease({ version: "1.1.0", ...places });
    const before = withoutTrash(await readTree(places.dags));
    await rm(alias);
    const { url, paused } = await airflow({
      runs: (dagId, look) => {
        if (dagId === "l0_1.1.0" && look === promoted) writeFileSync(alias, before["vbi_latest.py"] ?? "");
        return 0;
      },
    });
    const { result } = await pruneReleases({ keep: 2, airflowUrl: url, yes: true, ...places });
    expect(result?.releases[0]).toMatchObject({ outcome: "kept", reason: "it is the promoted version" });
    expect(withoutTrash(await readTree(places.dags))).toEqual(before);
    expect((await listReleases(places)).diagnostics).toEqual([]);
    expect([...paused.values()].some((isPaused) => isPaused)).toBe(false);
  });

  it("takes no DAG file that says it is another release's, whatever the manifest lists", async () => {
    const places = await deployed(VERSIONS);
    const [file = ""] = (await readdir(places.dags)).filter((name) => /^l0.*1[._]1[._]0\.py$/.test(name));
    const text = (await readTree(places.dags))[file] ?? "";
    expect(text).toContain('RELEASE = "vbi_1.1.0"');
    await writeFile(path.join(places.dags, file), text.replace('RELEASE = "vbi_1.1.0"', 'RELEASE = "other_1"'));
    const { url } = await airflow({});
    const { result } = await pruneReleases({ keep: 2, airflowUrl: url, yes: true, ...places });
    expect(result?.releases[0]).toMatchObject({ outcome: "removed" });
    expect((await readdir(places.dags)).filter((name) => /1[._]1[._]0/.test(name))).toEqual([file]);
  });

  it("keeps a version whose DAGs this Airflow has never seen", async () => {
    const places = await deployed(VERSIONS);
    const { url } = await airflow({ knows: (dagId) => dagId !== "quick.look_1.1.0" });
    const { result } = await pruneReleases({ keep: 2, airflowUrl: url, yes: true, ...places });
    expect(result?.releases[0]?.reason).toBe("this Airflow has never seen quick.look_1.1.0");
  });

  it("keeps everything, as it was, when Airflow stops answering at any question", async () => {
    const places = await deployed(VERSIONS);
    const before = withoutTrash(await readTree(places.dags));
    for (let question = 1; ; question += 1) {
      const { url, asked } = await airflow({ fails: (number) => (number === question ? 503 : undefined) });
      const pruning = pruneReleases({ keep: 2, airflowUrl: url, yes: true, ...places });
      const failed = await pruning.then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failed === undefined) {
        expect(question).toBeGreaterThan(10);
        expect(asked.length).toBeLessThan(question);
        break;
      }
      expect(failed).toMatchObject({ code: "AIRFLOW_NO_ANSWER" });
      expect(withoutTrash(await readTree(places.dags))).toEqual(before);
      expect((await listReleases(places)).diagnostics).toEqual([]);
    }
  });

  function withoutTrash(tree: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(Object.entries(tree).filter(([name]) => !name.startsWith(".")));
  }
});
