/**
 * The resource queues (Airflow and Celery) that every DKIST worker pool has. A client repo's own are in its config
 * (`resourceQueues`), and their names are given as plain texts.
 *
 * @example
 * workflow.addNode(DarkCalibration, { resourceQueue: ResourceQueue.HIGH_MEMORY });
 */
export const ResourceQueue = {
  /** Where a node runs that asks for nothing else. */
  DEFAULT: "default",
  /** Workers with much memory. */
  HIGH_MEMORY: "high_memory",
} as const;

/**
 * Where a client repo tells the compiler about its further resource queues. Its config names them too (`resourceQueues`).
 *
 * @example
 * declare module "dkist-processing-core" {
 *   interface CustomResourceQueues { gpu: true }
 * }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- made to be merged into
export interface CustomResourceQueues {}

/** The name of a resource queue: `default`, `high_memory`, or one that the client repo added to {@link CustomResourceQueues}. */
// eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- never only until a client repo merges into it
export type ResourceQueue = (typeof ResourceQueue)[keyof typeof ResourceQueue] | keyof CustomResourceQueues;
