/**
 * What is left of builds and exports that are killed, or stopped, at any moment: each file is the old one or the new one
 * and whole; a mix is refused by those who would use it, and the next build heals it. Often in `npm run test:soak`.
 */
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { deployRelease, verifyRelease } from "../../../src/build.js";
import { sha256 } from "../../../src/model/digest.js";
import { chainModule, clientRepo, PACKAGE_ROOT, type ClientRepo } from "../../helpers/client-repo.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";
import { countInSoak, soakRounds } from "../../helpers/soak.js";

const KILLS = {
  build: soakRounds("DKIST_SOAK_BUILD_KILLS", 3),
  export: soakRounds("DKIST_SOAK_EXPORT_KILLS", 2),
};
const TIMEOUT_MS = 3_600_000;
const CLI = path.join(PACKAGE_ROOT, "bin/dkist-core.js");
const SIGNALS = ["SIGKILL", "SIGKILL", "SIGINT"] as const;

let repo: ClientRepo;
beforeAll(() => {
  repo = clientRepo({
    "dist/workflows/flow.js": chainModule("flow", ["A", "B"]),
    "dist/workflows/other.js": chainModule("other", ["C"]),
    "conf/which.txt": "",
    "dkist-core.config.json": JSON.stringify({ assets: ["conf/*"], airflow: { owner: "odd" } }),
  });
});
afterAll(async () => {
  repo.remove();
  await removeFolders();
});

/** Makes the client repo another one: every file of its release and every DAG file is then another, too. */
function change(which: "odd" | "even"): void {
  writeFileSync(repo.file("conf/which.txt"), which);
  const config = { assets: ["conf/*"], airflow: { owner: which } };
  writeFileSync(repo.file("dkist-core.config.json"), JSON.stringify(config));
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** From its start to the first line of each stage and to its end, in milliseconds. */
  readonly moments: ReadonlyMap<string, number>;
  readonly ms: number;
}

/** @param stop - after these milliseconds since a stage was done, or since the start */
async function run(
  parameters: readonly string[],
  stop?: { readonly signal: NodeJS.Signals; readonly since: string; readonly afterMs: number },
): Promise<Ended> {
  const child = spawn(process.execPath, [CLI, ...parameters, "--cwd", repo.root, "--version", "dev"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "", GITHUB_ACTIONS: "" },
  });
  const began = performance.now();
  const moments = new Map<string, number>();
  const isDue = (stage: string): void => {
    if (stop?.since === stage) setTimeout(() => child.kill(stop.signal), stop.afterMs);
  };
  isDue("");
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    for (const [, stage = ""] of said.matchAll(/^ {2}(\w+) .*\n/gm)) {
      if (moments.has(stage)) continue;
      moments.set(stage, performance.now() - began);
      isDue(stage);
    }
  });
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) =>
    child.on("close", (...end) => resolve(end)),
  );
  return { code, signal, moments, ms: performance.now() - began };
}

const wholeFiles = (folder: string): Record<string, string> =>
  existsSync(folder)
    ? Object.fromEntries(
        readdirSync(folder)
          .filter((name) => !name.endsWith(".tmp"))
          .sort()
          .map((name) => [name, sha256(readFileSync(path.join(folder, name)))]),
      )
    : {};
const temporaries = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith(".tmp"));

/** Does what a command does, and kills itself right before one of its renames in the folder, or after the last. */
const KILLS_ITSELF = `
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  const [what, cwd, folder, moment] = process.argv.slice(1);
  const { renameSync } = fs;
  let renames = 0;
  fs.renameSync = (...names) => {
    if (!names[1].startsWith(folder)) return renameSync(...names); // what is kept for the next build
    if (String(renames) === moment) process.kill(process.pid, "SIGKILL");
    renameSync(...names);
    renames += 1;
  };
  syncBuiltinESMExports();
  const { buildRelease, exportDags } = await import(${JSON.stringify(path.join(PACKAGE_ROOT, "dist/build.js"))});
  if (what === "build") await buildRelease({ cwd, version: "dev", out: folder, airflow: "none" });
  else await exportDags({ cwd, version: "dev", path: folder });
  process.kill(process.pid, "SIGKILL");
`;

async function killItself(what: "build" | "export-dags", folder: string, moment: number): Promise<void> {
  const parameters = ["--input-type=module", "-e", KILLS_ITSELF, what, repo.root, folder, String(moment)];
  const child = spawn(process.execPath, parameters, { stdio: "ignore", env: { ...process.env, NODE_OPTIONS: "" } });
  const signal = await new Promise((resolve) => child.on("close", (_, name) => resolve(name)));
  expect(signal).toBe("SIGKILL");
}

