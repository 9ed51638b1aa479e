import { describe, expect, it } from "@jest/globals";
import { adviceOn, type BrokerAdvice } from "../../src/notify/broker-advice.js";
import type { BrokerStep } from "../../src/notify/broker-check.js";
import type { BrokerSettings } from "../../src/notify/broker-settings.js";
import { PublishError, type PublishFailureCode } from "../../src/notify/publish-error.js";

const PASSWORD = "hunter-22-secret";
const SETTINGS = {
  protocol: "amqp",
  host: "rabbit",
  port: 5673,
  username: "vbi",
  password: PASSWORD,
  exchange: "master.direct.x",
  queueType: "quorum",
} as const;

/** What came of it besides the code and the words. */
interface Circumstances {
  readonly step?: BrokerStep;
  readonly accepts?: boolean;
  readonly cause?: unknown;
  readonly settings?: Partial<BrokerSettings>;
}

function refused(code: PublishFailureCode, message: string, circumstances: Circumstances = {}): BrokerAdvice {
  const { step = "connect", accepts = false, cause, settings } = circumstances;
  const error = new PublishError(code, message, cause);
  return adviceOn({ ...SETTINGS, ...settings }, { kind: "refused", step, error, accepts });
}
const inequivalent = (argument: string, current: string): string =>
  `Operation failed: 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - inequivalent arg '${argument}' for it in vhost '/': received 'x' but current is '${current}'"`;

describe("adviceOn", () => {
  it("a broker that is ready", () => {
    expect(adviceOn(SETTINGS, { kind: "ready", missing: [] })).toEqual({
      isReady: true,
      found: "rabbit:5673 lets vbi in; exchange master.direct.x and queue recipe.run.failure.q are as they should be",
    });
  });

  it.each([
    [["queue q"], /queue q is not there yet \(the first failure message makes/],
    [["exchange x", "queue q"], /exchange x and queue q are not there yet/],
  ])("a broker where %j is missing", (missing, found) => {
    expect(adviceOn(SETTINGS, { kind: "ready", missing })).toEqual({
      isReady: true,
      found: expect.stringMatching(found),
    });
  });

  it.each([
    ["an unknown host", refused("ADDRESS_UNKNOWN", "ENOTFOUND"), /no host rabbit/, /mesh_address/],
    ["a closed port", refused("CONNECTION_REFUSED", "ECONNREFUSED"), /rabbit:5673 refuses.*ECONNREFUSED/, /mesh_port/],
    ["a silent host", refused("TIMED_OUT", "", { accepts: true }), /accepts connections and says nothing/, /5672/],
    ["no way to the host", refused("TIMED_OUT", ""), /does not answer/, /firewall/],
    ["a hang-up", refused("CONNECTION_LOST", "closed"), /closed the connection/, /ISB_PROTOCOL=amqps/],
    ["another server", refused("NOT_A_BROKER", ""), /speaks no AMQP/, /mesh_port/],
    ["a wrong password", refused("LOGIN_REFUSED", "403"), /refuses the user vbi/, /ISB_PASSWORD/],
    ["another virtual host", refused("VHOST_REFUSED", ""), /no virtual host \//, /vbi needs the permissions/],
    [
      "no permission on the exchange",
      refused("NO_PERMISSION", "", { step: "exchange" }),
      /vbi may not declare exchange master/,
      /set_permissions/,
    ],
    [
      "no permission on the queue",
      refused("NO_PERMISSION", "", { step: "queue" }),
      /vbi may not declare queue recipe\.run\.failure\.q/,
      /set_permissions/,
    ],
    [
      "an exchange of another type",
      refused("DECLARED_DIFFERENTLY", inequivalent("type", "topic"), { step: "exchange" }),
      /its type is topic/,
      /ISB_EXCHANGE/,
    ],
    [
      "a queue of another type",
      refused("DECLARED_DIFFERENTLY", inequivalent("x-queue-type", "classic"), { step: "queue" }),
      /its type is classic, not quorum/,
      /^set ISB_QUEUE_TYPE=classic$/,
    ],
    [
      "a queue with no type",
      refused("DECLARED_DIFFERENTLY", "inequivalent arg 'x-queue-type' for q: received 'quorum' but current is none", {
        step: "queue",
      }),
      /its type is none/,
      /ISB_QUEUE_TYPE must be/,
    ],
    [
      "a queue that is not durable",
      refused("DECLARED_DIFFERENTLY", inequivalent("durable", "false"), { step: "queue" }),
      /inequivalent arg 'durable'/,
      /must be durable/,
    ],
  ])("%s", (_, advice, found, hint) => {
    expect(advice).toEqual({
      isReady: false,
      found: expect.stringMatching(found),
      hint: expect.stringMatching(hint),
    });
    expect(JSON.stringify(advice)).not.toContain(PASSWORD);
  });

  it.each([
    ["ERR_TLS_CERT_ALTNAME_INVALID", /mesh_address must be a name/],
    ["SELF_SIGNED_CERT_IN_CHAIN", /NODE_EXTRA_CA_CERTS/],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", /NODE_EXTRA_CA_CERTS/],
    ["ERR_SSL_WRONG_VERSION_NUMBER", /ISB_PROTOCOL/],
    ["CERT_HAS_EXPIRED", /the broker's certificate/],
  ])("TLS that fails with %s", (code, hint) => {
    const cause = Object.assign(new Error("words\n"), { code });
    expect(refused("TLS_FAILED", "words\n", { cause })).toEqual({
      isReady: false,
      found: "there is no TLS connection to rabbit:5673: words",
      hint: expect.stringMatching(hint),
    });
  });

  it("says that guest is for the broker's own machine", () => {
    expect(refused("LOGIN_REFUSED", "", { settings: { username: "guest" } }).hint).toContain("its own machine only");
  });

  it("what has no words of its own keeps the broker's, and a broker that stops answering says where", () => {
    expect(refused("NOT_CONFIRMED", "the broker refused")).toEqual({
      isReady: false,
      found: "NOT_CONFIRMED at rabbit:5673: the broker refused",
    });
    expect(refused("TIMED_OUT", "no answer in time while x", { step: "queue", accepts: true }).found).toBe(
      "rabbit:5673 stopped answering: no answer in time while x",
    );
  });
});
