import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { rm, writeFile } from "node:fs/promises";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { openAirflowRest } from "../../../src/release/airflow-rest.js";
import { renderDag } from "../../../src/render/dag.js";
import { loadTemplates } from "../../../src/render/engine.js";
import { AIRFLOW_VERSIONS, airflow } from "../../helpers/airflow.js";
import { startAirflowServer, type AirflowServer } from "../../helpers/airflow-server.js";
import { freePorts } from "../../helpers/rabbitmq.js";
import { node, SETTINGS, workflow } from "../../helpers/airflow-workflows.js";

const NOBODY = { token: null, username: null, password: null };
const WORKFLOWS = ["busy", "idle"].map((name) => workflow(name, [node("First")]));
const [BUSY, IDLE] = [`busy_${SETTINGS.version}`, `idle_${SETTINGS.version}`];

describe.each(AIRFLOW_VERSIONS)("the REST API of Airflow %s", (version) => {
  let server: AirflowServer;
  const files = WORKFLOWS.map((one) => renderDag(one, SETTINGS, loadTemplates()));
  const fileOf = (dagId: string): string => {
    const file = files.find((one) => one.dagId === dagId);
    if (file === undefined) throw new Error(`no file for ${dagId}`);
    return path.join(server.dagsFolder, file.path);
  };

  beforeAll(async () => {
    server = await startAirflowServer(airflow(version));
    for (const file of files) await writeFile(path.join(server.dagsFolder, file.path), file.content);
    await server.readDags();
  }, 240_000);
  afterAll(() => server.stop());

  it("says its version, and which runs are under way", async () => {
    const rest = await openAirflowRest(server.url, { ...server, token: null });
    expect(rest.version).toBe(version);
    expect(await rest.activeRuns(BUSY)).toBe(0);
    await startRun(BUSY);
    expect(await rest.activeRuns(BUSY)).toBe(1);
    expect(await rest.activeRuns(IDLE)).toBe(0);
  });

  it("pauses a DAG, also one whose file is gone, and knows none that it has never seen", async () => {
    const rest = await openAirflowRest(server.url, { ...server, token: null });
    expect(await rest.isPaused(BUSY)).toBe(false);
    await rest.setPaused(BUSY, true);
    expect(await rest.isPaused(BUSY)).toBe(true);
    await rest.setPaused(BUSY, false);
    expect(await rest.isPaused(BUSY)).toBe(false);
    expect(await rest.isPaused("never_seen")).toBeUndefined();

    await rm(fileOf(BUSY));
    await server.readDags();
    expect(await rest.activeRuns(BUSY)).toBe(1);
    await rest.setPaused(BUSY, true);
    expect(await rest.isPaused(BUSY)).toBe(true);
    await rest.setPaused(BUSY, false);
    expect(await rest.isPaused(BUSY)).toBe(false);
  }, 120_000);

  it.each([
    ["a wrong password", { ...NOBODY, username: "operator", password: "not the password" }],
    ["a wrong token", { ...NOBODY, token: "not.a.token" }],
    ["no credentials", NOBODY],
  ])("is certain of nothing with %s, and repeats no secret", async (_, credentials) => {
    const asked = openAirflowRest(server.url, credentials).then((rest) => rest.activeRuns(IDLE));
    await expect(asked).rejects.toMatchObject({ code: "AIRFLOW_NO_ANSWER" });
    await expect(asked).rejects.not.toMatchObject({ message: expect.stringMatching(/not the password|not\.a\.token/) });
  });

  async function startRun(dagId: string): Promise<void> {
    const isModern = version.startsWith("3");
    const { username, password, url } = server;
    const token = isModern
      ? ((await (
          await fetch(`${url}/auth/token`, {
            method: "POST",
            headers: { "content-type": "application/json" },
            body: JSON.stringify({ username, password }),
          })
        ).json()) as { access_token: string })
      : undefined;
    const answer = await fetch(`${url}/api/${isModern ? "v2" : "v1"}/dags/${dagId}/dagRuns`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        authorization:
          token === undefined
            ? `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`
            : `Bearer ${token.access_token}`,
      },
      body: JSON.stringify({ ...(isModern ? { logical_date: null } : {}), conf: { recipe_run_id: 7 } }),
    });
    expect(answer.status).toBe(200);
  }
});

describe("what is no Airflow", () => {
  const servers: Server[] = [];
  afterAll(() => servers.forEach((server) => server.close()));
  const serve = async (listener: RequestListener): Promise<string> => {
    const server = createServer(listener);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  };
  const html: RequestListener = (_, response) => response.end("<html>hello</html>");
  const elsewhere: RequestListener = (_, response) => response.writeHead(302, { location: "http://127.0.0.2/" }).end();

  it.each([
    ["a web page", html],
    ["a redirect", elsewhere],
    ["an error", (_, response) => response.writeHead(500).end()],
    ["a connection that is cut", (request) => request.socket.destroy()],
  ] satisfies [string, RequestListener][])("gives no answer: %s", async (_, listener) => {
    const url = await serve(listener);
    await expect(openAirflowRest(url, { ...NOBODY, token: "t" })).rejects.toMatchObject({
      code: "AIRFLOW_NO_ANSWER",
      hint: expect.stringMatching(/./),
    });
  });

  it("gives no answer: nobody there", async () => {
    const [port] = await freePorts();
    await expect(openAirflowRest(`http://127.0.0.1:${port}`, NOBODY)).rejects.toMatchObject({
      code: "AIRFLOW_NO_ANSWER",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it.each(["airflow.example.org", "ftp://airflow.example.org", "https://user:secret@airflow.example.org", ""])(
    "is no address: %j",
    async (url) => {
      const opened = openAirflowRest(url, NOBODY);
      await expect(opened).rejects.toMatchObject({ code: "BAD_USAGE" });
      await expect(opened).rejects.not.toMatchObject({ message: expect.stringContaining("secret") });
    },
  );
});