/** Whose each file is now. */
function whose(found: Record<string, string>, made: Record<string, Record<string, string>>): string {
  return Object.entries(found)
    .map(([name, digest]) => Object.keys(made).find((which) => made[which]?.[name] === digest) ?? "half")
    .join(" ");
}

describe("killed between its renames", () => {
  it("build leaves a mix that verify and deploy refuse, as the manifest comes last; the next build heals it", async () => {
    const out = await tempFolder();
    const manifest = path.join(out, "client_dev.json");
    const made: Record<string, Record<string, string>> = {};
    for (const which of ["even", "odd"] as const) {
      change(which);
      expect((await run(["build", "--airflow", "none", "--out", out])).code).toBe(0);
      made[which] = wholeFiles(out);
    }
    expect(Object.keys(wholeFiles(out)).map((name) => name.slice("client_dev".length))).toEqual([
      ".html",
      ".json",
      "_code.zip",
      "_workflows.zip",
    ]);
    change("even");
    const places: string[] = [];
    for (let moment = 0; moment <= 4; moment += 1) {
      await killItself("build", out, moment);
      const { ok, diagnostics } = await verifyRelease({ path: manifest });
      const [mount, dags] = [await tempFolder(), await tempFolder()];
      const deployed = await deployRelease({ release: manifest, codeMounts: [mount], dags, env: {}, dryRun: true });
      expect([deployed.ok, readdirSync(mount), readdirSync(dags)]).toEqual([ok, [], []]);
      const codes = [...new Set(diagnostics.map(({ code }) => code))].join(" ");
      places.push(`${whose(wholeFiles(out), made)}: ${ok ? "whole" : codes}`);
      expect(temporaries(out).length).toBe(4 - moment);
      countInSoak({ "builds killed": 1 });
    }
    expect(places).toEqual([
      "odd odd odd odd: whole",
      "odd odd even odd: RELEASE_MIXED",
      "odd odd even even: RELEASE_MIXED",
      "even odd even even: RELEASE_MIXED",
      "even even even even: whole",
    ]);

    await killItself("build", out, 0);
    expect(temporaries(out)).toHaveLength(4);
    expect((await run(["build", "--airflow", "none", "--out", out])).code).toBe(0);
    expect([wholeFiles(out), temporaries(out)]).toEqual([made["even"], []]);
  }, 300_000);

  it("export-dags leaves each DAG file old or new, each whole; the next one ends it, and what it left is gone", async () => {
    const dags = await tempFolder();
    const made: Record<string, Record<string, string>> = {};
    for (const which of ["even", "odd"] as const) {
      change(which);
      expect((await run(["export-dags", "--path", dags])).code).toBe(0);
      made[which] = wholeFiles(dags);
    }
    change("even");
    const places: string[] = [];
    for (let moment = 0; moment <= 2; moment += 1) {
      await killItself("export-dags", dags, moment);
      places.push(`${whose(wholeFiles(dags), made)}, ${temporaries(dags).length} temporary`);
      countInSoak({ "exports killed": 1 });
    }
    expect(places).toEqual(["odd odd, 2 temporary", "even odd, 1 temporary", "even even, 0 temporary"]);

    await killItself("export-dags", dags, 0);
    expect((await run(["export-dags", "--path", dags])).code).toBe(0);
    expect([wholeFiles(dags), temporaries(dags)]).toEqual([made["even"], []]);
  }, 300_000);
});

