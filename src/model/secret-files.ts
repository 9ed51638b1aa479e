/** Names that hold secrets by convention: a release is readable to everyone who runs it. */
const SECRETS = [
  /^\.env(\..*)?$/i,
  /^\.(npmrc|netrc|pgpass|git-credentials)$/i,
  /^id_(rsa|dsa|ecdsa|ed25519)$/i,
  /\.(pem|key|p12|pfx|jks)$/i,
];
const SECRET_FOLDERS = new Set([".git", ".aws", ".ssh", ".gnupg"]);

/**
 * Whether a path, relative and with forward slashes, looks like a secret.
 *
 * @example
 * looksSecret("config/.env.production") // true
 */
export function looksSecret(path: string): boolean {
  return path.split("/").some((part) => SECRET_FOLDERS.has(part) || SECRETS.some((secret) => secret.test(part)));
}
