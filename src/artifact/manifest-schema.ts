import * as z from "zod";
import type { ArtifactManifest, ReleaseDescription, ReleaseManifest } from "../model/artifact.js";
import { isId, isVersion } from "../model/naming.js";
import { TRIGGER_RULES } from "../model/trigger-rules.js";

/** A name that becomes a part of a path. */
const id = z.string().max(250).refine(isId);
const seconds = z.number().nonnegative();
const naturalNumber = z.int().nonnegative();
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const node = z.object({
  taskName: id,
  taskClass: naturalNumber,
  upstreams: z.array(id),
  resourceQueue: z.string(),
  retries: naturalNumber,
  retryDelaySeconds: seconds,
  executionTimeoutSeconds: seconds.nullable(),
  pool: z.string().nullable(),
  priorityWeight: z.number().nullable(),
  triggerRule: z.enum(TRIGGER_RULES),
});

const workflow = z.object({
  workflowName: id,
  workflowVersion: z.string().nullable(),
  tags: z.array(z.string()),
  workflowPackage: z.string().nullable(),
  file: z.string(),
  nodes: z.array(node),
  dagId: id,
});

const name = id.max(100);
const version = z.string().refine(isVersion);

/** What a run needs of a release manifest; it may come from anywhere. */
export const releaseManifestSchema = z.object({
  formatVersion: z.literal(1),
  name,
  version,
  artifacts: z.array(
    z.object({ kind: z.enum(["code", "workflows"]), path: z.string(), sha256: digest, bytes: naturalNumber }),
  ),
  workflows: z.array(workflow),
}) satisfies z.ZodType<Pick<ReleaseManifest, "formatVersion" | "name" | "version" | "artifacts" | "workflows">>;

const file = z.object({ path: z.string(), bytes: naturalNumber, mode: z.enum(["644", "755"]), sha256: digest });

/** What the check of a zip needs of its `manifest.json`. */
export const artifactManifestSchema = z.object({
  formatVersion: z.literal(1),
  kind: z.enum(["code", "workflows"]),
  name,
  version,
  digest,
  files: z.array(file),
}) satisfies z.ZodType<Pick<ArtifactManifest, "formatVersion" | "kind" | "name" | "version" | "digest" | "files">>;

const packages = z.array(z.object({ name: z.string(), version: z.string(), license: z.string().nullable() }));

const bundle = z.object({
  taskName: id,
  isolation: z.enum(["bundle", "folder"]),
  reasons: z.array(z.string()),
  native: z.object({ platform: z.string(), arch: z.string(), libc: z.enum(["glibc", "musl"]).nullable() }).nullable(),
  packages,
  bytes: naturalNumber,
  digest,
  codeDigest: digest,
});

/** What any manifest says of its release: a release manifest and the one in each zip. */
export const releaseDescriptionSchema = z.object({
  formatVersion: z.literal(1),
  name,
  version,
  toolVersion: z.string(),
  gitCommit: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/)
    .nullable(),
  gitDirty: z.boolean().nullable(),
  lockfileSha256: digest.nullable(),
  dagOptions: z.object({
    owner: z.string(),
    nodeCommand: z.string(),
    pausedUponCreation: z.boolean(),
    maxActiveRuns: naturalNumber.nullable(),
    killedTaskBackstop: z.boolean(),
    nodeOptions: z.record(z.string(), z.array(z.string())),
  }),
  dagTemplatesSha256: digest,
  workflows: z.array(workflow),
  bundles: z.array(bundle),
  notifier: z.object({ sha256: digest, packages }),
  assets: z.array(file),
}) satisfies z.ZodType<ReleaseDescription>;
