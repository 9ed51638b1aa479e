// The limit line of the failure message: the same AMQP exchange over a bare socket, without a library, a check of what
// comes back, or a second try: `node publish.js HOST PORT < BODY`.
import { readFileSync } from "node:fs";
import { connect } from "node:net";

const [host, port] = process.argv.slice(2);
const body = readFileSync(0);

const u8 = (value) => Buffer.from([value]);
const u16 = (value) => Buffer.from([value >> 8, value & 255]);
const u32 = (value) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
const short = (text) => Buffer.concat([u8(Buffer.byteLength(text)), Buffer.from(text)]);
const long = (text) => Buffer.concat([u32(Buffer.byteLength(text)), Buffer.from(text)]);
const table = (fields) =>
  long(Buffer.concat(fields.map(([name, value]) => Buffer.concat([short(name), Buffer.from("S"), long(value)]))));
const frame = (type, channel, payload) =>
  Buffer.concat([u8(type), u16(channel), u32(payload.length), payload, u8(0xce)]);
const method = (channel, group, number, ...parts) =>
  frame(1, channel, Buffer.concat([u16(group), u16(number), ...parts]));

const EXCHANGE = "master.direct.x";
const QUEUE = "recipe.run.failure.q";
const KEY = "recipe.run.failure.m";
const DURABLE = u8(2);

/** What is sent when the broker has said this; `class.method` of its frames. */
const answers = {
  "10.10": () =>
    method(0, 10, 11, table([["connection_name", "bench"]]), short("PLAIN"), long("\0guest\0guest"), short("en_US")),
  "10.30": () =>
    Buffer.concat([
      method(0, 10, 31, u16(2047), u32(131072), u16(30)),
      method(0, 10, 40, short("/"), short(""), u8(0)),
    ]),
  10.41: () => method(1, 20, 10, short("")),
  20.11: () => method(1, 85, 10, u8(0)),
  85.11: () =>
    Buffer.concat([
      method(1, 40, 10, u16(0), short(EXCHANGE), short("direct"), DURABLE, table([])),
      method(1, 50, 10, u16(0), short(QUEUE), DURABLE, table([["x-queue-type", "classic"]])),
      method(1, 50, 20, u16(0), short(QUEUE), short(EXCHANGE), short(KEY), u8(0), table([])),
    ]),
  50.21: () =>
    Buffer.concat([
      method(1, 60, 40, u16(0), short(EXCHANGE), short(KEY), u8(1)),
      // content type, content encoding, delivery mode, priority
      frame(
        2,
        1,
        Buffer.concat([
          u16(60),
          u16(0),
          u32(0),
          u32(body.length),
          u16(0xd800),
          short("text/plain"),
          short("UTF-8"),
          u8(2),
          u8(0),
        ]),
      ),
      frame(3, 1, body),
    ]),
  "60.80": () => method(0, 10, 50, u16(200), short("bye"), u16(0), u16(0)),
  10.51: () => process.stdout.write("sent\n", () => process.exit()) && Buffer.alloc(0),
};

const socket = connect({ host, port: Number(port), noDelay: true }, () => socket.write("AMQP\0\0\x09\x01", "latin1"));
let received = Buffer.alloc(0);
socket.on("data", (data) => {
  received = Buffer.concat([received, data]);
  for (;;) {
    if (received.length < 8) return;
    const size = received.readUInt32BE(3);
    if (received.length < size + 8) return;
    const payload = received.subarray(7, 7 + size);
    if (received[0] === 1) {
      const name = `${payload.readUInt16BE(0)}.${payload.readUInt16BE(2)}`;
      if (name === "10.50" || name === "20.40") throw new Error(`the broker closes: ${payload.toString("latin1")}`);
      socket.write(answers[name]?.() ?? Buffer.alloc(0));
    }
    received = received.subarray(size + 8);
  }
});
