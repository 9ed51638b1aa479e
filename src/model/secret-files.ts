/** Names that hold secrets by convention: a release is readable to everyone who runs it. */
const SECRETS = [
  /^\.env(rc|\..*)?$/i,
  /^\.(npmrc|netrc|pgpass|pypirc|git-credentials|dockercfg)$/i,
  /^pip\.conf$/i,
  /^id_(rsa|dsa|ecdsa|ed25519)$/i,
  /\.(pem|key|p12|pfx|jks|kdbx)$/i,
  // An editor's copy of what somebody is writing.
  /^\..*\.sw[a-p]$/i,
];
/** Of a file alone: a folder of that name may hold what reads them. */
const SECRET_FILE = /^(secrets?|credentials?)(\.(json|ya?ml|toml|ini|txt))?$/i;
const SECRET_FOLDERS = new Set([".git", ".aws", ".ssh", ".gnupg", ".kube", ".docker"]);

/**
 * Whether a path, relative and with forward slashes, looks like a secret.
 *
 * @example
 * looksSecret("config/.env.production") // true
 */
export function looksSecret(path: string): boolean {
  const parts = path.split("/");
  if (SECRET_FILE.test(parts.at(-1) ?? "")) return true;
  return parts.some((part) => SECRET_FOLDERS.has(part) || SECRETS.some((secret) => secret.test(part)));
}
