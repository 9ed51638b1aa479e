import type { Channel } from "amqplib";
import type { BrokerSettings } from "./broker-settings.js";

/** Names of the Python original; both sides declare the same, so that either may come first. */
export const FAILURE_QUEUE = "recipe.run.failure.q";
export const FAILURE_ROUTING_KEY = "recipe.run.failure.m";

/** What the broker answers with an error when the exchange is there, and is of another kind. */
export function declareExchange(channel: Channel, { exchange }: BrokerSettings): Promise<unknown> {
  return channel.assertExchange(exchange, "direct", { durable: true });
}

/** What the broker answers with an error when the queue is there, and is of another kind. */
export function declareQueue(channel: Channel, { queueType }: BrokerSettings): Promise<unknown> {
  return channel.assertQueue(FAILURE_QUEUE, { durable: true, arguments: { "x-queue-type": queueType } });
}
