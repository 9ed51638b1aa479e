import { collectAssets } from "./artifact/assets.js";
import type { BundleSettings } from "./bundle/bundle-settings.js";
import { bundleTasks } from "./bundle/bundle-tasks.js";
import type { ClientRepo } from "./client-repo.js";
import { refuseUnknownTasks } from "./config/refuse-unknown-tasks.js";
import { locateTasks } from "./load/locate-tasks.js";
import { counted } from "./model/counted.js";
import { isClean } from "./model/diagnostics.js";
import type { Finding } from "./model/finding.js";
import type { Progress } from "./model/progress.js";
import type { FileEntry, TaskBundle } from "./model/task-bundle.js";
import type { Templates } from "./render/engine.js";
import { createShim } from "./render/shim.js";

/** What the workers get of a client repo, and all findings so far; without bundles where an error came before them. */
export interface BundledRepo {
  readonly bundles: readonly TaskBundle[];
  readonly assets: readonly FileEntry[];
  readonly findings: readonly Finding[];
}

/**
 * Finds and bundles every Task of a client repo, and collects its assets.
 *
 * @throws DkistCoreError BAD_ASSET; BAD_CONFIG for settings of a Task that is none
 */
export async function bundleRepo(repo: ClientRepo, templates: Templates, progress: Progress): Promise<BundledRepo> {
  const { config } = repo;
  const assets = await assetsOf(repo);
  progress.start("bundle");
  const located = await locateTasks(await repo.taskModules(), repo.client);
  const findings = [...repo.findings, ...located.findings];
  if (!isClean(repo.findings)) return { bundles: [], assets, findings };
  refuseUnknownTasks(config.tasks, repo.client.taskClasses);
  const bundled = await bundleTasks(located.tasks, bundleSettings(repo, templates), (done) =>
    progress.doing?.("bundle", `${done} of ${located.tasks.length} tasks`),
  );
  const folders = bundled.bundles.filter(({ isolation }) => isolation === "folder").length;
  progress.done(
    "bundle",
    `${counted(bundled.bundles.length, "task")}${folders === 0 ? "" : `, ${counted(folders, "folder")} among them`}`,
  );
  return { bundles: bundled.bundles, assets, findings: [...findings, ...bundled.findings] };
}

/** The files of a client repo that its config names as assets. */
export function assetsOf({ config }: ClientRepo): Promise<FileEntry[]> {
  const { root, assets, publicAssets, outDir, dagsDir } = config;
  return collectAssets(root, assets, { made: [outDir, dagsDir], publicFiles: publicAssets });
}

/** How the Tasks of a client repo are bundled. */
export function bundleSettings({ config }: ClientRepo, templates: Templates): Omit<BundleSettings, "scan" | "kept"> {
  const { root, node, external, tasks, outDir, dagsDir } = config;
  return { root, target: node, external, made: [outDir, dagsDir], tasks, shim: createShim(templates) };
}
