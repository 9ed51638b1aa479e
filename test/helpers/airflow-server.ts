import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { airflowEnvironment } from "../../src/validate/airflow-check.js";
import type { Airflow } from "./airflow.js";
import { keepProcess } from "./kept-process.js";
import { freePorts } from "./rabbitmq.js";
import { waitFor } from "./wait-for.js";

const execute = promisify(execFile);

/** Airflow's web server or api-server on its own: it answers, and nothing is ever run. */
export interface AirflowServer {
  readonly url: string;
  readonly dagsFolder: string;
  readonly username: string;
  readonly password: string;
  /** Lets Airflow read the DAGs folder anew. */
  readDags(): Promise<void>;
  stop(): Promise<void>;
}

export async function startAirflowServer(airflow: Airflow): Promise<AirflowServer> {
  const home = await mkdtemp(path.join(tmpdir(), "airflow-server-"));
  const dagsFolder = path.join(home, "dags");
  await mkdir(dagsFolder);
  await copyFile(airflow.database, path.join(home, "airflow.db"));
  const [port] = await freePorts();
  const url = `http://127.0.0.1:${port}`;
  const [username, password] = ["operator", "the password"];
  const passwords = path.join(home, "passwords.json");
  await writeFile(passwords, JSON.stringify({ [username]: password }));
  const program = path.join(path.dirname(airflow.python), "airflow");
  const env = {
    ...airflowEnvironment(process.env, home, dagsFolder),
    PATH: `${path.dirname(airflow.python)}:${process.env["PATH"] ?? ""}`,
    PYTHONWARNINGS: "ignore",
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: `sqlite:///${path.join(home, "airflow.db")}`,
    AIRFLOW__CORE__FERNET_KEY: Buffer.from("0123456789abcdef0123456789abcdef").toString("base64"),
    AIRFLOW__API__SECRET_KEY: "secret-of-the-tests-".repeat(4),
    AIRFLOW__API_AUTH__JWT_SECRET: "jwt-secret-of-the-tests-".repeat(4),
    AIRFLOW__API__AUTH_BACKENDS: "airflow.api.auth.backend.basic_auth",
    AIRFLOW__WEBSERVER__SECRET_KEY: "secret-of-the-tests-".repeat(4),
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS: `${username}:admin`,
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE: passwords,
  };
  const command = (...parameters: string[]): Promise<unknown> =>
    execute(program, parameters, { env, cwd: home, maxBuffer: 2 ** 26 });
  const isModern = airflow.version.startsWith("3");
  if (!isModern) {
    const who = ["--username", username, "--password", password, "--role", "Admin"];
    await command("users", "create", ...who, "--firstname", "O", "--lastname", "P", "--email", "o@example.org");
  }
  const server = await keepProcess(
    program,
    isModern
      ? ["api-server", "--port", String(port), "--host", "127.0.0.1", "--workers", "1"]
      : ["webserver", "--port", String(port), "--hostname", "127.0.0.1", "--workers", "1"],
    { cwd: home, env, log: path.join(home, "server.log") },
  );
  const stop = async (): Promise<void> => {
    await server.stop();
    await rm(home, { recursive: true, force: true });
  };
  const version = isModern ? "api/v2/version" : "api/v1/version";
  try {
    await waitFor("Airflow's server answers", 120, async () => (await fetch(`${url}/${version}`)).status < 500);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    dagsFolder,
    username,
    password,
    readDags: async () => {
      await command("dags", "reserialize");
    },
    stop,
  };
}
