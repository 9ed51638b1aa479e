import { DkistCoreError } from "../model/diagnostics.js";

/** What pruning asks of a running Airflow. Every answer is certain: what is not is thrown. */
export interface AirflowRest {
  /** Airflow's own version, e.g. `3.3.2`. */
  readonly version: string;
  /** @returns undefined where this Airflow has never seen the DAG */
  isPaused(dagId: string): Promise<boolean | undefined>;
  /** A paused DAG starts no task. */
  setPaused(dagId: string, paused: boolean): Promise<void>;
  /** How many of its runs are queued or running. */
  activeRuns(dagId: string): Promise<number>;
}

/** How to log in: by a token, or as a user. */
export interface AirflowCredentials {
  readonly token: string | null;
  readonly username: string | null;
  readonly password: string | null;
}

/** Longer than Airflow takes for any of these answers, in milliseconds. */
const TIMEOUT_MS = 30_000;

/** What a header can hold; an error about another text would quote it. */
const TOKEN = /^[\x21-\x7e]+$/;

type Method = "GET" | "POST" | "PATCH";
type Ask = (
  method: Method,
  path: string,
  body?: object,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/**
 * Opens the REST API of an Airflow 2.10, 2.11 (`/api/v1`, basic authentication) or 3.x (`/api/v2`, a token).
 *
 * @param url - of the web server or api-server, e.g. `https://airflow.example.org`
 * @throws DkistCoreError AIRFLOW_NO_ANSWER when it does not answer, is no Airflow, or refuses the credentials; BAD_USAGE
 *   for a wrong url
 * @see https://airflow.apache.org/docs/apache-airflow/stable/stable-rest-api-ref.html
 */
export async function openAirflowRest(url: string, credentials: AirflowCredentials): Promise<AirflowRest> {
  const base = baseUrl(url);
  const anonymous = asker(base, undefined);
  const modern = await anonymous("GET", "api/v2/version");
  const isModern = modern.status === 200;
  const api = isModern ? "api/v2" : "api/v1";
  const ask = asker(base, await authorization(base, anonymous, credentials, isModern));
  const found = isModern ? modern : await ask("GET", "api/v1/version");
  const version = textField(found.body, "version");
  if (found.status !== 200 || version === undefined) {
    throw noAnswer(`${base.origin} does not answer as an Airflow does`, "give the address of Airflow's web server");
  }
  return {
    version,
    isPaused: async (dagId) => {
      const answer = await ask("GET", `${api}/dags/${encodeURIComponent(dagId)}`);
      if (answer.status === 404) return undefined;
      const isPaused = field(succeeded(answer, `whether ${dagId} is paused`), "is_paused");
      if (typeof isPaused !== "boolean") throw unclear(`whether ${dagId} is paused`);
      return isPaused;
    },
    setPaused: async (dagId, paused) => {
      const answer = await ask("PATCH", `${api}/dags/${encodeURIComponent(dagId)}?update_mask=is_paused`, {
        is_paused: paused,
      });
      if (field(succeeded(answer, `to ${paused ? "pause" : "unpause"} ${dagId}`), "is_paused") !== paused) {
        throw unclear(`to ${paused ? "pause" : "unpause"} ${dagId}`);
      }
    },
    activeRuns: async (dagId) => {
      const path = `${api}/dags/${encodeURIComponent(dagId)}/dagRuns?state=queued&state=running&limit=1`;
      const total = field(succeeded(await ask("GET", path), `which runs of ${dagId} are under way`), "total_entries");
      if (typeof total !== "number") throw unclear(`which runs of ${dagId} are under way`);
      return total;
    },
  };
}

function baseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw new DkistCoreError("BAD_USAGE", `--airflow-url cannot be ${JSON.stringify(text)}`, {
      hint: "give an address such as https://airflow.example.org",
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw new DkistCoreError("BAD_USAGE", "--airflow-url must not hold a user or a password: others can see it", {
      hint: "set AIRFLOW_API_TOKEN, or AIRFLOW_API_USERNAME and AIRFLOW_API_PASSWORD",
    });
  }
  if (!url.pathname.endsWith("/")) url.pathname += "/";
  return url;
}

/** The value of the header; undefined where no credentials are given. */
async function authorization(
  base: URL,
  anonymous: Ask,
  { token, username, password }: AirflowCredentials,
  isModern: boolean,
): Promise<string | undefined> {
  if (token !== null) {
    if (TOKEN.test(token)) return `Bearer ${token}`;
    throw new DkistCoreError("BAD_USAGE", "AIRFLOW_API_TOKEN is no token: there is a line break or the like in it", {
      hint: "set it again, to the token alone",
    });
  }
  if (username === null || password === null) return undefined;
  if (!isModern) return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  const answer = await anonymous("POST", "auth/token", { username, password });
  const made = textField(answer.body, "access_token");
  if (made !== undefined && TOKEN.test(made)) return `Bearer ${made}`;
  throw noAnswer(
    `${base.origin} gives ${username} no token (HTTP ${answer.status})`,
    "check AIRFLOW_API_USERNAME and AIRFLOW_API_PASSWORD, or set AIRFLOW_API_TOKEN",
  );
}

function asker(base: URL, authorizationHeader: string | undefined): Ask {
  return async (method, path, body) => {
    let response: Response;
    let text: string;
    try {
      response = await fetch(new URL(path, base), {
        method,
        // Credentials must not follow to wherever the answer points.
        redirect: "manual",
        signal: AbortSignal.timeout(TIMEOUT_MS),
        headers: {
          accept: "application/json",
          ...(authorizationHeader === undefined ? {} : { authorization: authorizationHeader }),
          ...(body === undefined ? {} : { "content-type": "application/json" }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      text = await response.text();
    } catch (cause) {
      throw noAnswer(`${base.origin} does not answer: ${reasonOf(cause)}`, "check --airflow-url", cause);
    }
    return { status: response.status, body: parsed(text) };
  };
}

function succeeded(answer: { readonly status: number; readonly body: unknown }, what: string): unknown {
  if (answer.status === 200) return answer.body;
  if (answer.status === 401 || answer.status === 403) {
    throw noAnswer(
      `Airflow refuses (HTTP ${answer.status}) to say or do this: ${what}`,
      "set AIRFLOW_API_TOKEN, or AIRFLOW_API_USERNAME and AIRFLOW_API_PASSWORD, of a user who may read runs and edit DAGs",
    );
  }
  throw noAnswer(`Airflow answers with HTTP ${answer.status} when asked ${what}`, "look into Airflow's own log");
}

function unclear(what: string): DkistCoreError {
  return noAnswer(`Airflow's answer is not clear when asked ${what}`, "is there a proxy between?");
}

function noAnswer(message: string, hint: string, cause?: unknown): DkistCoreError {
  return new DkistCoreError("AIRFLOW_NO_ANSWER", message, { hint, ...(cause === undefined ? {} : { cause }) });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function field(body: unknown, name: string): unknown {
  return typeof body === "object" && body !== null ? (body as Readonly<Record<string, unknown>>)[name] : undefined;
}

function textField(body: unknown, name: string): string | undefined {
  const value = field(body, name);
  return typeof value === "string" ? value : undefined;
}

/** fetch says only that it failed; why stands below, once more below where several addresses were tried. */
function reasonOf(error: unknown): string {
  const cause = field(error, "cause");
  const first = field(field(cause, "errors"), "0");
  return [first, cause, error].map((one) => textField(one, "message")).find((text) => text) ?? String(error);
}
