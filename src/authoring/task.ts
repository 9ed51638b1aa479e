import type { SpanStatusCode, TracerProvider } from "@opentelemetry/api";
import { TASK_BRAND, TASK_SKIPPED_BRAND } from "./brand.js";

/** `SpanStatusCode.ERROR`; its name would need the API at run time. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- the number is the API's contract
const SPAN_STATUS_ERROR = 2 as SpanStatusCode.ERROR;

/** JSON values, as a DAG run's conf holds them. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/** Fields beside a log line: anything JSON can hold; errors are written with their message and stack. */
export type LogFields = Readonly<Record<string, unknown>>;

/**
 * A task's log: a line an event, `message key=value`. On a worker it goes to stdout, which Airflow keeps, and the values of
 * secret variables are redacted.
 *
 * @example
 * this.log.info("averaged", { frames: 25, seconds: 1.5 });
 */
export interface TaskLog {
  /** What only helps to find a defect. */
  debug(message: string, fields?: LogFields): void;
  /** What happens. */
  info(message: string, fields?: LogFields): void;
  /** What may need a look, though the task goes on. */
  warn(message: string, fields?: LogFields): void;
  /** What went wrong. An error among the fields is written with its stack. */
  error(message: string, fields?: LogFields): void;
}

/** Where a Task runs. A worker gives all of it; a unit test gives the first three and what it needs. */
export interface TaskContext {
  /** A positive safe integer. */
  readonly recipeRunId: number;
  /** e.g. `l0_to_l1_vbi`. */
  readonly workflowName: string;
  /** e.g. `1.4.0`. */
  readonly workflowVersion: string;
  /** Default: the class's `taskName`, else its name. */
  readonly taskName?: string;
  /** One-based. Default 1. */
  readonly tryNumber?: number;
  /** The DAG run's conf. Default `{}`. */
  readonly conf?: Readonly<Record<string, JsonValue>>;
  /** Aborted when the task is asked to stop. Default: never. */
  readonly signal?: AbortSignal;
  /** Default: the console. */
  readonly log?: TaskLog;
  /** Package name to version, exactly what is in this task's bundle. Default `{}`. */
  readonly libraryVersions?: Readonly<Record<string, string>>;
  /** Folder of the release's assets. Without one `assetPath` throws. */
  readonly assetsFolder?: string;
}

/**
 * What every Task extends. A Task does one thing for one recipe run, in a Node process of its own.
 *
 * The order is `setup`, `preRun`, `run`, `postRun`, `recordProvenance`, and `teardown` whatever happened.
 * `rollback` only ever runs when an operator asks for it, never on failure.
 *
 * Mirrors `dkist_processing_core.task.TaskBase`.
 *
 * @example
 * export class DarkCalibration extends TaskBase {
 *   static override readonly retries = 2;
 *   async run(): Promise<void> {
 *     const frames = await this.step("read", () => readFrames(this.recipeRunId));
 *     if (frames.length === 0) throw new TaskSkipped("no dark frames in this recipe run");
 *   }
 * }
 */
export abstract class TaskBase {
  /** @internal */
  static readonly [TASK_BRAND] = 1;

  /** How often Airflow runs a failed task again. Default 0. */
  static readonly retries: number = 0;
  /** Seconds between tries. Default 60. */
  static readonly retryDelaySeconds: number = 60;
  /** Seconds until a try is stopped. Default: no limit. */
  static readonly executionTimeoutSeconds: number | undefined = undefined;
  /** The task name, where it shall not be the class name. */
  static readonly taskName: string | undefined = undefined;

  /** The recipe run that this task works on: a positive safe integer. */
  readonly recipeRunId: number;
  /** The workflow it runs in, e.g. `l0_to_l1_vbi`. */
  readonly workflowName: string;
  /** The release it belongs to, e.g. `1.4.0`. */
  readonly workflowVersion: string;
  /** Its name in Airflow. */
  readonly taskName: string;
  /** Which try this is, from 1. */
  readonly tryNumber: number;
  /** The DAG run's conf. */
  readonly conf: Readonly<Record<string, JsonValue>>;
  /** Aborted when the task is asked to stop, or fails in the background; what it does then may take 2.5 seconds. */
  readonly signal: AbortSignal;
  /** The task's log. */
  readonly log: TaskLog;
  readonly #context: TaskContext;

