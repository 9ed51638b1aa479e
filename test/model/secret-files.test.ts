import { expect, it } from "@jest/globals";
import { looksSecret } from "../../src/model/secret-files.js";

it.each([
  [".env", true],
  ["config/.env.production", true],
  [".ENV", true],
  [".npmrc", true],
  ["home/.ssh/config", true],
  [".git/config", true],
  ["id_ed25519", true],
  ["tls/server.key", true],
  ["tls/ca.PEM", true],
  [".envrc", true],
  ["src/secrets.json", true],
  ["credentials", true],
  [".pypirc", true],
  ["pip.conf", true],
  [".kube/config", true],
  [".notes.txt.swp", true],
  ["secrets/readme.md", false],
  ["secretary.json", false],
  ["x.swp", false],
  ["environment.json", false],
  ["docs/.envelope", false],
  ["id_rsa.pub", false],
  ["keys.json", false],
  ["monkey.ts", false],
])("%s: %p", (file, secret) => {
  expect(looksSecret(file)).toBe(secret);
});
