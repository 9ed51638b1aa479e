/**
 * A whole Airflow 3.3 on this machine, as a data center runs it: CeleryExecutor with RabbitMQ, PostgreSQL, api-server,
 * scheduler, DAG processor, and two workers on hosts of their own as far as our tool can tell: each has its own resource
 * queue and its own CODE_MOUNT. The same RabbitMQ takes the failure messages.
 */
import { execFile } from "node:child_process";
import { chown, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { airflowEnvironment } from "../../../src/validate/airflow-check.js";
import { keepProcess, type KeptProcess } from "../../helpers/kept-process.js";
import { freePorts, startBroker, type TestBroker } from "../../helpers/rabbitmq.js";
import { PACKAGE_ROOT } from "../../helpers/client-repo.js";
import { waitFor } from "../../helpers/wait-for.js";
import { openAirflow, type AirflowRest } from "./airflow-rest.js";

const execute = promisify(execFile);
const VENV = path.join(PACKAGE_ROOT, ".cache/airflow-3.3.2-celery/venv");
const POSTGRES = "/usr/lib/postgresql";

/** A worker of one resource queue. */
export interface Worker {
  readonly codeMount: string;
  /** The worker and every task on it, at once. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

export interface Cluster {
  readonly folder: string;
  readonly dagsFolder: string;
  /** By resource queue. */
  readonly workers: Readonly<Record<"default" | "high_memory", Worker>>;
  readonly broker: TestBroker;
  readonly airflow: AirflowRest;
  stop(): Promise<void>;
}

/** @param taskEnvironment - for all tasks */
export async function startCluster(taskEnvironment: Readonly<Record<string, string>>): Promise<Cluster> {
  const folder = await mkdtemp(path.join(tmpdir(), "dkist-cluster-"));
  const ground: { stop(): Promise<void> }[] = [{ stop: () => rm(folder, { recursive: true, force: true }) }];
  const parts: KeptProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(parts.splice(0).map((part) => part.stop()));
    // What was started last is used by nobody else.
    for (const part of ground.splice(0).reverse()) await part.stop();
  };
  try {
    const [postgresPort, apiPort] = await freePorts();
    const [broker] = await Promise.all([startBroker(), startPostgres(postgresPort, ground)]);
    ground.push(broker);
    await broker.ctl("add_vhost", "airflow");
    await broker.ctl("set_permissions", "-p", "airflow", "guest", ".*", ".*", ".*");

    const [dagsFolder, logs] = [path.join(folder, "dags"), path.join(folder, "output")];
    for (const made of [dagsFolder, logs, path.join(folder, "tmp")]) await mkdir(made);
    const env = airflowSettings({ folder, dagsFolder, postgresPort, apiPort, broker });
    const mount = (resourceQueue: string): string => path.join(folder, `code of ${resourceQueue}`);
    const tasks = (resourceQueue: string) => ({
      ...env,
      ...taskEnvironment,
      CODE_MOUNT: mount(resourceQueue),
      MESH_CONFIG: JSON.stringify({ "interservice-bus": { mesh_address: broker.host, mesh_port: broker.port } }),
      ISB_USERNAME: broker.username,
      ISB_PASSWORD: broker.password,
    });
    const start = async (name: string, parameters: readonly string[], more: NodeJS.ProcessEnv = env) => {
      const log = path.join(logs, `${name}.log`);
      const kept = await keepProcess(path.join(VENV, "bin/airflow"), parameters, { cwd: folder, env: more, log });
      parts.push(kept);
      return { ...kept, log };
    };

    await execute(path.join(VENV, "bin/airflow"), ["db", "migrate"], { env, cwd: folder, maxBuffer: 2 ** 26 });
    const url = `http://127.0.0.1:${apiPort}`;
    await start("api-server", ["api-server"]);
    // The DAG processor runs the callbacks of whole runs: it needs what a worker needs.
    await Promise.all([start("scheduler", ["scheduler"]), start("dag-processor", ["dag-processor"], tasks("default"))]);
    const worker = async (resourceQueue: string, logPort: number): Promise<Worker> => {
      await mkdir(mount(resourceQueue), { recursive: true });
      let kept: KeptProcess;
      const startWorker = async (): Promise<void> => {
        const name = `worker-${resourceQueue}`;
        const parameters = ["celery", "worker", "-q", resourceQueue, "-H", `${resourceQueue}@localhost`, "-c", "2"];
        const begun = await start(name, parameters, {
          ...tasks(resourceQueue),
          AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT: String(logPort),
        });
        kept = begun;
        await waitFor(
          `${name} is ready`,
          120,
          async () => (await readFile(begun.log, "utf8")).split(" ready.").length > starts,
        );
        starts += 1;
      };
      let starts = 1;
      await startWorker();
      return { codeMount: mount(resourceQueue), kill: () => kept.kill(), start: startWorker };
    };
    const [logPortA, logPortB] = await freePorts();
    const [standard, highMemory] = await Promise.all([worker("default", logPortA), worker("high_memory", logPortB)]);
    const airflow = await waitFor("the api-server answers", 180, () => openAirflow(url));
    await waitFor("scheduler and DAG processor are healthy", 120, () => airflow.isHealthy());
    if (!parts.every((part) => part.isAlive())) throw new Error("a part of Airflow has ended");
    return { folder, dagsFolder, workers: { default: standard, high_memory: highMemory }, broker, airflow, stop };
  } catch (error) {
    const output = await readAll(path.join(folder, "output"));
    await stop();
    throw new Error(`the cluster did not start\n${output}`, { cause: error });
  }
}

