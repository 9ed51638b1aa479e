import { describe, expect, it } from "@jest/globals";
import { readBrokerSettings } from "../../src/notify/broker-settings.js";

const mesh = (address: unknown, port: unknown): string =>
  JSON.stringify({ "interservice-bus": { mesh_address: address, mesh_port: port } });

describe("readBrokerSettings", () => {
  it.each([{}, { MESH_CONFIG: "", ISB_USERNAME: "", ISB_PASSWORD: "", ISB_EXCHANGE: "", ISB_QUEUE_TYPE: "" }])(
    "has the original's defaults for %j",
    (environment) => {
      expect(readBrokerSettings(environment)).toEqual({
        protocol: "amqp",
        host: "localhost",
        port: 5672,
        username: "guest",
        password: "guest",
        exchange: "master.direct.x",
        queueType: "classic",
      });
    },
  );

  it("reads what is set", () => {
    const environment = {
      MESH_CONFIG: mesh("rabbit.example.org", 5673),
      ISB_USERNAME: "u",
      ISB_PASSWORD: "p/#%",
      ISB_EXCHANGE: "x",
      ISB_QUEUE_TYPE: "quorum",
      ISB_PROTOCOL: "amqps",
    };

    expect(readBrokerSettings(environment)).toEqual({
      protocol: "amqps",
      host: "rabbit.example.org",
      port: 5673,
      username: "u",
      password: "p/#%",
      exchange: "x",
      queueType: "quorum",
    });
  });

  it.each([
    [mesh("127.0.0.1", 1), "127.0.0.1", 1],
    [mesh("::1", 65535), "::1", 65535],
    [mesh("isb_proxy", "5672"), "isb_proxy", 5672],
    ['{"another-service":{}}', "localhost", 5672],
  ])("MESH_CONFIG %s", (text, host, port) => {
    expect(readBrokerSettings({ MESH_CONFIG: text })).toMatchObject({ host, port });
  });

  it.each([
    ["{", ["not valid JSON"]],
    ["[]", ["must be a JSON object"]],
    ['{"interservice-bus":"localhost:5672"}', ["must be an object"]],
    ['{"interservice-bus":{}}', ["mesh_address", "mesh_port"]],
    ...["", "a b", "a/b", "amqp://h", "a\nb", "-a", "u:p@h", 5, null].map((host) => [mesh(host, 1), ["mesh_address"]]),
    ...[0, 65536, 1.5, "0", "x", " 1", null, true].map((port) => [mesh("h", port), ["mesh_port"]]),
  ] as [string, string[]][])("names what is wrong in %s", (text, words) => {
    const settings = readBrokerSettings({ MESH_CONFIG: text, ISB_PASSWORD: "hunter22" });

    const problems = "problems" in settings ? settings.problems : [];
    expect(problems).toHaveLength(words.length);
    words.forEach((word, index) => expect(problems[index]).toContain(word));
  });

  it.each([
    ["ISB_EXCHANGE", "x".repeat(256)],
    ["ISB_EXCHANGE", "é".repeat(128)],
    ["ISB_EXCHANGE", "\ud800"],
    ["ISB_QUEUE_TYPE", "a\nb"],
    ["ISB_PROTOCOL", "http"],
  ])("refuses %s %j by name and without its value", (name, value) => {
    const settings = readBrokerSettings({ [name]: value });

    expect(settings).toEqual({ problems: [expect.stringMatching(`^${name} must be`)] });
    expect(JSON.stringify(settings)).not.toContain(`"${value}`);
  });
});
