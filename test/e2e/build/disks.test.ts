/** What build and export-dags do on disks that are full, or cannot be written or read. */
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { chainModule, clientRepo, PACKAGE_ROOT, type ClientRepo } from "../../helpers/client-repo.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";

const OWN_MOUNTS = ["--map-root-user", "--mount"];
/** Whether a process may mount disks that it alone sees: as root, or in a user namespace; in some containers not. */
const MAY_MOUNT = spawnSync("unshare", [...OWN_MOUNTS, "true"]).status === 0;

let repo: ClientRepo;
beforeAll(() => {
  repo = clientRepo({
    "dist/workflows/flow.js": chainModule("flow", ["A"]),
    "conf/large": "",
    "dkist-core.config.json": JSON.stringify({ assets: ["conf/*"] }),
  });
  writeFileSync(repo.file("conf/large"), randomBytes(1_000_000));
});
afterAll(async () => {
  repo.remove();
  await removeFolders();
});

/** Runs a shell script in which `build` builds into $OUT, and `list` shows what is there, hidden names too. */
async function script(text: string): Promise<string> {
  const head = `
    core() { code=0; $AS node "$CLI" "$@" --cwd "$REPO" --version dev 2>&1 || code=$?; echo "exit $code"; }
    build() { core build --airflow none --out "$OUT"; }
    AS=
    # Root may read every file; without two of its capabilities it may what a file's owner may.
    as_owner() { [ "$(id -u)" != 0 ] || AS="setpriv --bounding-set=$CAPS --inh-caps=$CAPS"; "$@"; AS=; }
    list() { (cd "$OUT" && find . -type f | sort | xargs -r sha256sum); echo "end of list"; }
  `;
  const env = {
    ...process.env,
    NODE_OPTIONS: "",
    GITHUB_ACTIONS: "",
    CLI: path.join(PACKAGE_ROOT, "bin/dkist-core.js"),
    REPO: repo.root,
    OUT: await tempFolder(),
    CAPS: "-dac_override,-dac_read_search",
  };
  const shell = ["sh", "-ec", `${head}${text}`];
  const [program = "", ...parameters] = MAY_MOUNT ? ["unshare", ...OWN_MOUNTS, ...shell] : shell;
  const { stdout, stderr } = spawnSync(program, parameters, { env, encoding: "utf8" });
  return `${stdout}${stderr}`;
}

const lists = (output: string): string[] =>
  [...output.matchAll(/^LIST\n([^]*?)^end of list$/gm)].map(([, list = ""]) => list);

it("a disk that gets full leaves the release that was there, and no half file; with room, the next build succeeds", async () => {
  const full = MAY_MOUNT
    ? `mount -t tmpfs -o size=1500k tmpfs "$OUT"; build; echo LIST; list
       echo x > "$REPO/conf/small"; build; echo LIST; list; mount -o remount,size=9m "$OUT"; build`
    : `build; echo LIST; list; echo x > "$REPO/conf/small"; (ulimit -f 1000; build); echo LIST; list; build`;
  const output = await script(full);

  expect(output).toMatch(/exit 0[^]*error WRITE_FAILED {2}cannot write: (?:ENOSPC|EFBIG)[^]*exit 2\n[^]*exit 0\n$/);
  const [before, after] = lists(output);
  expect(before?.trimEnd().split("\n")).toHaveLength(4);
  expect(after).toBe(before);
}, 300_000);

it("an output that is read-only leaves the release that was there, and says why", async () => {
  const output = await script(
    MAY_MOUNT
      ? `mount -t tmpfs tmpfs "$OUT"; build; echo LIST; list; mount -o remount,ro "$OUT"; build; core export-dags --path "$OUT/dags"; echo LIST; list`
      : `build; echo LIST; list; IN=$OUT; OUT=/sys/kernel build; core export-dags --path /sys/kernel; echo LIST; list`,
  );

  expect(output.match(/error WRITE_FAILED {2}cannot write: (?:EROFS|EPERM|EACCES)[^]*?exit 2\n/g)).toHaveLength(2);
  const [before, after] = lists(output);
  expect(after).toBe(before);
}, 300_000);

it("an asset that cannot be read is refused by name, and leaves the release that was there", async () => {
  const output = await script(
    `build; echo LIST; list; echo y > "$REPO/conf/closed"; chmod 000 "$REPO/conf/closed"; as_owner build
     echo LIST; list; chmod 600 "$REPO/conf/closed"; build`,
  );

  expect(output).toMatch(
    /exit 0[^]*error BAD_ASSET {2}the asset "conf\/closed" cannot be read: EACCES[^]*?\n {2}hint: check its permissions\nexit 2\n[^]*exit 0\n$/,
  );
  const [before, after] = lists(output);
  expect(before?.trimEnd().split("\n")).toHaveLength(4);
  expect(after).toBe(before);
}, 300_000);
