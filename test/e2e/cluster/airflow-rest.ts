/** Airflow's REST API, as far as the tests ask it. */
export interface AirflowRest {
  readonly url: string;
  readonly token: string;
  isHealthy(): Promise<boolean>;
  dagIds(): Promise<string[]>;
  importErrors(): Promise<unknown[]>;
  /** Of a DAG; undefined where there is none yet. */
  description(dagId: string): Promise<string | undefined>;
  /** @returns the HTTP status, and Airflow's answer */
  trigger(dagId: string, runId: string, conf: object): Promise<{ readonly status: number; readonly body: unknown }>;
  /** `queued`, `running`, `success` or `failed`; undefined where there is no such run. */
  runState(dagId: string, runId: string): Promise<string | undefined>;
  tasks(dagId: string, runId: string): Promise<TaskInstance[]>;
  /** All tries' output. */
  log(dagId: string, runId: string, taskId: string, tryNumber?: number): Promise<string>;
}

export interface TaskInstance {
  readonly task_id: string;
  readonly state: string | null;
  readonly queue: string;
  readonly hostname: string;
  readonly pid: number | null;
  readonly try_number: number;
  readonly queued_when: string | null;
  readonly start_date: string | null;
  readonly end_date: string | null;
  readonly duration: number | null;
}

/** @throws when it does not answer (yet) */
export async function openAirflow(url: string): Promise<AirflowRest> {
  const { access_token: token } = await json<{ access_token: string }>(await fetch(`${url}/auth/token`));
  const ask = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`${url}/api/v2${path}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json", accept: "application/json" },
    });
  const get = async <T>(path: string): Promise<T> => json<T>(await ask(path));
  return {
    url,
    token,
    isHealthy: async () => {
      const health = await get<Record<"scheduler" | "dag_processor", { status: string | null }>>("/monitor/health");
      return health.scheduler.status === "healthy" && health.dag_processor.status === "healthy";
    },
    dagIds: async () => {
      const { dags } = await get<{ dags: { dag_id: string }[] }>("/dags?limit=500");
      return dags.map(({ dag_id }) => dag_id).sort();
    },
    importErrors: async () => (await get<{ import_errors: unknown[] }>("/importErrors")).import_errors,
    description: async (dagId) => {
      const answer = await ask(`/dags/${dagId}`);
      return answer.status === 404
        ? undefined
        : ((await json<{ description: string | null }>(answer)).description ?? undefined);
    },
    trigger: async (dagId, runId, conf) => {
      const body = JSON.stringify({ logical_date: null, dag_run_id: runId, conf });
      const answer = await ask(`/dags/${dagId}/dagRuns`, { method: "POST", body });
      return { status: answer.status, body: await answer.json() };
    },
    runState: async (dagId, runId) => {
      const answer = await ask(`/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}`);
      return answer.status === 404 ? undefined : (await json<{ state: string }>(answer)).state;
    },
    tasks: async (dagId, runId) =>
      (
        await get<{ task_instances: TaskInstance[] }>(
          `/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}/taskInstances`,
        )
      ).task_instances,
    log: async (dagId, runId, taskId, tryNumber = 1) =>
      (
        await ask(`/dags/${dagId}/dagRuns/${encodeURIComponent(runId)}/taskInstances/${taskId}/logs/${tryNumber}`)
      ).text(),
  };
}

async function json<T>(answer: Response): Promise<T> {
  if (answer.ok) return (await answer.json()) as T;
  throw new Error(`${answer.url}: ${answer.status} ${await answer.text()}`);
}