async function startPostgres(port: number, ground: { stop(): Promise<void> }[]): Promise<void> {
  const version = (await readdir(POSTGRES).catch(() => [])).sort((a, b) => Number(b) - Number(a))[0];
  if (version === undefined) throw new Error("the cluster needs PostgreSQL (on Debian: apt-get install postgresql)");
  const bin = path.join(POSTGRES, version, "bin");
  const folder = await mkdtemp(path.join(tmpdir(), "dkist-postgres-"));
  ground.push({ stop: () => rm(folder, { recursive: true, force: true }) });
  // PostgreSQL refuses to run as root.
  const isRoot = process.getuid?.() === 0;
  const asUser = isRoot ? ["setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"] : [];
  if (isRoot) {
    const { stdout } = await execute("id", ["-u", "postgres"]);
    await chown(folder, Number(stdout), Number((await execute("id", ["-g", "postgres"])).stdout));
  }
  const run = (...words: string[]): Promise<unknown> => {
    const [command = "", ...parameters] = [...asUser, ...words];
    return execute(command, parameters, { cwd: folder });
  };
  const data = path.join(folder, "data");
  await run(
    path.join(bin, "initdb"),
    "-D",
    data,
    "-U",
    "airflow",
    "-A",
    "trust",
    "--no-sync",
    "-E",
    "UTF8",
    "--locale=C",
  );
  const [command = "", ...parameters] = [
    ...asUser,
    ...[path.join(bin, "postgres"), "-D", data, "-p", String(port), "-k", folder],
    ...["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "max_connections=200"],
  ];
  const log = path.join(tmpdir(), path.basename(folder) + ".log");
  // INT: ends although clients are still connected.
  ground.push({ stop: () => rm(log, { force: true }) });
  ground.push(await keepProcess(command, parameters, { cwd: folder, env: process.env, log, stopSignal: "INT" }));
  await waitFor("PostgreSQL answers", 30, () =>
    run(path.join(bin, "pg_isready"), "-h", "127.0.0.1", "-p", String(port)),
  );
  await run(path.join(bin, "createdb"), "-h", "127.0.0.1", "-p", String(port), "-U", "airflow", "airflow");
}

interface Places {
  readonly folder: string;
  readonly dagsFolder: string;
  readonly postgresPort: number;
  readonly apiPort: number;
  readonly broker: TestBroker;
}

/** The same for every part, as on every host of a cluster. */
function airflowSettings({ folder, dagsFolder, postgresPort, apiPort, broker }: Places): NodeJS.ProcessEnv {
  const url = `http://127.0.0.1:${apiPort}`;
  return {
    ...airflowEnvironment(process.env, path.join(folder, "airflow"), dagsFolder),
    TMPDIR: path.join(folder, "tmp"),
    // Workers start `airflow` by its name.
    PATH: `${path.join(VENV, "bin")}:${process.env["PATH"] ?? ""}`,
    AIRFLOW__LOGGING__LOGGING_LEVEL: "INFO",
    AIRFLOW__CORE__EXECUTOR: "CeleryExecutor",
    AIRFLOW__CORE__AUTH_MANAGER: "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS: "True",
    AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `${url}/execution/`,
    AIRFLOW__CORE__FERNET_KEY: Buffer.from("0123456789abcdef0123456789abcdef").toString("base64"),
    AIRFLOW__API__HOST: "127.0.0.1",
    AIRFLOW__API__PORT: String(apiPort),
    AIRFLOW__API__BASE_URL: url,
    AIRFLOW__API__WORKERS: "1",
    AIRFLOW__API__SECRET_KEY: "secret-of-the-tests-".repeat(4),
    AIRFLOW__API_AUTH__JWT_SECRET: "jwt-secret-of-the-tests-".repeat(4),
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: `postgresql+psycopg2://airflow@127.0.0.1:${postgresPort}/airflow`,
    AIRFLOW__CELERY__BROKER_URL: `amqp://${broker.username}:${broker.password}@${broker.host}:${broker.port}/airflow`,
    AIRFLOW__CELERY__RESULT_BACKEND: `db+postgresql://airflow@127.0.0.1:${postgresPort}/airflow`,
    AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL: "3",
    AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL: "3",
    AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES: "1",
    AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC: "1",
    // A failed task is reported at the next heartbeat: 5 s by default.
    AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL: "1",
    // A task whose worker has gone is noticed after this long; 300 s by default.
    AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT: "20",
    AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL: "5",
    AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK: "False",
    // Celery refuses to run as root without it.
    C_FORCE_ROOT: "1",
  };
}

/** The last lines of each part's output. */
async function readAll(folder: string): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const texts = names.map(
    async (name) => `== ${name}\n${(await readFile(path.join(folder, name), "utf8")).slice(-3000)}`,
  );
  return (await Promise.all(texts)).join("\n");
}
