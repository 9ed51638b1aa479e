/** `| head` closes the pipe before we are done, and a user the terminal: that a write fails then is no error. */
export function isReaderGone({ code }: NodeJS.ErrnoException): boolean {
  return code === "EPIPE" || code === "EIO";
}
