import { connect, type ChannelModel, type ConfirmChannel } from "amqplib";
import { isError } from "../runtime/error-facts.js";
import type { BrokerSettings } from "./broker-settings.js";
import type { Deadline } from "./deadline.js";
import { PublishError, publishErrorOf } from "./publish-error.js";

/** Names of the Python original; both sides declare the same, so that either may come first. */
export const FAILURE_QUEUE = "recipe.run.failure.q";
export const FAILURE_ROUTING_KEY = "recipe.run.failure.m";
const VIRTUAL_HOST = "/";
const CONNECTION_NAME = "dkist-processing-core-producer";

const HEARTBEAT_SECONDS = 30;
/** A message that is confirmed is delivered: a broker that does not answer the goodbye changes nothing. */
const CLOSE_LIMIT_MS = 500;

/**
 * One attempt: connect, declare, publish one persistent message, wait for the broker's confirm, close.
 *
 * @returns when the broker has confirmed the message and has not returned it: an unroutable message is returned first,
 *   and then confirmed all the same
 * @throws PublishError within the deadline
 */
export async function publishOnce(settings: BrokerSettings, body: Buffer, deadline: Deadline): Promise<void> {
  const faults = new FirstFault();
  const connection = await openConnection(settings, deadline, faults);
  try {
    await deliver(connection, settings, body, deadline, faults);
    await closeConnection(connection, deadline);
  } catch (error) {
    destroy(connection);
    // What the broker itself said beats "channel closed", which is all that a waiting promise is told.
    throw faults.first ?? publishErrorOf(error);
  }
}

async function openConnection(settings: BrokerSettings, deadline: Deadline, faults: FirstFault): Promise<ChannelModel> {
  let isTooLate = false;
  // The object form: in a URL, passwords with / or # would need an encoding that not all readers agree on.
  const opening = connect(
    {
      protocol: settings.protocol,
      hostname: settings.host,
      port: settings.port,
      username: settings.username,
      password: settings.password,
      vhost: VIRTUAL_HOST,
      heartbeat: HEARTBEAT_SECONDS,
    },
    // Without noDelay the short frames of the handshake wait for delayed acknowledgements, 40 ms each.
    { noDelay: true, timeout: deadline.leftMs, clientProperties: { connection_name: CONNECTION_NAME } },
  ).then((connection) => {
    if (isTooLate) destroy(connection);
    return connection;
  });
  try {
    const connection = await deadline.race(opening, "connecting");
    // Before any call: an 'error' event without a listener ends the process.
    connection.on("error", (error) => faults.note(error));
    connection.on("blocked", (reason) => faults.block(reason));
    connection.on("unblocked", () => faults.unblock());
    return connection;
  } catch (error) {
    isTooLate = true;
    opening.catch(() => undefined);
    throw publishErrorOf(error);
  }
}

async function deliver(
  connection: ChannelModel,
  settings: BrokerSettings,
  body: Buffer,
  deadline: Deadline,
  faults: FirstFault,
): Promise<void> {
  const channel = await deadline.race(connection.createConfirmChannel(), "opening a channel");
  channel.on("error", (error) => faults.note(error));
  const { exchange, queueType } = settings;
  const declared = Promise.all([
    channel.assertExchange(exchange, "direct", { durable: true }),
    channel.assertQueue(FAILURE_QUEUE, { durable: true, arguments: { "x-queue-type": queueType } }),
    channel.bindQueue(FAILURE_QUEUE, exchange, FAILURE_ROUTING_KEY),
  ]);
  await deadline.race(declared, "declaring the exchange and the queue");
  await deadline.race(publishConfirmed(channel, exchange, body), "waiting for the broker to confirm");
}

/** Its own callback and not `waitForConfirms`, which also resolves when the channel closed before the publish. */
async function publishConfirmed(channel: ConfirmChannel, exchange: string, body: Buffer): Promise<void> {
  let returned: string | undefined;
  channel.on("return", (message) => {
    // The types know the fields of a delivery only; a returned message has these instead.
    returned = (message.fields as { readonly replyText?: string }).replyText ?? "returned";
  });
  const options = {
    persistent: true,
    mandatory: true,
    contentType: "text/plain",
    contentEncoding: "UTF-8",
    priority: 0,
  };
  leaveOutHeaders(channel);
  await new Promise<void>((resolve, reject) => {
    channel.publish(exchange, FAILURE_ROUTING_KEY, body, options, (error: unknown) => {
      if (error === null || error === undefined) resolve();
      else reject(confirmError(error));
    });
  });
  if (returned !== undefined) {
    throw new PublishError("UNROUTABLE", `the broker has no queue for ${FAILURE_ROUTING_KEY}: ${returned}`);
  }
}

/** amqplib sends an empty table of headers where the original sends none, and a Python reader sees `{}`, not None. */
function leaveOutHeaders(channel: object): void {
  const sender = channel as { sendMessage?: (fields: unknown, properties: object, content: Buffer) => boolean };
  const send = sender.sendMessage?.bind(channel);
  if (send === undefined) return;
  sender.sendMessage = (fields, properties, content) => send(fields, { ...properties, headers: undefined }, content);
}

function confirmError(error: unknown): PublishError {
  const isNack = isError(error) && error.message === "message nacked";
  return isNack ? new PublishError("NOT_CONFIRMED", "the broker refused the message") : publishErrorOf(error);
}

async function closeConnection(connection: ChannelModel, deadline: Deadline): Promise<void> {
  try {
    await deadline.within(CLOSE_LIMIT_MS).race(connection.close(), "closing");
  } catch {
    destroy(connection);
  }
}

/** amqplib has no call that ends a connection without the broker's help; its socket is all there is. */
function destroy({ connection }: ChannelModel): void {
  (connection as { readonly stream?: { readonly destroy?: () => void } }).stream?.destroy?.();
}

/** What the broker said on the connection or the channel, apart from what the calls under way were told. */
class FirstFault {
  #error: PublishError | undefined;
  #blocked: PublishError | undefined;

  get first(): PublishError | undefined {
    return this.#error ?? this.#blocked;
  }

  note(error: unknown): void {
    this.#error ??= publishErrorOf(error);
  }

  block(reason: string): void {
    this.#blocked = new PublishError("BLOCKED", `the broker takes no messages now: ${reason}`);
  }

  unblock(): void {
    this.#blocked = undefined;
  }
}
