/** What an error says, whatever was thrown. */
export function messageOf(cause: unknown): string {
  // Not `instanceof`: Node's own errors may be of another realm.
  return typeof cause === "object" && cause !== null && "message" in cause ? String(cause.message) : String(cause);
}
