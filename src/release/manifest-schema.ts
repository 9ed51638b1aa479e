import * as z from "zod/mini";
import type { ArtifactManifest, ReleaseDescription, ReleaseManifest } from "../model/artifact.js";
import { isId, isVersion } from "../model/naming.js";
import { TRIGGER_RULES } from "../model/trigger-rules.js";
import { whyUnsafe } from "./entry-name.js";

/** A name that becomes a part of a path. */
const id = z.string().check(z.maxLength(250), z.refine(isId));
const seconds = z.number().check(z.nonnegative());
const naturalNumber = z.int().check(z.nonnegative());
const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const node = z.object({
  taskName: id,
  taskClass: naturalNumber,
  upstreams: z.array(id),
  resourceQueue: z.string(),
  retries: naturalNumber,
  retryDelaySeconds: seconds,
  executionTimeoutSeconds: z.nullable(seconds),
  pool: z.nullable(z.string()),
  priorityWeight: z.nullable(z.number()),
  triggerRule: z.enum(TRIGGER_RULES),
});

const workflow = z.object({
  workflowName: id,
  workflowVersion: z.nullable(z.string()),
  tags: z.array(z.string()),
  workflowPackage: z.nullable(z.string()),
  file: z.string(),
  nodes: z.array(node),
  dagId: id,
});

const name = id.check(z.maxLength(100));
const version = z.string().check(z.refine(isVersion));
/** A file beside the release manifest. */
const writtenFile = z.object({
  path: z.string().check(z.maxLength(255), z.refine(isId)),
  sha256: digest,
  bytes: naturalNumber,
});
/** A file that may be unpacked. */
const file = z.object({
  path: z.string().check(z.refine((path) => whyUnsafe(path) === null)),
  bytes: naturalNumber,
  mode: z.enum(["644", "755"]),
  sha256: digest,
});

const packages = z.array(z.object({ name: z.string(), version: z.string(), license: z.nullable(z.string()) }));

const bundle = z.object({
  taskName: id,
  isolation: z.enum(["bundle", "folder"]),
  reasons: z.array(z.string()),
  native: z.nullable(z.object({ platform: z.string(), arch: z.string(), libc: z.nullable(z.enum(["glibc", "musl"])) })),
  packages,
  bytes: naturalNumber,
  digest,
  codeDigest: digest,
});

/** What any manifest says of its release: a release manifest and the one in each zip. They may come from anywhere. */
export const releaseDescriptionSchema = z.object({
  formatVersion: z.literal(1),
  name,
  version,
  toolVersion: z.string(),
  gitCommit: z.nullable(z.string().check(z.regex(/^[0-9a-f]{40,64}$/))),
  gitDirty: z.nullable(z.boolean()),
  lockfileSha256: z.nullable(digest),
  dagOptions: z.object({
    owner: z.string(),
    nodeCommand: z.string(),
    pausedUponCreation: z.boolean(),
    maxActiveRuns: z.nullable(naturalNumber),
    killedTaskBackstop: z.boolean(),
    nodeOptions: z.record(z.string(), z.array(z.string())),
  }),
  dagTemplatesSha256: digest,
  workflows: z.array(workflow),
  bundles: z.array(bundle),
  notifier: z.object({ sha256: digest, packages }),
  assets: z.array(file),
}) satisfies z.ZodMiniType<ReleaseDescription>;

/** As much of a release manifest as the tools for releases read. */
export const releaseManifestSchema = z.extend(releaseDescriptionSchema, {
  artifacts: z.array(z.extend(writtenFile, { kind: z.enum(["code", "workflows"]) })),
  report: writtenFile,
}) satisfies z.ZodMiniType<Omit<ReleaseManifest, "node">>;

/** A release manifest as it is read. */
export type ReadRelease = z.infer<typeof releaseManifestSchema>;

/** `manifest.json` of a code zip, `<name>_<version>.manifest.json` of a workflow zip. */
export const artifactManifestSchema = z.extend(releaseDescriptionSchema, {
  kind: z.enum(["code", "workflows"]),
  digest,
  files: z.array(file),
}) satisfies z.ZodMiniType<ArtifactManifest>;
