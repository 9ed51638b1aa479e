import type { FailureMessage } from "../../src/notify/failure-message.js";
import type { TestBroker } from "./rabbitmq.js";

/** Takes all failure messages; there are none before the first was sent, nor their queue. */
export async function takeFailureMessages(broker: TestBroker): Promise<FailureMessage[]> {
  const connection = await broker.connect();
  const channel = await connection.createChannel();
  const messages: FailureMessage[] = [];
  await channel.assertExchange("master.direct.x", "direct", { durable: true });
  await channel.assertQueue("recipe.run.failure.q", { durable: true, arguments: { "x-queue-type": "classic" } });
  for (;;) {
    const message = await channel.get("recipe.run.failure.q", { noAck: true });
    if (message === false) break;
    messages.push(JSON.parse(message.content.toString()) as FailureMessage);
  }
  await connection.close();
  return messages;
}
