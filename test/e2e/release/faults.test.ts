/**
 * What deploys do to those who read meanwhile, and what is left of those that are killed. Small counts, unless DKIST_SOAK is
 * set: then the full ones.
 */
import { afterEach, describe, expect, it } from "@jest/globals";
import { spawn, type ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { deployRelease, listReleases, verifyRelease } from "../../../src/build.js";
import { sha256 } from "../../../src/model/digest.js";
import { PACKAGE_ROOT } from "../../helpers/client-repo.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";
import { smallRelease, type SmallRelease } from "../../helpers/small-release.js";

afterEach(removeFolders);

const IS_SOAK = process.env["DKIST_SOAK"] !== undefined && process.env["DKIST_SOAK"] !== "";
const COUNTS = IS_SOAK ? { deploys: 1000, kills: 100, pairs: 50 } : { deploys: 30, kills: 6, pairs: 2 };
const TIMEOUT_MS = IS_SOAK ? 3_600_000 : 180_000;

const CLI = path.join(PACKAGE_ROOT, "bin/dkist-core.js");
const READER = fileURLToPath(new URL("reader.js", import.meta.url));

/** What is told at the end of a soak. */
const report = (facts: object): void => void process.stderr.write(IS_SOAK ? `${JSON.stringify(facts)}\n` : "");

function startDeploy({ manifest }: SmallRelease, mount: string, dags: string): ChildProcess {
  return spawn(process.execPath, [CLI, "deploy", manifest, "--code-mount", mount, "--dags", dags], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on("close", resolve));
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface ReaderCounts {
  readonly rounds: number;
  readonly dagReads: number;
  readonly codeReads: number;
  readonly zipReads: number;
  readonly missing: readonly string[];
  readonly partial: readonly string[];
  readonly devCodeReads: number;
  readonly devCodeMissing: number;
}

it(
  `who reads during ${COUNTS.deploys} deploys finds nothing missing and nothing half there`,
  async () => {
    const [mount, dags, zips, builds] = [
      await tempFolder(),
      await tempFolder(),
      await tempFolder(),
      await tempFolder(),
    ];
    const deploy = async (release: SmallRelease, where: object): Promise<void> => {
      const { ok, diagnostics } = await deployRelease({ release: release.manifest, env: {}, ...where });
      expect([ok, diagnostics]).toEqual([true, []]);
    };
    const dev = await Promise.all(
      ["odd", "even"].map((build) => smallRelease(path.join(builds, build), { version: "dev", build })),
    );
    const [even, odd] = dev;
    if (even === undefined || odd === undefined) throw new Error("there are two builds of dev");
    await deploy(even, { codeMounts: [mount], dags });
    const digests = dev.map(({ workflowZip }) => sha256(readFileSync(workflowZip))).join(",");
    const reader = spawn(process.execPath, [READER, mount, dags, zips, digests], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const said = text(reader.stdout);
    for (let count = 0; count < COUNTS.deploys; count += 1) {
      const next = Math.floor(count / 3) % 2 === 0 ? odd : even;
      if (count % 3 === 0) await deploy(next, { codeMounts: [mount], dags });
      else if (count % 3 === 1) await deploy(next, { dags: zips, dagsAs: "zip" });
      else {
        const release = await smallRelease(path.join(builds, "each"), { version: `1.${count}`, build: `${count}` });
        await deploy(release, { codeMounts: [mount], dags });
      }
    }
    reader.stdin.end();
    const counts = JSON.parse(await said) as ReaderCounts;
    report({ deploys: COUNTS.deploys, ...counts });
    expect([counts.missing, counts.partial]).toEqual([[], []]);
    expect(Math.min(counts.dagReads, counts.codeReads, counts.zipReads)).toBeGreaterThan(COUNTS.deploys);
    // Only dev's code is exchanged by two renames; between them there is none.
    expect(counts.devCodeMissing / counts.devCodeReads).toBeLessThan(0.01);
  },
  TIMEOUT_MS,
);

/** What is there of a release. */
interface State {
  readonly code: "absent" | "whole" | "broken";
  readonly codeBuild: string | null;
  /** The build of each of its DAG files that is there. */
  readonly dagBuilds: readonly string[];
}

async function stateOf({ release, dagFiles }: SmallRelease, mount: string, dags: string): Promise<State> {
  const folder = path.join(mount, release);
  const isThere = existsSync(folder);
  const task = path.join(folder, "tasks/Dark/task.cjs");
  return {
    code: !isThere ? "absent" : (await verifyRelease({ path: folder })).ok ? "whole" : "broken",
    codeBuild: isThere ? (/^\/\/ Dark of (.*)$/m.exec(readFileSync(task, "utf8"))?.[1] ?? null) : null,
    dagBuilds: dagFiles
      .filter((name) => existsSync(path.join(dags, name)))
      .map((name) => {
        const content = readFileSync(path.join(dags, name), "utf8");
        const build = /^BUILD = "(.*)"$/m.exec(content)?.[1] ?? "";
        return content.endsWith(`# end of ${build}\n`) ? build : "half";
      }),
  };
}

describe(`${COUNTS.kills} deploys that are killed`, () => {
  it.each([
    ["a new version", "1"],
    ["dev", "dev"],
  ])(
    "leave %s as it was or as it is to be, each file and folder whole; the next deploy ends it",
    async (_, version) => {
      const [mount, dags, builds] = [await tempFolder(), await tempFolder(), await tempFolder()];
      const tally = { before: 0, between: 0, after: 0, devAway: 0 };
      let last: string | null = null;
      let phases: readonly Phase[] = [];
      for (let round = 0; round < COUNTS.kills / 2; round += 1) {
        const build = `build ${round}`;
        const content = { version: version === "dev" ? version : `${version}.${round}`, build };
        const release = await smallRelease(path.join(builds, `${round % 2}`), content);
        const old = version === "dev" ? last : null;

        const child = startDeploy(release, mount, dags);
        const phase = phases[round % phases.length];
        if (phase === undefined) phases = await phasesOf(child);
        else await killIn(child, phase);

        const state = await stateOf(release, mount, dags);
        expect(state.code).not.toBe("broken");
        expect([null, old, build]).toContain(state.codeBuild);
        for (const found of state.dagBuilds) expect([old, build]).toContain(found);
        const isAway = old !== null && state.code === "absent";
        if (isAway) tally.devAway += 1;
        // A new DAG file never comes before its code.
        if (state.dagBuilds.includes(build)) expect(state.codeBuild).toBe(build);
        const isAfter =
          state.codeBuild === build && state.dagBuilds.length === 2 && !state.dagBuilds.some((one) => one !== build);
        const isBefore = state.codeBuild === old && !state.dagBuilds.includes(build);
        tally[isAfter ? "after" : isBefore ? "before" : "between"] += 1;

        expect(await ended(startDeploy(release, mount, dags))).toBe(0);
        expect(await stateOf(release, mount, dags)).toEqual({
          code: "whole",
          codeBuild: build,
          dagBuilds: [build, build],
        });
        const { ok, diagnostics, result } = await listReleases({ codeMounts: [mount], dags, env: {} });
        expect([ok, diagnostics]).toEqual([true, []]);
        expect(result?.leftovers.filter(({ kind }) => kind === "temporary")).toEqual([]);
        last = build;
      }
      report({ version, ...tally });
      expect(tally.before + tally.between + tally.after).toBe(COUNTS.kills / 2);
    },
    TIMEOUT_MS,
  );
});

/** Deploys, and kills itself when a stage starts or is done. */
const KILLS_ITSELF = `
  import { deployRelease } from ${JSON.stringify(path.join(PACKAGE_ROOT, "dist/build.js"))};
  const [release, mount, dags, moment] = process.argv.slice(1);
  const at = (now) => now === moment && process.kill(process.pid, "SIGKILL");
  const progress = { start: (stage) => at("start " + stage), done: (stage) => at("done " + stage) };
  await deployRelease({ release, codeMounts: [mount], dags, env: {}, progress });
`;

it.each(["1.4.0", "dev"])(
  "a deploy of %s that is killed between its stages leaves old or new, says so, and is ended by the next",
  async (version) => {
    const moments = ["start unpack", "done unpack", "start code", "done code", "start dags", "done dags"];
    const places: string[] = [];
    for (const moment of moments) {
      const [mount, dags, builds] = [await tempFolder(), await tempFolder(), await tempFolder()];
      const [old, release] = await Promise.all(
        ["old", "new"].map((build) => smallRelease(path.join(builds, build), { version, build })),
      );
      if (old === undefined || release === undefined) throw new Error("there are two builds");
      if (version === "dev") expect(await ended(startDeploy(old, mount, dags))).toBe(0);
      const parameters = ["--input-type=module", "-e", KILLS_ITSELF, release.manifest, mount, dags, moment];
      const child = spawn(process.execPath, parameters, {
        stdio: "inherit",
        env: { ...process.env, NODE_OPTIONS: "" },
      });
      await ended(child);
      expect(child.signalCode).toBe("SIGKILL");

      const { code, codeBuild, dagBuilds } = await stateOf(release, mount, dags);
      places.push(`${moment}: ${codeBuild ?? code}, ${dagBuilds.join(" ")}`);
      // Only new code with old DAG files is neither the one nor the other.
      const { ok } = await listReleases({ codeMounts: [mount], dags, env: {} });
      expect(ok).toBe(!(codeBuild === "new" && dagBuilds.includes("old")));

      expect(await ended(startDeploy(release, mount, dags))).toBe(0);
      const after = await listReleases({ codeMounts: [mount], dags, env: {} });
      expect([after.ok, after.diagnostics]).toEqual([true, []]);
      expect(await stateOf(release, mount, dags)).toEqual({
        code: "whole",
        codeBuild: "new",
        dagBuilds: ["new", "new"],
      });
      expect(after.result?.leftovers.filter(({ kind }) => kind === "temporary")).toEqual([]);
    }
    const [was, were] = version === "dev" ? ["old", "old old"] : ["absent", ""];
    expect(places).toEqual([
      `start unpack: ${was}, ${were}`,
      `done unpack: ${was}, ${were}`,
      `start code: ${was}, ${were}`,
      `done code: new, ${were}`,
      `start dags: new, ${were}`,
      "done dags: new, new new",
    ]);
  },
  TIMEOUT_MS,
);

/** From one of a deploy's lines to its end: all of its life, its writing, its renames. */
interface Phase {
  readonly since: string;
  readonly ms: number;
}

/** How long each is, seen at a deploy that is not killed. */
async function phasesOf(child: ChildProcess): Promise<Phase[]> {
  const end = ended(child);
  const lines = ["", "  look ", "  unpack ", "  code "];
  const began = await Promise.all(
    lines.map(async (line) => {
      await untilItSays(child, line);
      return performance.now();
    }),
  );
  await end;
  return lines.map((since, index) => ({ since, ms: performance.now() - (began[index] ?? 0) }));
}

async function killIn(child: ChildProcess, { since, ms }: Phase): Promise<void> {
  const end = ended(child);
  await untilItSays(child, since);
  await wait(Math.random() * ms);
  child.kill("SIGKILL");
  await end;
}

/** Or until it has ended. */
async function untilItSays(child: ChildProcess, text: string): Promise<void> {
  if (text === "") return;
  let said = "";
  await new Promise<void>((resolve) => {
    child.stderr?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes(text)) resolve();
    });
    child.on("close", () => resolve());
  });
}

it(
  `two processes that deploy one version at once both end right, ${COUNTS.pairs} times`,
  async () => {
    const [mount, dags, builds] = [await tempFolder(), await tempFolder(), await tempFolder()];
    for (let round = 0; round < COUNTS.pairs; round += 1) {
      const release = await smallRelease(path.join(builds, "each"), { version: `1.${round}`, build: `${round}` });
      const codes = await Promise.all([1, 2].map(() => ended(startDeploy(release, mount, dags))));
      expect(codes).toEqual([0, 0]);
    }
    const { ok, diagnostics, result } = await listReleases({ codeMounts: [mount], dags, env: {} });
    expect([ok, diagnostics, result?.leftovers, result?.releases.length]).toEqual([true, [], [], COUNTS.pairs]);
    expect(readdirSync(mount)).toHaveLength(COUNTS.pairs);
  },
  TIMEOUT_MS,
);
