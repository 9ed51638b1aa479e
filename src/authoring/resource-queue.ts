/**
 * The resource queues (Airflow and Celery) that every DKIST worker pool has.
 *
 * @example
 * workflow.addNode(DarkCalibration, { resourceQueue: ResourceQueue.HIGH_MEMORY });
 */
export const ResourceQueue = {
  DEFAULT: "default",
  HIGH_MEMORY: "high_memory",
} as const;

/**
 * Where a client repo tells the compiler about further resource queues; its config names them too (`resourceQueues`).
 *
 * @example
 * declare module "dkist-processing-core" {
 *   interface CustomResourceQueues { gpu: true }
 * }
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- made to be merged into
export interface CustomResourceQueues {}

/** The name of a resource queue. */
// eslint-disable-next-line @typescript-eslint/no-redundant-type-constituents -- never only until a client repo merges into it
export type ResourceQueue = (typeof ResourceQueue)[keyof typeof ResourceQueue] | keyof CustomResourceQueues;
