import type { CheckLevel } from "./check-rendered.js";
import type { ReleaseDescription, ReleaseFacts } from "./model/artifact.js";
import { releaseChanges } from "./model/release-changes.js";
import type { WorkflowModel } from "./model/workflow-model.js";
import type { Templates } from "./render/engine.js";
import { drawGraphs, inlineSvg } from "./render/graph-picture.js";
import { GRAPH_STYLE } from "./render/graph-style.js";
import { reportPage } from "./report/html.js";

/**
 * Prepares a release's page: draws the pictures now, so that the page can be written as soon as the digests are known.
 *
 * @param previous - what it is compared with
 */
export async function prepareReportPage(
  workflows: readonly WorkflowModel[],
  levels: readonly CheckLevel[],
  previous: ReleaseDescription | null,
  templates: Templates,
): Promise<(release: ReleaseFacts) => string> {
  const pictures = (await drawGraphs(workflows)).map((picture, index) => inlineSvg(picture, `graph-${index}`));
  return (release) =>
    reportPage(
      {
        release,
        levels,
        changes: previous === null ? null : { since: previous.version, changes: releaseChanges(previous, release) },
        pictures,
        pictureStyle: GRAPH_STYLE,
      },
      templates,
    );
}
