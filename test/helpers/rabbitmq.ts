/**
 * A RabbitMQ for tests. With `DKIST_TEST_AMQP` (`[user:password@]host:port`) it is that one, which the tests then use as
 * theirs alone; else one of our own from the Debian package `rabbitmq-server`, with its own node name, ports, epmd and
 * folder, beside any other on the machine.
 */
import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { connect, type ChannelModel } from "amqplib";

/** A broker under test. */
export interface TestBroker {
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  /** Whether it is ours: only then {@link ctl} and {@link LIMITED_USER} are there. */
  readonly isOwn: boolean;
  /** A connection for looking at queues. */
  connect(): Promise<ChannelModel>;
  /** Its port for TLS; null where it has none. */
  readonly tlsPort: number | null;
  /** Runs `rabbitmqctl` on it. */
  ctl(...args: readonly string[]): Promise<string>;
  /** Ends it as a power cut would, and starts it again on the same disk. */
  kill(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A user of our own broker who may log in and do nothing. */
export const LIMITED_USER = { username: "limited", password: "limited-password" };

/** A user of our own broker who may not use the virtual host. */
export const STRANGER = { username: "stranger", password: "stranger-password" };

const LIBRARY = "/usr/lib/rabbitmq/lib";
const START_LIMIT_MS = 90_000;

/** A certificate of a broker, with its key: paths of PEM files. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** Passwords that mean something in a URL, a shell or a command; each is that of the user `hostile<index>` of our own broker. */
export const HOSTILE_PASSWORDS = ["p@ss/w%d#22", "pass word:22", "pässwörd😀22", "$(id)`id`\"'\\22", "?a=b&c=22"];

/**
 * @param tls - of our own broker: what it shows to those who come by TLS
 * @throws Error saying what to install where there is no broker
 */
export async function startBroker(tls?: Certificate): Promise<TestBroker> {
  const given = /^(?:([^:@]+):([^@]*)@)?([^:]+|\[[^\]]+\]):(\d+)$/.exec(process.env["DKIST_TEST_AMQP"] ?? "");
  if (given !== null) {
    const [, username = "guest", password = "guest", host = "", port = ""] = given;
    const address = { host, port: Number(port), username, password };
    await waitUntilReady(address, () => undefined);
    return {
      ...address,
      isOwn: false,
      connect: () => open(address),
      tlsPort: null,
      ctl: notOurs,
      kill: notOurs,
      start: notOurs,
      stop: () => Promise.resolve(),
    };
  }
  return startOwnBroker(tls);
}

const notOurs = (): Promise<never> => Promise.reject(new Error("DKIST_TEST_AMQP is not ours to control"));

async function startOwnBroker(tls: Certificate | undefined): Promise<TestBroker> {
  const programs = findPrograms();
  const folder = mkdtempSync(join(tmpdir(), "dkist-rabbitmq-"));
  const [port, distributionPort, epmdPort, tlsPort] = await freePorts();
  const address = { host: "127.0.0.1", port, username: "guest", password: "guest" };
  writeFileSync(join(folder, "definitions.json"), JSON.stringify(definitions()));
  const secure = `listeners.ssl.1 = ${address.host}:${tlsPort}
ssl_options.certfile = ${tls?.certificate ?? ""}
ssl_options.keyfile = ${tls?.key ?? ""}
`;
  writeFileSync(
    join(folder, "rabbitmq.conf"),
    `listeners.tcp.1 = ${address.host}:${port}\nload_definitions = ${folder}/definitions.json\nlog.file.level = info\n` +
      (tls === undefined ? "" : secure),
  );
  writeFileSync(join(folder, "plugins"), "[].");
  const env = {
    PATH: process.env["PATH"] ?? "",
    // The Erlang cookie is made in there.
    HOME: folder,
    RABBITMQ_NODENAME: `dkist_test_${port}@localhost`,
    RABBITMQ_CONF_ENV_FILE: "/dev/null",
    RABBITMQ_CONFIG_FILE: join(folder, "rabbitmq.conf"),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, "plugins"),
    RABBITMQ_MNESIA_BASE: join(folder, "mnesia"),
    RABBITMQ_LOG_BASE: join(folder, "log"),
    RABBITMQ_PID_FILE: join(folder, "pid"),
    RABBITMQ_DIST_PORT: String(distributionPort),
    ERL_EPMD_PORT: String(epmdPort),
    ERL_EPMD_ADDRESS: "127.0.0.1",
  };
  // The keeper lives in a session of its own and ends the broker when its stdin closes: at stop(), and also when this
  // process crashes or is killed. It starts the broker for each line on its stdin.
  const keeper = spawn(
    "/bin/sh",
    [
      "-c",
      // The broker hears the signals that its keeper ignores.
      `trap "" INT TERM HUP
       while read -r line; do
         (trap - INT TERM HUP; exec "$1") >> "$2/output" 2>&1 & broker=$!
       done
       kill $broker; wait $broker
       epmd -kill > /dev/null 2>&1
       rm -rf "$2"`,
      "keeper",
      programs.server,
      folder,
    ],
    { env, cwd: folder, detached: true, stdio: ["pipe", "ignore", "ignore"] },
  );
  const ended = new Promise<void>((resolve) => {
    keeper.on("exit", () => resolve());
  });
  const stop = async (): Promise<void> => {
    keeper.stdin.end();
    await ended;
  };
  const ctl = async (...args: readonly string[]): Promise<string> =>
    (await promisify(execFile)(programs.ctl, [...args], { env })).stdout;
  const start = async (): Promise<void> => {
    keeper.stdin.write("start\n");
    await waitUntilReady(address, () => {
      if (keeper.exitCode !== null) throw new Error("the broker's keeper has ended");
    });
  };
  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    ...address,
    tlsPort: tls === undefined ? null : tlsPort,
    isOwn: true,
    connect: () => open(address),
    ctl,
    kill: async () => {
      process.kill(Number(readFileSync(join(folder, "pid"), "utf8")), "SIGKILL");
      await waitUntilGone(address);
    },
    start,
    stop,
  };
}

