import path from "node:path";
import type { ReleaseDescription } from "../model/artifact.js";
import { DkistCoreError } from "../model/diagnostics.js";
import { CODE_MANIFEST } from "./layout.js";
import { look, readManifestText } from "./look.js";
import { readDescriptionText, type Read } from "./read-manifest.js";
import { readZipManifest } from "./verify-zip.js";

/**
 * Reads what a release says about itself. It is believed: whether the rest of the release is as its manifest says is not
 * checked here.
 *
 * @param place - a release manifest, a code zip or a workflow zip, or the folder that a code zip was unpacked to; absolute
 * @returns null for a folder that is none of a release
 * @throws DkistCoreError BAD_USAGE when nothing is there; BAD_ARTIFACT when it is no release
 */
export async function readDescription(place: string): Promise<ReleaseDescription | null> {
  const found = await look(place, "follow");
  if (found === null) {
    throw new DkistCoreError("BAD_USAGE", `there is no file or folder ${place}`, {
      hint: "give a release manifest (<name>_<version>.json), a zip, a release's folder or a client repo",
    });
  }
  if (found.kind === "folder") return readFolder(place);
  if (place.endsWith(".zip")) return orRefuse(place, await readZipManifest(place));
  return orRefuse(place, readDescriptionText((await readManifestText(place)) ?? "", place));
}

async function readFolder(folder: string): Promise<ReleaseDescription | null> {
  const file = path.join(folder, CODE_MANIFEST);
  const text = (await look(file, "follow"))?.kind === "file" ? await readManifestText(file) : null;
  // A client repo may have a manifest.json of another kind.
  if (text === null || !/"kind": *"code"/.test(text.slice(0, 200))) return null;
  return orRefuse(file, readDescriptionText(text, file));
}

function orRefuse(file: string, { value, findings }: Read<ReleaseDescription>): ReleaseDescription {
  const [first] = findings;
  if (first === undefined && value !== null) return value;
  throw new DkistCoreError("BAD_ARTIFACT", first?.message ?? "it is no manifest of a release", {
    hint: "give what build has written: a release manifest, a code zip or a workflow zip",
    location: { file },
  });
}
