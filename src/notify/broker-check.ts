import type { Channel, ChannelModel } from "amqplib";
import { connect } from "node:net";
import type { BrokerSettings } from "./broker-settings.js";
import { closeConnection, destroy, FirstFault, openConnection } from "./connection.js";
import { Deadline } from "./deadline.js";
import { declareExchange, declareQueue, FAILURE_QUEUE } from "./declarations.js";
import { publishErrorOf, type PublishError } from "./publish-error.js";

/** What the broker was being asked when it refused, or did not answer. */
export type BrokerStep = "connect" | "exchange" | "queue";

/** What came of asking a broker whether it would take a failure message. */
export type BrokerAnswer =
  | { readonly kind: "ready"; /** What the first failure message will make. */ readonly missing: readonly string[] }
  | { readonly kind: "refused"; readonly step: BrokerStep; readonly error: PublishError; readonly accepts: boolean };

/** Kept back from the time for connecting: enough to find out whether anybody listens at all. */
const PROBE_MS = 1_000;

/**
 * Connects as the notifier does, and compares the exchange and the queue with what it declares. Nothing is made: each is
 * declared passively first, which fails where there is none, and only what is there is declared as the notifier would,
 * as a passive declare does not compare.
 *
 * @param limitMs - for all of it
 * @throws never
 */
export async function checkBroker(settings: BrokerSettings, limitMs: number): Promise<BrokerAnswer> {
  const deadline = new Deadline(limitMs);
  let step: BrokerStep = "connect";
  let connection: ChannelModel | undefined;
  try {
    connection = await openConnection(settings, deadline.within(limitMs - PROBE_MS), new FirstFault());
    step = "exchange";
    const exchange = await compare(connection, deadline, {
      find: (channel) => channel.checkExchange(settings.exchange),
      declare: (channel) => declareExchange(channel, settings),
    });
    step = "queue";
    const queue = await compare(connection, deadline, {
      find: (channel) => channel.checkQueue(FAILURE_QUEUE),
      declare: (channel) => declareQueue(channel, settings),
    });
    await closeConnection(connection, deadline);
    const missing = [
      ...(exchange === "missing" ? [`exchange ${settings.exchange}`] : []),
      ...(queue === "missing" ? [`queue ${FAILURE_QUEUE}`] : []),
    ];
    return { kind: "ready", missing };
  } catch (thrown) {
    if (connection !== undefined) destroy(connection);
    const error = publishErrorOf(thrown);
    const accepts = connection !== undefined || (error.code === "TIMED_OUT" && (await accepting(settings, deadline)));
    return { kind: "refused", step, error, accepts };
  }
}

interface Comparison {
  readonly find: (channel: Channel) => Promise<unknown>;
  readonly declare: (channel: Channel) => Promise<unknown>;
}

async function compare(
  connection: ChannelModel,
  deadline: Deadline,
  { find, declare }: Comparison,
): Promise<"same" | "missing"> {
  try {
    await onChannel(connection, deadline, find);
  } catch (error) {
    if (publishErrorOf(error).code === "NOT_FOUND") return "missing";
    throw error;
  }
  await onChannel(connection, deadline, declare);
  return "same";
}

/** On a channel of its own, as the broker closes a channel with each error. */
async function onChannel(
  connection: ChannelModel,
  deadline: Deadline,
  ask: (channel: Channel) => Promise<unknown>,
): Promise<void> {
  const channel = await deadline.race(connection.createChannel(), "opening a channel");
  const faults = new FirstFault();
  channel.on("error", (error) => faults.note(error));
  try {
    await deadline.race(ask(channel), "asking for the exchange and the queue");
  } catch (error) {
    throw faults.first ?? error;
  }
}

/** Whether somebody listens there: a host that says nothing is another fault than one that cannot be reached. */
function accepting({ host, port }: BrokerSettings, deadline: Deadline): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: Math.max(1, deadline.leftMs) });
    const end = (isOpen: boolean) => (): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", end(true)).once("error", end(false)).once("timeout", end(false));
  });
}
