import type * as z from "zod/mini";
import { en } from "zod/locales";
import type { ArtifactManifest, ReleaseDescription } from "../model/artifact.js";
import { digestOf } from "../model/digest.js";
import type { Diagnostic } from "../model/diagnostics.js";
import { finding } from "./finding.js";
import {
  artifactManifestSchema,
  releaseDescriptionSchema,
  releaseManifestSchema,
  type ReadRelease,
} from "./manifest-schema.js";

/** A manifest, or why it is none. */
export type Read<T> =
  | { readonly value: T; readonly findings: readonly [] }
  | { readonly value: null; readonly findings: readonly Diagnostic[] };

/** @param file - as it is to be named */
export function readReleaseManifest(text: string, file: string): Read<ReadRelease> {
  return parse(text, releaseManifestSchema, file);
}

/**
 * What any manifest says of its release.
 *
 * @param file - as it is to be named
 */
export function readDescriptionText(text: string, file: string): Read<ReleaseDescription> {
  return parse(text, releaseDescriptionSchema, file);
}

/** @param file - as it is to be named */
export function readArtifactManifest(text: string, file: string): Read<ArtifactManifest> {
  const read = parse(text, artifactManifestSchema, file);
  if (read.value === null || digestOf(read.value.files) === read.value.digest) return read;
  return { value: null, findings: [finding("BAD_MANIFEST", file, "the manifest's own digest is wrong")] };
}

function parse<T>(text: string, schema: z.ZodMiniType<T>, file: string): Read<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { value: null, findings: [finding("BAD_MANIFEST", file, "the manifest is not JSON")] };
  }
  const { data, error } = schema.safeParse(json, { error: en().localeError });
  if (error === undefined) return { value: data, findings: [] };
  return {
    value: null,
    findings: error.issues.map(({ path, message }) => {
      const place = path.length === 0 ? "" : `${path.join(".")}: `;
      const sentence = `the manifest has another form than this version reads: ${place}${message}`;
      return finding("BAD_MANIFEST", file, sentence, "use the version of dkist-core that built the release");
    }),
  };
}
