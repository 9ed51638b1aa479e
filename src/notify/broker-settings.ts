import { isIPv6 } from "node:net";

/** Where the failure message goes. Names and defaults are those of the Python original. */
export interface BrokerSettings {
  readonly protocol: "amqp" | "amqps";
  readonly host: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly exchange: string;
  /** `x-queue-type` of the queue. RabbitMQ refuses to declare a queue again with another one. */
  readonly queueType: string;
}

/** What is wrong with the settings: one sentence each, without their values, as one of them is a password. */
export interface BadBrokerSettings {
  readonly problems: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** AMQP's short strings are at most 255 bytes. */
const MAX_SHORT_STRING_BYTES = 255;
/** The broker's name in MESH_CONFIG. */
const SERVICE = "interservice-bus";
const HOST = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,252}[A-Za-z0-9_.])?$/;

/**
 * Reads the broker settings.
 *
 * @param environment - MESH_CONFIG (`{"interservice-bus": {"mesh_address": host, "mesh_port": port}}`), ISB_USERNAME,
 *   ISB_PASSWORD, ISB_EXCHANGE, ISB_QUEUE_TYPE, ISB_PROTOCOL (`amqp` or `amqps`); an empty variable counts as not set
 * @example
 * readBrokerSettings({ MESH_CONFIG: '{"interservice-bus":{"mesh_address":"rabbit","mesh_port":5672}}' })
 */
export function readBrokerSettings(environment: Environment): BrokerSettings | BadBrokerSettings {
  const problems: string[] = [];
  const variable = (name: string, fallback: string): string => {
    const value = environment[name] ?? "";
    return value === "" ? fallback : value;
  };
  const shortString = (name: string, fallback: string): string => {
    const value = variable(name, fallback);
    if (!isShortString(value)) problems.push(`${name} must be 1 to 255 bytes of text without control characters`);
    return value;
  };
  const protocol = variable("ISB_PROTOCOL", "amqp");
  if (protocol !== "amqp" && protocol !== "amqps") problems.push("ISB_PROTOCOL must be amqp or amqps");
  const settings: BrokerSettings = {
    protocol: protocol === "amqps" ? "amqps" : "amqp",
    ...readAddress(variable("MESH_CONFIG", "{}"), problems),
    username: variable("ISB_USERNAME", "guest"),
    password: variable("ISB_PASSWORD", "guest"),
    exchange: shortString("ISB_EXCHANGE", "master.direct.x"),
    queueType: shortString("ISB_QUEUE_TYPE", "classic"),
  };
  return problems.length === 0 ? settings : { problems };
}

/** The variables that {@link readBrokerSettings} reads. */
export const BROKER_VARIABLES = [
  "MESH_CONFIG",
  "ISB_USERNAME",
  "ISB_PASSWORD",
  "ISB_EXCHANGE",
  "ISB_QUEUE_TYPE",
  "ISB_PROTOCOL",
] as const;

/** Whether a MESH_CONFIG says where the broker is; one that is not JSON does not. */
export function namesBroker(meshConfig: string): boolean {
  try {
    const services = JSON.parse(meshConfig) as unknown;
    return isRecord(services) && services[SERVICE] !== undefined;
  } catch {
    return false;
  }
}

/** A service that MESH_CONFIG does not name is taken to be on this machine, as the original does. */
function readAddress(meshConfig: string, problems: string[]): Pick<BrokerSettings, "host" | "port"> {
  const local = { host: "localhost", port: 5672 };
  let services: unknown;
  try {
    services = JSON.parse(meshConfig) as unknown;
  } catch {
    problems.push("MESH_CONFIG is not valid JSON");
    return local;
  }
  if (!isRecord(services)) {
    problems.push("MESH_CONFIG must be a JSON object");
    return local;
  }
  const service = services[SERVICE];
  if (service === undefined) return local;
  if (!isRecord(service)) {
    problems.push('MESH_CONFIG["interservice-bus"] must be an object with mesh_address and mesh_port');
    return local;
  }
  const host = service["mesh_address"];
  const port = portOf(service["mesh_port"]);
  const isHost = typeof host === "string" && (HOST.test(host) || isIPv6(host));
  if (!isHost) problems.push('MESH_CONFIG["interservice-bus"].mesh_address must be a host name or an IP address');
  if (port === undefined) problems.push('MESH_CONFIG["interservice-bus"].mesh_port must be a number from 1 to 65535');
  return { host: isHost ? host : local.host, port: port ?? local.port };
}

function portOf(value: unknown): number | undefined {
  const port = typeof value === "string" && /^[0-9]{1,5}$/.test(value) ? Number(value) : value;
  return typeof port === "number" && Number.isInteger(port) && port >= 1 && port <= 65_535 ? port : undefined;
}

function isShortString(text: string): boolean {
  const isPlain = text.isWellFormed() && !/\p{Cc}/u.test(text);
  return isPlain && text !== "" && Buffer.byteLength(text) <= MAX_SHORT_STRING_BYTES;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
