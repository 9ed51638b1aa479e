/** What npm takes for a name, for a package that is not published under a scope of somebody else's. */
const PACKAGE_NAME = /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/;
const MAX_LENGTH = 100;

export const PACKAGE_NAME_RULE = `up to ${MAX_LENGTH} lower-case letters, digits, '.', '_' and '-', starting with a letter or a digit`;

/**
 * Whether a text can be a client repo's package name. Shorter than npm's 214 characters: it becomes a release's name.
 *
 * @see https://docs.npmjs.com/cli/configuring-npm/package-json#name
 */
export function isPackageName(text: string): boolean {
  return text.length <= MAX_LENGTH && PACKAGE_NAME.test(text);
}

/**
 * A package name like a folder's.
 *
 * @returns undefined where nothing of the text can stand in a name
 * @example
 * packageNameLike("My Pipeline (VBI)") // "my-pipeline-vbi"
 */
export function packageNameLike(text: string): string | undefined {
  const name = text
    .normalize("NFKD")
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+|[^a-z0-9]+$/g, "")
    .slice(0, MAX_LENGTH);
  return isPackageName(name) ? name : undefined;
}
