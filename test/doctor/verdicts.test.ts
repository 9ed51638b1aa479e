import { describe, expect, it } from "@jest/globals";
import { airflowVerdict, pythonVerdict } from "../../src/doctor/airflow.js";
import { brokerSettingsVerdict, brokerVerdict } from "../../src/doctor/broker.js";
import {
  configVerdict,
  gitVerdict,
  libraryVerdict,
  lockFileVerdict,
  modulesVerdict,
} from "../../src/doctor/client-repo.js";
import { codeMountVerdict, type CodeMountFacts } from "../../src/doctor/code-mount.js";
import { bashVerdict, platformVerdict, tempFolderVerdict } from "../../src/doctor/machine.js";
import { nodeVerdict, taskNodeVerdict } from "../../src/doctor/node.js";
import { spoolVerdict, type SpoolFacts } from "../../src/doctor/spool.js";
import { readBrokerSettings } from "../../src/notify/broker-settings.js";

describe("Node", () => {
  it.each([
    ["20.19.0", undefined, "ok"],
    ["20.19.0", "node20", "ok"],
    ["20.9.0", "node20", "problem"],
    ["18.20.8", undefined, "problem"],
    ["22.1.0", "node22.2", "problem"],
    ["22.2.0", "node22.2", "ok"],
    ["24.0.0", "node22", "ok"],
    ["23.0.0-nightly20240601", "node22", "ok"],
  ] as const)("%s, where the config says %s, is %s", (version, config, status) => {
    expect(nodeVerdict(version, { library: "20.19", config })).toMatchObject({ status });
  });

  it("says which floor is not reached", () => {
    expect(nodeVerdict("18.0.0", { library: "20.19", config: "node22" }).hint).toContain("20.19");
    expect(nodeVerdict("20.19.0", { library: "20.19", config: "node22" }).hint).toContain("the config's node says 22");
  });

  it("of the tasks is named by its command", () => {
    const floors = { library: "20.19", config: undefined };
    expect(taskNodeVerdict({ command: "/opt/node", version: "v20.19.1" }, floors)).toEqual({
      status: "ok",
      found: "20.19.1 (/opt/node)",
    });
    expect(taskNodeVerdict({ command: "/opt/node", version: undefined }, floors)).toMatchObject({
      status: "problem",
      found: "/opt/node does not run",
      hint: expect.stringContaining("airflow.nodeCommand"),
    });
  });
});

describe("the machine", () => {
  it.each([
    [{ platform: "linux", arch: "x64", libc: "glibc", release: "6.1" }, "ok", "linux 6.1 x64 glibc"],
    [{ platform: "darwin", arch: "arm64", libc: null, release: "24" }, "warning", "darwin 24 arm64"],
  ] as const)("%j is %s", (facts, status, found) => {
    expect(platformVerdict(facts)).toMatchObject({ status, found });
  });

  it.each([
    ["GNU bash, version 5.2.15(1)-release (x86_64-pc-linux-gnu)", "ok", "5.2.15"],
    ["another shell", "ok", "another shell"],
    [undefined, "problem", "does not run"],
  ] as const)("bash %j is %s: %s", (version, status, found) => {
    expect(bashVerdict(version)).toMatchObject({ status, found });
  });

  it.each([
    [{ refusal: undefined, freeBytes: 83_000_000_000 }, "ok", "/tmp, writable, 83.0 GB free"],
    [{ refusal: undefined, freeBytes: undefined }, "ok", "/tmp, writable"],
    [{ refusal: undefined, freeBytes: 900_000_000 }, "warning", "/tmp, writable, 0.9 GB free"],
    [{ refusal: undefined, freeBytes: 0 }, "problem", "/tmp, writable, 0.0 GB free"],
    [{ refusal: "EACCES", freeBytes: 83_000_000_000 }, "problem", "cannot write in /tmp: EACCES"],
  ] as const)("a temp folder with %j is %s", (facts, status, found) => {
    expect(tempFolderVerdict({ folder: "/tmp", ...facts })).toMatchObject({ status, found });
  });
});

