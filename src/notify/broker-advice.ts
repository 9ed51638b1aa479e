import type { BrokerAnswer } from "./broker-check.js";
import type { BrokerSettings } from "./broker-settings.js";
import { VIRTUAL_HOST } from "./connection.js";
import { FAILURE_QUEUE } from "./declarations.js";
import type { PublishError, PublishFailureCode } from "./publish-error.js";

/** A broker's answer in words, without any secret. */
export interface BrokerAdvice {
  /** Whether the broker would take a failure message, as far as that can be seen without sending one. */
  readonly isReady: boolean;
  readonly found: string;
  /** Which setting to look at; only where something is wrong. */
  readonly hint?: string;
}

type Refusal = Extract<BrokerAnswer, { kind: "refused" }>;
type Explain = (settings: BrokerSettings, refusal: Refusal) => Omit<BrokerAdvice, "isReady">;

/**
 * Says what a broker's answer means, and which setting is wrong.
 *
 * @example
 * adviceOn(settings, await checkBroker(settings, 5_000)).found // "localhost:5672 lets guest in; ..."
 */
export function adviceOn(settings: BrokerSettings, answer: BrokerAnswer): BrokerAdvice {
  if (answer.kind === "refused") {
    return { isReady: false, ...(EXPLANATIONS[answer.error.code] ?? inItsOwnWords)(settings, answer) };
  }
  const { missing } = answer;
  const welcome = `${addressOf(settings)} lets ${settings.username} in`;
  if (missing.length === 0) {
    return {
      isReady: true,
      found: `${welcome}; exchange ${settings.exchange} and queue ${FAILURE_QUEUE} are as they should be`,
    };
  }
  const verb = missing.length === 1 ? "is" : "are";
  const first = "the first failure message makes what is missing, if this user may configure it";
  return { isReady: true, found: `${welcome}; ${missing.join(" and ")} ${verb} not there yet (${first})` };
}

const ADDRESS = 'mesh_address and mesh_port of MESH_CONFIG["interservice-bus"]';
const PORTS = "RabbitMQ listens on 5672, with TLS on 5671";

const EXPLANATIONS: Readonly<Partial<Record<PublishFailureCode, Explain>>> = {
  ADDRESS_UNKNOWN: ({ host }) => ({
    found: `there is no host ${host}`,
    hint: 'check mesh_address of MESH_CONFIG["interservice-bus"], and the name service of this machine',
  }),
  CONNECTION_REFUSED: (settings, { error }) => ({
    found: `${addressOf(settings)} refuses connections: ${error.message}`,
    hint: `is the broker running there? Otherwise check ${ADDRESS}; ${PORTS}`,
  }),
  TIMED_OUT: (settings, refusal) => silence(settings, refusal),
  CONNECTION_LOST: (settings, { error }) => ({
    found: `${addressOf(settings)} closed the connection: ${error.message}`,
    hint:
      settings.protocol === "amqp"
        ? `the broker's log says why; a port that speaks TLS needs ISB_PROTOCOL=amqps (${PORTS})`
        : "the broker's log says why",
  }),
  NOT_A_BROKER: (settings) => ({
    found: `what answers at ${addressOf(settings)} speaks no AMQP 0-9-1`,
    hint: `check ${ADDRESS}; ${PORTS}`,
  }),
  TLS_FAILED: (settings, { error }) => ({
    found: `there is no TLS connection to ${addressOf(settings)}: ${tlsReason(error)}`,
    hint: tlsHint(error.cause),
  }),
  LOGIN_REFUSED: ({ username }) => ({
    found: `the broker refuses the user ${username}`,
    hint:
      `ISB_USERNAME or ISB_PASSWORD is wrong` +
      (username === "guest" ? "; RabbitMQ lets guest in from its own machine only" : ""),
  }),
  VHOST_REFUSED: ({ username }) => ({
    found: `the broker has no virtual host ${VIRTUAL_HOST}, or the user ${username} may not use it`,
    hint: `there is no setting for another one: ${permissionsFor(username)}`,
  }),
  NO_PERMISSION: ({ username, exchange }, { step }) => ({
    found: `the user ${username} may not declare ${step === "queue" ? `queue ${FAILURE_QUEUE}` : `exchange ${exchange}`}`,
    hint: permissionsFor(username),
  }),
  DECLARED_DIFFERENTLY: (settings, refusal) => difference(settings, refusal),
};

function silence(settings: BrokerSettings, { step, accepts, error }: Refusal): ReturnType<Explain> {
  if (step !== "connect") return { found: `${addressOf(settings)} stopped answering: ${error.message}` };
  return accepts
    ? {
        found: `${addressOf(settings)} accepts connections and says nothing`,
        hint: `is that port a broker's, and is ISB_PROTOCOL right? ${PORTS}`,
      }
    : {
        found: `${addressOf(settings)} does not answer`,
        hint: `check ${ADDRESS}, and whether a firewall is in between`,
      };
}

/** OpenSSL's own message names its source files; its reason is a few words. */
function tlsReason({ message, cause }: PublishError): string {
  const reason = typeof cause === "object" && cause !== null && "reason" in cause ? cause.reason : undefined;
  return typeof reason === "string" ? reason : message.trim();
}

/** By the code of Node's own error. */
function tlsHint(cause: unknown): string {
  const code = typeof cause === "object" && cause !== null && "code" in cause ? String(cause.code) : "";
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "mesh_address must be a name that stands in its certificate";
  if (/SELF_SIGNED|UNABLE_TO_/.test(code)) {
    return "NODE_EXTRA_CA_CERTS must name a file with the certificate of the authority that signed the broker's";
  }
  if (/^ERR_SSL|^EPROTO$/.test(code)) return `this port seems to speak no TLS: check ISB_PROTOCOL; ${PORTS}`;
  return "check the broker's certificate and ISB_PROTOCOL";
}

/** RabbitMQ: `inequivalent arg 'x-queue-type' for queue 'q' in vhost '/': received 'quorum' but current is 'classic'` */
function difference({ exchange, queueType }: BrokerSettings, { step, error }: Refusal): ReturnType<Explain> {
  const [, argument = "", current = ""] =
    /inequivalent arg '([^']+)'.* but current is (?:the value )?'?([^' "]+)/.exec(error.message) ?? [];
  if (step === "exchange") {
    const found = argument === "" ? error.message : `its ${argument} is ${current}`;
    return {
      found: `exchange ${exchange} is there, and not as the notifier declares it: ${found}`,
      hint: "ISB_EXCHANGE must name an exchange that is direct, durable and nothing else, or one that is not there yet",
    };
  }
  if (argument === "x-queue-type") {
    return {
      found: `queue ${FAILURE_QUEUE} is there, and its type is ${current}, not ${queueType}`,
      hint: current === "none" ? "ISB_QUEUE_TYPE must be the type that it has" : `set ISB_QUEUE_TYPE=${current}`,
    };
  }
  return {
    found: `queue ${FAILURE_QUEUE} is there, and not as the notifier declares it: ${error.message}`,
    hint: "it must be durable, with no argument but x-queue-type",
  };
}

function inItsOwnWords(settings: BrokerSettings, { error }: Refusal): ReturnType<Explain> {
  return { found: `${error.code} at ${addressOf(settings)}: ${error.message}` };
}

function permissionsFor(username: string): string {
  return `${username} needs the permissions to configure, write and read there (rabbitmqctl set_permissions)`;
}

function addressOf({ host, port }: BrokerSettings): string {
  return `${host}:${port}`;
}
