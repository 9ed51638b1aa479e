import type { NativePlatform } from "./task-bundle.js";

/**
 * A machine as far as native code is concerned. Asked only where a bundle has native addons, as the answer about libc takes
 * some milliseconds.
 */
export function nativePlatformOf({
  platform,
  arch,
  report,
}: Pick<NodeJS.Process, "platform" | "arch" | "report">): NativePlatform {
  return { platform, arch, libc: platform === "linux" ? libcOf(report) : null };
}

function libcOf(report: NodeJS.ProcessReport): "glibc" | "musl" {
  // Otherwise making the report looks up a name for each open socket. Not in the types of Node 20, though it came with it.
  Object.assign(report, { excludeNetwork: true });
  const { header } = report.getReport() as { readonly header?: { readonly glibcVersionRuntime?: string } };
  return header?.glibcVersionRuntime === undefined ? "musl" : "glibc";
}