describe("the client repo", () => {
  const good = { kind: "good", releaseName: "vbi" } as const;
  it.each([
    [
      { ...good, file: "a.yaml", changed: ["node", "airflow.owner"], variables: ["BUILD_VERSION"] },
      "ok",
      "a.yaml: sets node, airflow.owner; from the environment: BUILD_VERSION; release name vbi",
    ],
    [
      { ...good, file: "a.yaml", changed: [], variables: [] },
      "ok",
      "a.yaml: every setting is its default; release name vbi",
    ],
    [
      { ...good, file: null, changed: [], variables: [] },
      "ok",
      "no file: every setting is its default; release name vbi",
    ],
    [
      { kind: "broken", message: "2 wrong settings:\n  a\n  b", hint: "h", file: "a.yaml" },
      "problem",
      "a.yaml: 2 wrong settings: a; b",
    ],
    [{ kind: "no client repo", root: "/root" }, "absent", "no client repo in /root"],
  ] as const)("with the config %j is %s", (facts, status, found) => {
    expect(configVerdict(facts)).toMatchObject({ status, found });
  });

  it.each([
    ["1.2.3", "ok"],
    ["1.2.4", "warning"],
    [undefined, "problem"],
  ] as const)("with the library %s, under a command of 1.2.3, is %s", (version, status) => {
    expect(libraryVerdict({ version, ownVersion: "1.2.3" }).status).toBe(status);
  });

  it.each([
    [0, "problem", "no file matches dist/*.js, lib/*.js"],
    [1, "ok", "1 file matches dist/*.js, lib/*.js"],
    [2, "ok", "2 files match dist/*.js, lib/*.js"],
  ] as const)("with %i workflow modules is %s", (count, status, found) => {
    expect(modulesVerdict(count, ["dist/*.js", "lib/*.js"])).toMatchObject({ status, found });
  });

  it.each([
    ["0123456789abcdef", false, "", "ok", "commit 0123456789ab"],
    ["0123456789abcdef", true, "", "warning", "commit 0123456789ab, with changes that are not committed"],
    ["0123456789abcdef", null, "", "ok", "commit 0123456789ab"],
    [null, null, "git is not installed", "problem", "git is not installed"],
  ] as const)("at commit %s, dirty %s, %j, is %s", (commit, dirty, why, status, found) => {
    expect(gitVerdict(commit, dirty, why)).toMatchObject({ status, found });
  });

  it.each([
    [{ name: "package-lock.json", npm: "10.8.2" }, "ok", "package-lock.json, npm 10.8.2"],
    [{ name: "package-lock.json", npm: undefined }, "problem", "package-lock.json, but npm does not run"],
    [{ name: "pnpm-lock.yaml", npm: undefined }, "ok", "pnpm-lock.yaml"],
    [{ name: undefined, npm: "10.8.2" }, "problem", "none, npm 10.8.2"],
  ] as const)("with the lock file %j is %s", (facts, status, found) => {
    expect(lockFileVerdict(facts)).toMatchObject({ status, found });
  });
});

describe("Python and Airflow", () => {
  const found = { python: "/usr/bin/python3", namedBy: undefined };
  const named = { python: "/opt/python", namedBy: "airflow.python" };
  const nowhere = { python: undefined, namedBy: undefined };

  it.each([
    [found, "3.11.7", "ok", "3.11.7 (/usr/bin/python3)"],
    [nowhere, undefined, "absent", "no Python 3 on PATH"],
    [named, undefined, "problem", "/opt/python does not run"],
    [named, "2.7.18", "problem", "2.7.18 (/opt/python)"],
  ] as const)("%j of version %s is %s", (choice, version, status, words) => {
    expect(pythonVerdict(choice, version)).toMatchObject({ status, found: words });
  });

  it.each([
    ["2.9.3", "problem"],
    ["2.10.5", "ok"],
    ["2.11.2", "ok"],
    ["2.12.0", "problem"],
    ["2.1.0", "problem"],
    ["3.0.0", "ok"],
    ["3.3.2", "ok"],
    ["4.0.0", "warning"],
    ["1.10.15", "problem"],
  ] as const)("Airflow %s is %s", (version, status) => {
    expect(airflowVerdict(found, { version, refusal: null })).toMatchObject({
      status,
      found: `${version} (/usr/bin/python3)`,
    });
  });

  it.each([
    [found, { version: null, refusal: null }, "absent", /^none in \/usr\/bin\/python3$/],
    [named, { version: null, refusal: null }, "problem", /none in \/opt\/python, which airflow\.python names/],
    [nowhere, undefined, "absent", /no Python 3/],
    [found, { version: "3.1.0", refusal: "ModuleNotFoundError: x" }, "problem", /3\.1\.0 .* ModuleNotFoundError: x/],
    [found, { version: null, refusal: "SyntaxError: x" }, "problem", /of unknown version .* SyntaxError: x/],
  ] as const)("%j with %j is %s", (choice, facts, status, words) => {
    expect(airflowVerdict(choice, facts)).toMatchObject({ status, found: expect.stringMatching(words) });
  });
});