/** The programs below /usr/sbin switch to the user `rabbitmq` and to its folders; these do as they are told. */
function findPrograms(): { server: string; ctl: string } {
  const version = existsSync(LIBRARY) ? readdirSync(LIBRARY).find((name) => name.startsWith("rabbitmq_server-")) : "";
  if (version === undefined || version === "") {
    throw new Error(
      "the RabbitMQ tests need the Debian package rabbitmq-server (apt-get install rabbitmq-server), " +
        "or a broker given as DKIST_TEST_AMQP=host:port",
    );
  }
  const folder = join(LIBRARY, version, "sbin");
  return { server: join(folder, "rabbitmq-server"), ctl: join(folder, "rabbitmqctl") };
}

function definitions(): object {
  const permission = { vhost: "/", configure: ".*", write: ".*", read: ".*" };
  return {
    vhosts: [{ name: "/" }],
    users: [
      user("guest", "guest", ["administrator"]),
      user(LIMITED_USER.username, LIMITED_USER.password, []),
      user(STRANGER.username, STRANGER.password, []),
      ...HOSTILE_PASSWORDS.map((password, index) => user(`hostile${index}`, password, [])),
    ],
    permissions: [
      { ...permission, user: "guest" },
      ...HOSTILE_PASSWORDS.map((_, index) => ({ ...permission, user: `hostile${index}` })),
      { user: LIMITED_USER.username, vhost: "/", configure: "^$", write: "^$", read: "^$" },
    ],
  };
}

/** RabbitMQ's own form: base64 of a salt of four bytes and the digest of salt and password. */
function user(name: string, password: string, tags: readonly string[]): object {
  const salt = Buffer.from("salt");
  const digest = createHash("sha256")
    .update(Buffer.concat([salt, Buffer.from(password)]))
    .digest();
  return {
    name,
    password_hash: Buffer.concat([salt, digest]).toString("base64"),
    hashing_algorithm: "rabbit_password_hashing_sha256",
    tags: tags.join(","),
  };
}

/** Ports that nobody listens on now. Held open together, so that they differ. */
export async function freePorts(count = 4): Promise<[number, number, number, number]> {
  const servers = await Promise.all(
    Array.from(
      { length: count },
      () =>
        new Promise<ReturnType<typeof createServer>>((resolve) => {
          const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
        }),
    ),
  );
  const [first = 0, second = 0, third = 0, fourth = 0] = servers.map(
    (server) => (server.address() as AddressInfo).port,
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return [first, second, third, fourth];
}

type Address = Pick<TestBroker, "host" | "port" | "username" | "password">;

async function open({ host, port, username, password }: Address): Promise<ChannelModel> {
  const connection = await connect(
    { hostname: host, port, username, password, vhost: "/" },
    { noDelay: true, timeout: 10_000 },
  );
  connection.on("error", () => undefined);
  return connection;
}

async function waitUntilReady(address: Address, check: () => void): Promise<void> {
  const end = performance.now() + START_LIMIT_MS;
  for (;;) {
    check();
    try {
      await (await open(address)).close();
      return;
    } catch (error) {
      if (performance.now() > end) {
        throw new Error(`no broker at ${address.host}:${address.port} after ${START_LIMIT_MS / 1000} s`, {
          cause: error,
        });
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

async function waitUntilGone(address: Address): Promise<void> {
  for (;;) {
    try {
      await (await open(address)).close();
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
