import type { BundleSummary, ReleaseFacts, WrittenArtifact } from "../model/artifact.js";
import type { Markup } from "../model/markup.js";
import { byCodeUnit } from "../model/naming.js";
import { nodeFacts } from "../model/node-facts.js";
import { changesView, type ChangesSince } from "./html-changes.js";
import { pageFrame, type PageTemplates } from "./page.js";
import { bytesText } from "./text.js";
import { counted } from "../model/counted.js";

/** What a release's page shows. */
export interface ReportPageInput {
  readonly release: ReleaseFacts;
  readonly levels: readonly { readonly level: string; readonly ran: boolean; readonly reason?: string }[];
  /** Null where there is no earlier release to compare with. */
  readonly changes: ChangesSince | null;
  /** SVG elements, in the workflows' order. */
  readonly pictures: readonly Markup[];
  /** The style sheet that the pictures need. */
  readonly pictureStyle: string;
}

type Workflow = ReleaseFacts["workflows"][number];

/** The page of a release: one self-contained HTML file. Pure: the same release gives the same bytes. */
export function reportPage(input: ReportPageInput, templates: PageTemplates): string {
  const { release, levels, changes, pictures, pictureStyle } = input;
  const { name, version, workflows, bundles, artifacts } = release;
  const nodes = workflows.reduce((sum, workflow) => sum + workflow.nodes.length, 0);
  const taskIds = new Map(bundles.map(({ taskName }, index) => [taskName, `task-${index}`]));
  return templates.render("report.html", {
    ...pageFrame(
      [templates.render("page.css", {}), templates.render("report.css", {}), pictureStyle],
      script(templates),
    ),
    name,
    version,
    title: `${name} ${version}`,
    numbers: [
      { number: workflows.length, noun: workflows.length === 1 ? "workflow" : "workflows" },
      { number: nodes, noun: nodes === 1 ? "node" : "nodes" },
      { number: bundles.length, noun: bundles.length === 1 ? "task" : "tasks" },
      { number: bytesText(artifacts.reduce((sum, { bytes }) => sum + bytes, 0)), noun: "to deploy" },
    ],
    origin: originView(release),
    levels: levels.map(levelView),
    changes: changesView(changes),
    workflows: workflows.map((workflow, index) => workflowView(workflow, index, pictures[index] ?? "", taskIds)),
    licenses: licensesView(bundles),
    tasks: bundles.map((bundle, index) => taskView(bundle, `task-${index}`, workflows)),
    artifacts: artifacts.map(artifactView),
  });
}

function script(templates: PageTemplates): string {
  return templates.render("report.js", {});
}

function originView({ gitCommit, gitDirty, lockfileSha256, node, toolVersion }: ReleaseFacts): object[] {
  const state = gitDirty === true ? "with changes that are not committed" : "as it was committed";
  return [
    { label: "Git commit", code: gitCommit ?? "", text: gitCommit === null ? "none: not in git" : state },
    { label: "Lock file", code: lockfileSha256 ?? "", text: lockfileSha256 === null ? "none" : "" },
    { label: "Built by", code: "", text: `dkist-core ${toolVersion} with Node ${node.builtWith}, for ${node.target}` },
  ];
}

/** What each level stands for; a level of tomorrow is shown by its name alone. */
const LEVELS: Readonly<Record<string, string>> = {
  rules: "names, versions, options and graphs follow the rules, and a worker can find every Task",
  bundles: "every Task is bundled, and its bundle starts alone in an empty folder",
  python: "every DAG file compiles",
  airflow: "a real Airflow loads all DAG files and understands what the workflows say",
};

function levelView({ level, ran, reason }: ReportPageInput["levels"][number]): object {
  const verdict = ran ? "checked" : "not checked";
  return { level, ran, verdict, sign: ran ? "✓" : "–", meaning: LEVELS[level] ?? "", reason: reason ?? "" };
}

function workflowView(
  { workflowName, dagId, file, tags, nodes }: Workflow,
  index: number,
  picture: Markup | "",
  taskIds: ReadonlyMap<string, string>,
): object {
  return {
    id: `workflow-${index}`,
    // Small ones stand side by side.
    size: nodes.length > 2 ? "wide" : "small",
    workflowName,
    // What makes a DAG id of the name, shown apart from it.
    suffix: dagId.slice(workflowName.length),
    file,
    tags,
    picture,
    pictureLabel: `Picture of ${workflowName}`,
    tableLabel: `Nodes of ${workflowName}`,
    count: counted(nodes.length, "node"),
    nodes: nodes.map((node) => {
      const [facts = "", more = ""] = nodeFacts(node);
      const { taskName, upstreams } = node;
      return { taskName, task: taskIds.get(taskName) ?? "", upstreams: upstreams.join(", "), facts, more };
    }),
  };
}

function taskView(bundle: BundleSummary, id: string, workflows: readonly Workflow[]): object {
  const { taskName, isolation, reasons, native, packages, bytes, digest } = bundle;
  const placed = workflows.flatMap((workflow, index) =>
    workflow.nodes
      .filter((node) => node.taskName === taskName)
      .map((node) => ({
        workflow: `workflow-${index}`,
        workflowName: workflow.workflowName,
        facts: nodeFacts(node).join(" · "),
      })),
  );
  return {
    id,
    taskName,
    size: bytesText(bytes),
    isolation: isolation === "bundle" ? "one file" : "a folder",
    isFolder: isolation === "folder",
    reasons,
    native:
      native === null ? "" : [native.platform, native.arch, native.libc ?? ""].filter((part) => part !== "").join(" "),
    placed,
    digest,
    packageCount: counted(packages.length, "package"),
    packages: packages.map(({ name, version, license }) => ({
      name,
      version,
      license: license ?? "no licence stated",
    })),
  };
}

/** How many packages of the release are under each licence, each package once. */
function licensesView(bundles: readonly BundleSummary[]): object[] {
  const packages = new Map(
    bundles.flatMap((bundle) => bundle.packages).map((one) => [`${one.name} ${one.version}`, one.license]),
  );
  const counts = new Map<string, number>();
  for (const license of packages.values()) {
    counts.set(license ?? "no licence stated", (counts.get(license ?? "no licence stated") ?? 0) + 1);
  }
  return [...counts].sort(([a], [b]) => byCodeUnit(a, b)).map(([license, count]) => ({ license, count }));
}

function artifactView({ kind, path, bytes, sha256 }: WrittenArtifact): object {
  const purpose = { code: "for the workers, unpacked under $CODE_MOUNT", workflows: "for Airflow's DAGs folder" };
  return { path, size: bytesText(bytes), sha256, purpose: purpose[kind] };
}