describe("CODE_MOUNT", () => {
  const folder = { kind: "folder", folder: "/code", writable: true, releases: [], incomplete: [] } as const;
  it.each<[CodeMountFacts, string, RegExp]>([
    [{ kind: "not set" }, "absent", /^not set$/],
    [{ kind: "relative", folder: "code" }, "problem", /^code is a relative path/],
    [{ kind: "missing", folder: "/code" }, "problem", /^there is no \/code$/],
    [{ kind: "no folder", folder: "/code" }, "problem", /^\/code is no folder$/],
    [{ kind: "unreadable", folder: "/code", reason: "EACCES" }, "problem", /cannot be read: EACCES/],
    [folder, "warning", /^\/code, writable, no release in it$/],
    [{ ...folder, writable: false, releases: ["a_1"] }, "ok", /^\/code, read-only, 1 release: a_1$/],
    [
      { ...folder, releases: ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"] },
      "ok",
      /10 releases: a, b, c, d, e, f, g, h and 2 more$/,
    ],
    [
      { ...folder, releases: ["a_1"], incomplete: [{ name: "a_2", lacks: ["manifest.json", "tasks"] }] },
      "warning",
      /1 release: a_1; a_2 is not whole: it has no manifest\.json, no tasks$/,
    ],
    [
      { ...folder, incomplete: ["x", "y"].map((name) => ({ name, lacks: ["tasks"] })) },
      "warning",
      /x is not whole: it has no tasks, and 1 more like it$/,
    ],
  ])("%j is %s", (facts, status, found) => {
    expect(codeMountVerdict(facts)).toMatchObject({ status, found: expect.stringMatching(found) });
  });
});

describe("DKIST_SPOOL", () => {
  const folder = {
    kind: "folder",
    folder: "/spool",
    writable: true,
    waiting: 0,
    waitingSince: null,
    others: 0,
    isCut: false,
  } as const;
  const since = "2026-11-24T16:50:10Z";
  it.each<[SpoolFacts, string, RegExp, RegExp]>([
    [{ kind: "not set" }, "absent", /^not set$/, /in its task's log alone/],
    [{ kind: "relative", folder: "spool" }, "problem", /^spool is a relative path/, /must be the absolute path/],
    [{ kind: "missing", folder: "/spool" }, "problem", /^there is no \/spool, /, /^make it, or mount its disk/],
    [{ kind: "no folder", folder: "/spool" }, "problem", /^\/spool is no folder$/, /must be/],
    [{ kind: "unreadable", folder: "/spool", reason: "EACCES" }, "problem", /cannot be read: EACCES/, /must be/],
    [folder, "ok", /^\/spool, writable, no message waits$/, /^$/],
    [{ ...folder, writable: false }, "problem", /^\/spool, read-only, no message waits$/, /can write/],
    [
      { ...folder, waiting: 1, waitingSince: since },
      "warning",
      /, 1 message waits, since 2026-11-24T16:50:10Z$/,
      /dkist-core notify --flush$/,
    ],
    [
      { ...folder, waiting: 12, waitingSince: since, others: 1, isCut: true },
      "warning",
      /, 12 messages wait, the oldest since 2026-11-24T16:50:10Z, 1 file that is no message, and more .* looked at$/,
      /send what waits: dkist-core notify --flush$/,
    ],
    [{ ...folder, others: 2 }, "warning", /, no message waits, 2 files that are no messages$/, /take them out/],
  ])("%j is %s", (facts, status, found, hint) => {
    const verdict = spoolVerdict(facts);
    expect(verdict).toMatchObject({ status, found: expect.stringMatching(found) });
    expect(verdict.hint ?? "").toMatch(hint);
  });
});

describe("the broker", () => {
  const facts = (env: Readonly<Record<string, string>>, isUnnamed = false) => ({
    settings: readBrokerSettings(env),
    variables: Object.keys(env),
    isUnnamed,
  });
  const SECRET = "hunter-22-secret";

  it("settings are said whole but for the password", () => {
    const verdict = brokerSettingsVerdict(facts({ ISB_USERNAME: "vbi", ISB_PASSWORD: SECRET }));
    expect(verdict).toEqual({
      status: "ok",
      found:
        "amqp to localhost:5672 as vbi, exchange master.direct.x, queue type classic (set: ISB_USERNAME, ISB_PASSWORD)",
    });
  });

  it("settings that are all default are said to be", () => {
    expect(brokerSettingsVerdict(facts({})).found).toContain("(none is set: all defaults)");
  });

  it("settings that are wrong are a problem, whose values are not shown", () => {
    const wrong = facts({ MESH_CONFIG: `{"interservice-bus": "${SECRET}"}`, ISB_PROTOCOL: SECRET });
    const verdict = brokerSettingsVerdict(wrong);
    expect(verdict).toMatchObject({ status: "problem", found: expect.stringMatching(/ISB_PROTOCOL.*; MESH_CONFIG/) });
    expect(JSON.stringify(verdict)).not.toContain(SECRET);
    expect(brokerVerdict(wrong, undefined)).toMatchObject({ status: "not checked" });
  });

  it("is not named by a MESH_CONFIG of other services", () => {
    expect(brokerSettingsVerdict(facts({ MESH_CONFIG: '{"other": {}}' }, true))).toMatchObject({ status: "warning" });
  });

  it.each([
    [undefined, "absent"],
    [{ isReady: true, found: "x" }, "ok"],
    [{ isReady: false, found: "x", hint: "y" }, "problem"],
  ] as const)("that answers %j is %s", (advice, status) => {
    expect(brokerVerdict(facts({}), advice)).toMatchObject({ status, ...(advice?.isReady === false && { hint: "y" }) });
  });
});
