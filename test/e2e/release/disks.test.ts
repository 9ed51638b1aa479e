/** What deploy does on disks that are full or cannot be written. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { PACKAGE_ROOT } from "../../helpers/client-repo.js";
import { removeFolders, tempFolder } from "../../helpers/folders.js";
import { smallRelease } from "../../helpers/small-release.js";

afterEach(removeFolders);

const OWN_MOUNTS = ["--map-root-user", "--mount"];
/** Whether a process may mount disks that it alone sees: as root, or in a user namespace; in some containers not. */
const MAY_MOUNT = spawnSync("unshare", [...OWN_MOUNTS, "true"]).status === 0;
/** Cannot be written by anybody, root included. */
const NOT_WRITABLE = "/sys/kernel";

/**
 * Runs a shell script in which `deploy` deploys a release of 1 MB to $MOUNT and $DAGS, and `list` lists both, hidden names
 * too.
 */
async function script(text: string, places: { mount?: string; dags?: string } = {}): Promise<string> {
  const assets = [{ path: "large", content: randomBytes(1_000_000), executable: false }];
  const { manifest } = await smallRelease(await tempFolder(), { assets });
  const head = `
    deploy() { code=0; node "$CLI" deploy "$RELEASE" --code-mount "$MOUNT" --dags "$DAGS" 2>&1 || code=$?; echo "exit $code"; }
    list() { find "$MOUNT" "$DAGS" -mindepth 1; echo "end of list"; }
  `;
  const env = {
    ...process.env,
    NODE_OPTIONS: "",
    CLI: path.join(PACKAGE_ROOT, "bin/dkist-core.js"),
    RELEASE: manifest,
    MOUNT: places.mount ?? (await tempFolder()),
    DAGS: places.dags ?? (await tempFolder()),
  };
  const shell = ["sh", "-ec", `${head}${text}`];
  const [program = "", ...parameters] = MAY_MOUNT ? ["unshare", ...OWN_MOUNTS, ...shell] : shell;
  const { stdout, stderr } = spawnSync(program, parameters, { env, encoding: "utf8" });
  return `${stdout}${stderr}`;
}

describe(MAY_MOUNT ? "on disks of its own" : "without disks of its own, which this machine does not allow", () => {
  it("a CODE_MOUNT that gets full leaves nothing, and says why; with room, the same deploy succeeds", async () => {
    const output = await script(
      MAY_MOUNT
        ? `mount -t tmpfs -o size=900k tmpfs "$MOUNT"; deploy; list; mount -o remount,size=9m "$MOUNT"; deploy`
        : `(ulimit -f 1000; deploy); list; deploy`,
    );
    expect(output).toMatch(/error WRITE_FAILED {2}cannot write: (ENOSPC|EFBIG)/);
    expect(output).toMatch(/exit 2\nend of list\n[^]*deployed vbi 1\.4\.0[^]*exit 0\n$/);
  });

  it("a DAGs folder that is full leaves nothing, not even the code on the other disk", async () => {
    const output = await script(
      MAY_MOUNT
        ? `mount -t tmpfs -o size=64k tmpfs "$DAGS"; cat /dev/zero > "$DAGS/fill" 2>/dev/null || true; deploy; rm "$DAGS/fill"; list; deploy`
        : `deploy; DAGS=$MOUNT; list`,
      MAY_MOUNT ? {} : { dags: NOT_WRITABLE },
    );
    expect(output).toMatch(/error WRITE_FAILED {2}cannot write: (ENOSPC|EPERM|EACCES|EROFS)/);
    expect(output).toMatch(/exit 2\nend of list\n/);
    if (MAY_MOUNT) expect(output).toMatch(/deployed vbi 1\.4\.0[^]*exit 0\n$/);
  });

  it("a CODE_MOUNT that cannot be written is told, and no DAG file is put in place; it is no hindrance where the code is", async () => {
    const output = await script(
      MAY_MOUNT
        ? `mount -t tmpfs -o ro tmpfs "$MOUNT"; deploy; list
           mount -o remount,rw "$MOUNT"; deploy > /dev/null; rm "$DAGS"/*; mount -o remount,ro "$MOUNT"; deploy`
        : `deploy; MOUNT=$DAGS; list`,
      MAY_MOUNT ? {} : { mount: NOT_WRITABLE },
    );
    expect(output).toMatch(/error WRITE_FAILED {2}cannot write: (EROFS|EPERM|EACCES)[^]*exit 2\nend of list\n/);
    if (MAY_MOUNT) expect(output).toMatch(/ = code [^]* \+ dag [^]*deployed vbi 1\.4\.0[^]*exit 0\n$/);
  });
});
