import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { createRedactor, isSecretField, REDACTED } from "../../src/runtime/redaction.js";

describe("createRedactor", () => {
  const redact = createRedactor({
    ISB_PASSWORD: "hunter22",
    API_KEY: "hunter22-and-more",
    GITHUB_TOKEN: 'a"b\\c/d e',
    SHORT_SECRET: "guest",
    HOME: "/root/home",
  });

  it.each([
    ["login as hunter22!", "login as [redacted]!"],
    ["the longer one: hunter22-and-more.", "the longer one: [redacted]."],
    ['a"b\\c/d e', "[redacted]"],
    [JSON.stringify({ x: 'a"b\\c/d e' }), '{"x":"[redacted]"}'],
    ["https://host/?q=a%22b%5Cc%2Fd%20e", "https://host/?q=[redacted]"],
    ["guest is too short to be a secret, /root/home is none", "guest is too short to be a secret, /root/home is none"],
    ["connect amqp://user:pa55@host:5672/v failed", "connect amqp://user:[redacted]@host:5672/v failed"],
    ["password=x next", "password=[redacted] next"],
    ["PGPASSWORD='x y' next", "PGPASSWORD='[redacted] y' next"],
    ['{"apiKey":"x","n":1}', '{"apiKey":"[redacted]","n":1}'],
    ["Unexpected token: }", "Unexpected token: }"],
    ["monkey=banana", "monkey=banana"],
  ])("%s -> %s", (text, expected) => {
    expect(redact(text)).toBe(expected);
  });

  it("leaves nothing of any secret value in any text around it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 6, unit: "binary" }), fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(!REDACTED.includes(secret) && !(before + REDACTED + after).includes(secret));
        const clean = createRedactor({ MY_TOKEN: secret });

        expect(clean(before + secret + after)).not.toContain(secret);
      }),
      { numRuns: 1_000 },
    );
  });

  it("takes no second long for a long text without any structure", () => {
    const started = performance.now();
    redact("a://".repeat(50_000) + "password".repeat(50_000));

    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe("isSecretField", () => {
  it.each(["password", "dbPassword", "client_secret", "token", "accessToken", "apiKey", "api-key", "credentials"])(
    "%s is one",
    (name) => expect(isSecretField(name)).toBe(true),
  );
  it.each(["key", "tokens", "monkey", "maxTokens", "path"])("%s is none", (name) =>
    expect(isSecretField(name)).toBe(false),
  );
});
