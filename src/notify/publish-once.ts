import type { ChannelModel, ConfirmChannel } from "amqplib";
import { isError } from "../runtime/error-facts.js";
import type { BrokerSettings } from "./broker-settings.js";
import { closeConnection, destroy, FirstFault, openConnection } from "./connection.js";
import type { Deadline } from "./deadline.js";
import { declareExchange, declareQueue, FAILURE_QUEUE, FAILURE_ROUTING_KEY } from "./declarations.js";
import { PublishError, publishErrorOf } from "./publish-error.js";

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

async function deliver(
  connection: ChannelModel,
  settings: BrokerSettings,
  body: Buffer,
  deadline: Deadline,
  faults: FirstFault,
): Promise<void> {
  const channel = await deadline.race(connection.createConfirmChannel(), "opening a channel");
  channel.on("error", (error) => faults.note(error));
  const { exchange } = settings;
  const declared = Promise.all([
    declareExchange(channel, settings),
    declareQueue(channel, settings),
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
