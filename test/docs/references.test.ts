import { expect, it } from "@jest/globals";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { PACKAGE_ROOT } from "../helpers/client-repo.js";

it("docs/cli.md, docs/codes.md and docs/api are what the commands and the sources say", async () => {
  const check = promisify(execFile)(process.execPath, ["scripts/docs.js", "--check"], { cwd: PACKAGE_ROOT });
  await expect(check).resolves.toEqual({ stdout: "", stderr: "" });
}, 120_000);
