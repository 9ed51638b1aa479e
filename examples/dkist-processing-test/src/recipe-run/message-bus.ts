import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { connect, type ConfirmChannel } from "amqplib";
import * as z from "zod";

/** A message of the interservice bus: the routing key `<subject>.m` takes it to the queue `<subject>.q`. */
export interface BusMessage {
  readonly subject: string;
  readonly body: Readonly<Record<string, string | number | boolean>>;
}

export interface BusSettings {
  readonly hostname: string;
  readonly port: number;
  readonly username: string;
  readonly password: string;
  readonly exchange: string;
  readonly queueType: string;
}

const meshSchema = z.object({
  "interservice-bus": z.object({ mesh_address: z.string(), mesh_port: z.coerce.number().int() }).optional(),
});

const DEADLINE_MS = 20_000;

/** Where the bus is, as the workers' environment has it; undefined where MESH_CONFIG names none. */
export function busSettings(environment: NodeJS.ProcessEnv): BusSettings | undefined {
  const bus = meshSchema.parse(JSON.parse(environment.MESH_CONFIG || "{}"))["interservice-bus"];
  if (bus === undefined) return undefined;
  return {
    hostname: bus.mesh_address,
    port: bus.mesh_port,
    username: environment.ISB_USERNAME || "guest",
    password: environment.ISB_PASSWORD || "guest",
    exchange: environment.ISB_EXCHANGE || "master.direct.x",
    queueType: environment.ISB_QUEUE_TYPE || "classic",
  };
}

/** Publishes messages, and returns when the broker has put every one of them into its queue. */
export async function publishMessages(settings: BusSettings, messages: readonly BusMessage[]): Promise<void> {
  const { hostname, port, username, password } = settings;
  const connection = await connect({ hostname, port, username, password }, { timeout: DEADLINE_MS });
  const given = new AbortController();
  try {
    // An event without a listener would end the process before the error is reported.
    connection.on("error", () => undefined);
    await Promise.race([
      connection.createConfirmChannel().then((channel) => publishAll(channel, settings, messages)),
      once(connection, "close", { signal: given.signal }).then(() => fail("the broker closed the connection")),
      setTimeout(DEADLINE_MS, undefined, { signal: given.signal }).then(() => fail("the broker does not answer")),
    ]);
  } finally {
    given.abort();
    await connection.close().catch(() => undefined);
  }
}

async function publishAll(
  channel: ConfirmChannel,
  { exchange, queueType }: BusSettings,
  messages: readonly BusMessage[],
): Promise<void> {
  channel.on("error", () => undefined);
  const returned: string[] = [];
  channel.on("return", ({ fields }) => returned.push(fields.routingKey));

  await channel.assertExchange(exchange, "direct", { durable: true });
  for (const subject of new Set(messages.map((message) => message.subject))) {
    await channel.assertQueue(`${subject}.q`, { durable: true, arguments: { "x-queue-type": queueType } });
    await channel.bindQueue(`${subject}.q`, exchange, `${subject}.m`);
  }
  for (const { subject, body } of messages) {
    const content = Buffer.from(JSON.stringify(body));
    channel.publish(exchange, `${subject}.m`, content, {
      persistent: true,
      mandatory: true,
      contentType: "text/plain",
    });
  }
  await channel.waitForConfirms();
  if (returned.length > 0) fail(`the broker has no queue for ${returned.join(", ")}`);
}

function fail(reason: string): never {
  throw new Error(`messages could not be published: ${reason}`);
}