  /**
   * A worker makes the instance; a unit test makes its own.
   *
   * @throws TypeError when the recipe run id is not a positive safe integer
   * @example
   * new DarkCalibration({ recipeRunId: 1, workflowName: "l0_to_l1_vbi", workflowVersion: "dev" });
   */
  constructor(context: TaskContext) {
    // What a JavaScript author finds who writes addNode(new A()).
    if ((context as TaskContext | undefined) === undefined) {
      throw new TypeError(`only a runtime makes a Task: a workflow is given the class, ${new.target.name}`);
    }
    if (!Number.isSafeInteger(context.recipeRunId) || context.recipeRunId < 1) {
      throw new TypeError(`recipeRunId must be a positive safe integer, but is ${String(context.recipeRunId)}`);
    }
    this.recipeRunId = context.recipeRunId;
    this.workflowName = context.workflowName;
    this.workflowVersion = context.workflowVersion;
    this.taskName = context.taskName ?? new.target.taskName ?? new.target.name;
    this.tryNumber = context.tryNumber ?? 1;
    this.conf = context.conf ?? {};
    this.signal = context.signal ?? new AbortController().signal;
    this.log = context.log ?? console;
    this.#context = context;
  }

  /** Package name to version: exactly what is in this task's bundle. Read on use, as most tasks never ask. */
  get libraryVersions(): Readonly<Record<string, string>> {
    return this.#context.libraryVersions ?? {};
  }

  /** Acquire what the whole task needs. `teardown` runs even when this throws. */
  setup(): Promise<void> | void {
    // nothing, unless a Task has a use for it
  }
  /** Before `run`. */
  preRun(): Promise<void> | void {
    // nothing, unless a Task has a use for it
  }
  /** The work of the task. */
  abstract run(): Promise<void> | void;
  /** After `run` has succeeded. */
  postRun(): Promise<void> | void {
    // nothing, unless a Task has a use for it
  }
  /** After `postRun`: write down what was done and with what. */
  recordProvenance(): Promise<void> | void {
    // nothing, unless a Task has a use for it
  }
  /** Undo what `run` did. Only when asked for (`--rollback`). */
  rollback(): Promise<void> | void {
    // nothing, unless a Task has a use for it
  }
  /** Release what `setup` acquired, whatever happened. */
  teardown(): Promise<void> | void {
    // nothing, unless a Task has a use for it
  }

  /**
   * Runs a named part of the task; with an OpenTelemetry SDK in the process it is a span, without one it costs nothing.
   *
   * @param name - what the span is called
   * @param fn - the part
   * @returns what `fn` returns
   * @throws whatever `fn` throws
   * @example
   * const dark = await this.step("average darks", () => average(frames));
   */
  async step<T>(name: string, fn: () => Promise<T> | T): Promise<T> {
    const provider = tracerProvider();
    if (provider === undefined) return fn();
    return provider.getTracer("dkist-processing-core").startActiveSpan(name, async (span) => {
      span.setAttributes({
        "dkist.recipe_run_id": this.recipeRunId,
        "dkist.workflow": this.workflowName,
        "dkist.version": this.workflowVersion,
        "dkist.task": this.taskName,
      });
      try {
        return await fn();
      } catch (error) {
        span.recordException(error instanceof Error ? error : String(error));
        span.setStatus({ code: SPAN_STATUS_ERROR });
        throw error;
      } finally {
        span.end();
      }
    });
  }

  /**
   * The absolute path of a file among the release's assets.
   *
   * @param name - the path relative to the client repo, as the config's `assets` globs matched it
   * @throws Error when there are no assets here, or the name leads out of them
   */
  assetPath(name: string): string {
    const { assetsFolder } = this.#context;
    if (assetsFolder === undefined) {
      throw new Error(`no assets folder here; give the task an assetsFolder to find ${JSON.stringify(name)}`);
    }
    if (name === "" || name.startsWith("/") || name.split(/[\\/]/).includes("..")) {
      throw new Error(`${JSON.stringify(name)} is not the name of an asset: use a path relative to the client repo`);
    }
    return `${assetsFolder}/${name}`;
  }

  /** For people, e.g. `DarkCalibration(recipe run 7, l0_to_l1_vbi 1.4.0)`. */
  toString(): string {
    return `${this.taskName}(recipe run ${this.recipeRunId}, ${this.workflowName} ${this.workflowVersion})`;
  }
}

/**
 * The provider that an OpenTelemetry SDK has registered, looked up in the registry through which all copies of the API's
 * version 1 find each other. The API itself would be more than half of a small task's bundle, in every process.
 */
function tracerProvider(): TracerProvider | undefined {
  const registry = Reflect.get(globalThis, Symbol.for("opentelemetry.js.api.1")) as
    { readonly trace?: TracerProvider } | undefined;
  return registry?.trace;
}

/**
 * Thrown by a Task that has nothing to do: Airflow marks it skipped (exit 99).
 *
 * @example
 * if (frames.length === 0) throw new TaskSkipped("no dark frames in this recipe run");
 */
export class TaskSkipped extends Error {
  /** @internal */
  readonly [TASK_SKIPPED_BRAND] = true;

  /** @param reason - for the task's log */
  constructor(reason = "nothing to do") {
    super(reason);
    this.name = "TaskSkipped";
  }
}
