import { describe, expect, it } from "@jest/globals";
import { PublishError, publishErrorOf, type PublishFailureCode } from "../../src/notify/publish-error.js";
import { publish, waitBefore } from "../../src/notify/publisher.js";

const SETTINGS = {
  protocol: "amqp",
  host: "localhost",
  port: 5672,
  username: "guest",
  password: "guest",
  exchange: "x",
  queueType: "classic",
} as const;

/** Fails with each of the codes in turn, then succeeds. */
function attempts(...codes: PublishFailureCode[]) {
  const bodies: string[] = [];
  const attempt = (_settings: unknown, body: Buffer): Promise<void> => {
    bodies.push(body.toString());
    const code = codes[bodies.length - 1];
    return code === undefined ? Promise.resolve() : Promise.reject(new PublishError(code, "words"));
  };
  return { bodies, attempt };
}

describe("publish", () => {
  it("is done after the first confirmed attempt", async () => {
    const { bodies, attempt } = attempts();

    expect(await publish(SETTINGS, "body", { deadlineMs: 1_000, attempt })).toEqual({ kind: "delivered", attempts: 1 });
    expect(bodies).toEqual(["body"]);
  });

  it("tries what may pass again, with the same bytes", async () => {
    const { bodies, attempt } = attempts("CONNECTION_REFUSED", "CONNECTION_LOST", "TIMED_OUT", "NOT_CONFIRMED");
    const outcome = await publish(SETTINGS, "bödy", { deadlineMs: 5_000, attempt, random: () => 0 });

    expect(outcome).toEqual({ kind: "delivered", attempts: 5 });
    expect(new Set(bodies)).toEqual(new Set(["bödy"]));
  });

  it.each([
    "BAD_VALUE",
    "DECLARED_DIFFERENTLY",
    "LOGIN_REFUSED",
    "NO_PERMISSION",
    "NOT_A_BROKER",
    "NOT_FOUND",
    "TLS_FAILED",
    "UNROUTABLE",
  ] as const)("does not try %s again", async (code) => {
    const { bodies, attempt } = attempts(code);
    const outcome = await publish(SETTINGS, "body", { deadlineMs: 5_000, attempt });

    expect(outcome).toMatchObject({ kind: "failed", attempts: 1, error: { code } });
    expect(bodies).toHaveLength(1);
  });

  it("gives up when the deadline leaves no time for another attempt", async () => {
    const started = performance.now();
    const attempt = (): Promise<void> => Promise.reject(new PublishError("CONNECTION_REFUSED", "words"));
    const outcome = await publish(SETTINGS, "body", { deadlineMs: 300, attempt, random: () => 0.5 });

    expect(outcome).toMatchObject({ kind: "failed", error: { code: "CONNECTION_REFUSED" } });
    expect(performance.now() - started).toBeLessThan(600);
  });

  it("never throws, whatever an attempt throws", async () => {
    const attempt = (): Promise<void> => Promise.reject(new TypeError("not a buffer"));

    expect(await publish(SETTINGS, "body", { deadlineMs: 300, attempt })).toMatchObject({
      kind: "failed",
      error: { code: "BAD_VALUE", message: "not a buffer" },
    });
  });
});

describe("waitBefore", () => {
  it("is full jitter: anything from nothing to a doubling limit", () => {
    const limits = [2, 3, 4, 5, 6].map((attempt) => waitBefore(attempt, () => 1));

    expect(limits).toEqual([200, 400, 800, 1500, 1500]);
    expect(waitBefore(6, () => 0)).toBe(0);
  });
});

describe("publishErrorOf", () => {
  it.each([
    [{ code: "ENOTFOUND" }, "ADDRESS_UNKNOWN"],
    [{ code: "ECONNREFUSED" }, "CONNECTION_REFUSED"],
    [{ code: "ECONNRESET" }, "CONNECTION_LOST"],
    [{ code: "ERR_TLS_CERT_ALTNAME_INVALID" }, "TLS_FAILED"],
    [{ code: "SELF_SIGNED_CERT_IN_CHAIN" }, "TLS_FAILED"],
    [{ code: "ERR_SSL_WRONG_VERSION_NUMBER" }, "TLS_FAILED"],
    [{ code: 403 }, "NO_PERMISSION"],
    [{ code: 404 }, "NOT_FOUND"],
    [{ code: 406 }, "DECLARED_DIFFERENTLY"],
    [{ code: 320 }, "CONNECTION_LOST"],
    [{ message: 'Handshake terminated by server: 403 (ACCESS-REFUSED) with message "x"' }, "LOGIN_REFUSED"],
    [{ message: "Expected ConnectionOpenOk; got <ConnectionClose channel:0>" }, "VHOST_REFUSED"],
    [{ message: "Frame size 1345270062 exceeds maxFrameSize 131072" }, "NOT_A_BROKER"],
    [{ message: "connect ETIMEDOUT" }, "TIMED_OUT"],
    [{ message: "Socket closed abruptly during opening handshake" }, "CONNECTION_LOST"],
    [{ message: "channel closed" }, "CONNECTION_LOST"],
  ])("%j is %s", (properties, code) => {
    expect(publishErrorOf(Object.assign(new Error("words"), properties)).code).toBe(code);
  });

  it("has words for an error that has none", () => {
    const error = Object.assign(new AggregateError([], ""), { code: "ECONNREFUSED" });

    expect(publishErrorOf(error)).toMatchObject({ code: "CONNECTION_REFUSED", message: "ECONNREFUSED" });
  });
});