describe("a command that is stopped", () => {
  it(
    `build, at ${KILLS.build} moments: old or new, each file whole; a mix is refused, and the next build heals it`,
    async () => {
      const out = await tempFolder();
      const build = (stop?: Parameters<typeof run>[1]): Promise<Ended> =>
        run(["build", "--airflow", "none", "--out", out], stop);
      const manifest = path.join(out, "client_dev.json");
      const made: Record<string, Record<string, string>> = {};
      let measured: Ended | undefined;
      for (const which of ["even", "odd"] as const) {
        change(which);
        measured = await build();
        expect(measured.code).toBe(0);
        made[which] = wholeFiles(out);
      }
      const { moments, ms } = measured ?? { moments: new Map<string, number>(), ms: 0 };
      const stages = ["", ...moments.keys()];
      // The last line but one: from there on it writes, and renames.
      const writing = stages.at(-2) ?? "";
      const tally = { old: 0, mixed: 0, new: 0 };
      for (let round = 0; round < KILLS.build; round += 1) {
        const which = round % 2 === 0 ? "even" : "odd";
        const [before = {}, after = {}] = [made[which === "even" ? "odd" : "even"], made[which]];
        change(which);
        // Most of its time is before it writes anything: half of the moments are while it does.
        const since = round % 2 === 0 ? writing : (stages[Math.floor(Math.random() * stages.length)] ?? "");
        const rest = ms - (moments.get(since) ?? 0);
        const signal = SIGNALS[round % SIGNALS.length] ?? "SIGKILL";
        const ended = await build({ signal, since, afterMs: Math.random() * rest });
        if (signal === "SIGINT") {
          // Without a code: it had not begun to listen.
          expect([0, 130, null]).toContain(ended.code);
          expect(temporaries(out)).toEqual([]);
        }

        const found = wholeFiles(out);
        expect(Object.keys(found)).toEqual(Object.keys(after));
        for (const [name, digest] of Object.entries(found)) expect([before[name], after[name]]).toContain(digest);
        const isOld = Object.entries(found).every(([name, digest]) => digest === before[name]);
        const isNew = Object.entries(found).every(([name, digest]) => digest === after[name]);
        tally[isOld ? "old" : isNew ? "new" : "mixed"] += 1;
        const isOne = isOld || isNew;
        expect((await verifyRelease({ path: manifest })).ok).toBe(isOne);
        if (!isOne) {
          const [mount, dags] = [await tempFolder(), await tempFolder()];
          const deployed = await deployRelease({ release: manifest, codeMounts: [mount], dags, env: {} });
          expect([deployed.ok, readdirSync(mount), readdirSync(dags)]).toEqual([false, [], []]);
        }

        expect((await build()).code).toBe(0);
        expect(wholeFiles(out)).toEqual(after);
        expect(temporaries(out)).toEqual([]);
        expect((await verifyRelease({ path: manifest })).ok).toBe(true);
      }
      countInSoak({
        "builds killed": KILLS.build,
        "of them as it was before": tally.old,
        "of them a mix that was refused": tally.mixed,
        "of them in place": tally.new,
      });
    },
    TIMEOUT_MS,
  );

  it(
    `export-dags, at ${KILLS.export} moments: each file old or new and whole; the next one ends it`,
    async () => {
      const dags = await tempFolder({ "theirs.py": "theirs" });
      const exported = (stop?: Parameters<typeof run>[1]): Promise<Ended> => run(["export-dags", "--path", dags], stop);
      const made: Record<string, Record<string, string>> = {};
      let ms = 0;
      for (const which of ["even", "odd"] as const) {
        change(which);
        const ended = await exported();
        expect(ended.code).toBe(0);
        made[which] = wholeFiles(dags);
        ms = ended.ms;
      }
      const tally = { old: 0, between: 0, new: 0 };
      for (let round = 0; round < KILLS.export; round += 1) {
        const which = round % 2 === 0 ? "even" : "odd";
        const [before = {}, after = {}] = [made[which === "even" ? "odd" : "even"], made[which]];
        change(which);
        // What it writes, it writes at its end.
        const afterMs = round % 2 === 0 ? ms * (0.7 + Math.random() * 0.4) : Math.random() * ms;
        const signal = SIGNALS[round % SIGNALS.length] ?? "SIGKILL";
        await exported({ signal, since: "", afterMs });
        const found = wholeFiles(dags);
        expect(Object.keys(found)).toEqual(Object.keys(after));
        for (const [name, digest] of Object.entries(found)) expect([before[name], after[name]]).toContain(digest);
        const names = Object.keys(found).filter((name) => name !== "theirs.py");
        const isOld = names.every((name) => found[name] === before[name]);
        const isNew = names.every((name) => found[name] === after[name]);
        tally[isOld ? "old" : isNew ? "new" : "between"] += 1;

        expect((await exported()).code).toBe(0);
        expect(wholeFiles(dags)).toEqual(after);
        expect(temporaries(dags)).toEqual([]);
      }
      countInSoak({
        "exports killed": KILLS.export,
        "of them as it was before": tally.old,
        "of them DAG files of both, each whole": tally.between,
        "of them in place": tally.new,
      });
    },
    TIMEOUT_MS,
  );
});
