import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { releaseChanges } from "../../src/model/release-changes.js";
import { anyText } from "../helpers/hostile.js";
import { AFTER, BEFORE } from "../helpers/release-pair.js";
import { bundleSummary, pageOf, releaseFacts, WORKFLOWS } from "../helpers/report-input.js";
import { nodeModel, workflowModel } from "../helpers/workflow-models.js";

/** What a reader sees, roughly: texts without tags, one space between them. */
const textOf = (html: string): string =>
  html
    .replace(/<(style|script)>[^]*?<\/\1>/g, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ")
    .replaceAll("&gt;", ">");

/** The elements of a page and the names of their attributes. */
const tagsOf = (html: string): string[] =>
  (html.match(/<[^>]*>/g) ?? []).map((tag) => tag.replace(/="[^"]*"/g, "=").replace(/ d=| width=| height=/g, ""));

/** A respect in which something differs, all of it a user's text. */
const detail = (text: string) => ({ what: "package", name: text, before: text, after: text });

describe("the report page", () => {
  it("says what was released, of what, and what was checked and what not", async () => {
    const text = textOf(await pageOf(releaseFacts(WORKFLOWS)));
    expect(text).toContain("vbi 1.4.0");
    expect(text).toContain("2 workflows 27 nodes 27 tasks 2.7 MB to deploy");
    expect(text).toContain(`${"c".repeat(40)} with changes that are not committed`);
    expect(text).toMatch(/✓ checked rules .* – not checked airflow .* Not done: no python3 on PATH/);
    expect(text).toContain(
      `vbi_1.4.0_code.zip 2.6 MB · for the workers, unpacked under $CODE_MOUNT sha256 ${"a".repeat(64)}`,
    );
    expect(text).toContain("There was no earlier release in the same folder");
  });

  it("shows a task with its size, packages, licences, and why it is a folder", async () => {
    const release = releaseFacts([workflowModel("w", [nodeModel("Preview", { retries: 3, resourceQueue: "gpu" })])], {
      bundles: [
        bundleSummary("Preview", {
          isolation: "folder",
          reasons: ["sharp: a native addon"],
          native: { platform: "linux", arch: "x64", libc: "glibc" },
          packages: [
            { name: "sharp", version: "1.0.0", license: "Apache-2.0" },
            { name: "old", version: "0.1.0", license: null },
          ],
        }),
      ],
    });
    const text = textOf(await pageOf(release));
    expect(text).toContain("Preview 89.5 kB · a folder · only for linux x64 glibc");
    expect(text).toContain("because of: sharp: a native addon w gpu · 3 retries · no timeout");
    expect(text).toContain("2 packages sharp 1.0.0 Apache-2.0 old 0.1.0 no licence stated");
    expect(text).toContain("Apache-2.0 (1) no licence stated (1)");
  });

  it("says what changed since the release before, in the words of diff", async () => {
    const text = textOf(await pageOf(AFTER, { since: "1.3.0", changes: releaseChanges(BEFORE, AFTER) }));
    expect(text).toContain("Compared with 1.3.0");
    expect(text).toContain(
      "21 changes: 5 added, 11 changed, 5 removed Workflows + added workflow l0_to_l1_new : 1 node",
    );
    expect(text).toContain("Workflow l0_to_l1_vbi ~ changed workflow");
    expect(text).toContain("~ changed task Dark : lodash 4.17.20 -> 4.17.21 , code unchanged, 77.0 kB -> 78.0 kB");
    expect(text).toContain("+ added edge Dark >> Flat");
    expect(textOf(await pageOf(BEFORE, { since: "1.2.0", changes: [] }))).toContain("no change");
  });

  it("asks nobody for anything, and is the same bytes again", async () => {
    const page = await pageOf(releaseFacts(WORKFLOWS));
    expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:|\ssrc=|@import|url\(/);
    expect(page).toContain("default-src &#39;none&#39;");
    expect(await pageOf(releaseFacts(WORKFLOWS))).toBe(page);
  });

  it("has the same elements whatever users write", async () => {
    const page = (text: string): Promise<string> =>
      pageOf(
        releaseFacts(
          [{ ...workflowModel(text, [nodeModel(text, { resourceQueue: text })]), file: text, tags: [text] }],
          {
            gitCommit: text,
            bundles: [
              bundleSummary(text, {
                isolation: "folder",
                reasons: [text],
                packages: [{ name: text, version: text, license: text }],
              }),
            ],
          },
        ),
        {
          since: text,
          changes: [
            { kind: "added", subject: "workflow", workflow: text, name: text, details: [] },
            { kind: "changed", subject: "node", workflow: text, name: text, details: [detail(text)] },
            { kind: "changed", subject: "task", workflow: null, name: text, details: [detail(text)] },
          ],
        },
      );
    const plain = tagsOf(await page("plain"));
    // An empty text has no element of its own in some places; every other has.
    await fc.assert(
      fc.asyncProperty(
        anyText.filter((text) => text !== ""),
        async (text) => {
          expect(tagsOf(await page(text))).toEqual(plain);
        },
      ),
      { numRuns: 40 },
    );
  });
});
