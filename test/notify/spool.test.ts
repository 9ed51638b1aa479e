import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { execFileSync } from "node:child_process";
import { chownSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import path from "node:path";
import { buildFailureMessage, type FailureMessage } from "../../src/notify/failure-message.js";
import { keepMessage, MAX_SPOOL_ENTRIES, readSpool, removeMessage } from "../../src/notify/spool.js";
import { removeFolders, tempFolder } from "../helpers/folders.js";

let folder: string;
let servers: Server[] = [];
beforeEach(async () => {
  folder = await tempFolder();
});
afterEach(async () => {
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  servers = [];
  await removeFolders();
});

const ID = "0123456789abcdef0123456789abcdef";

function message(taskName = "Dark", tryNumber = 1): FailureMessage {
  return buildFailureMessage(
    {
      workflowName: "l0_to_l1_vbi",
      workflowVersion: "1.4.0",
      taskName,
      dagId: "l0_to_l1_vbi_1.4.0",
      dagRunId: 'manual__é"\n1',
      dagRunStart: null,
      tryNumber,
      logUrl: null,
    },
    { errorName: "RangeError", errorMessage: "frame 7" },
  );
}

const whyOf = (name: string): string | undefined => {
  const found = [...readSpool(folder)].find(({ path: file }) => path.basename(file) === name);
  return found?.kind === "other" ? found.why : found?.kind;
};

describe("a message that is kept", () => {
  it("is one file of its conversation's name, for its user alone, and reads back byte for byte", () => {
    const umask = process.umask(0);
    try {
      const kept = message();
      const file = keepMessage(folder, kept);

      expect(file).toBe(path.join(folder, `${kept.conversationId}.json`));
      expect(statSync(file).mode & 0o777).toBe(0o600);
      expect(readdirSync(folder)).toHaveLength(1);
      expect([...readSpool(folder)]).toEqual([
        { kind: "message", path: file, body: JSON.stringify(kept), message: kept },
      ]);
    } finally {
      process.umask(umask);
    }
  });

  it("is there once, however often it is kept", () => {
    keepMessage(folder, message());
    keepMessage(folder, message());
    keepMessage(folder, message("Gain"));

    expect([...readSpool(folder)].map(({ kind }) => kind)).toEqual(["message", "message"]);
  });

  it("is removed once, and it does not matter who was first", () => {
    const file = keepMessage(folder, message());

    expect([removeMessage(file), removeMessage(file)]).toEqual([undefined, undefined]);
    expect([...readSpool(folder)]).toEqual([]);
  });

  it.each([
    ["that is not there", () => path.join(folder, "gone"), "ENOENT"],
    ["that is a file", () => "/etc/hostname", "ENOTDIR"],
    ["below /proc, where making a folder never comes back", () => "/proc/none/spool", "ENOENT"],
    ["of a relative path", () => "spool", "DKIST_SPOOL must be an absolute path"],
  ])("cannot be so in a folder %s, which is told and leaves nothing", (_, place, says) => {
    expect(() => keepMessage(place(), message())).toThrow(says);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("what is no message is named", () => {
  const put = (name: string, content: string): void => writeFileSync(path.join(folder, name), content);
  const body = `${JSON.stringify({ ...message(), conversationId: ID })}\n`;

  it.each([
    ["a note", "note.txt", "hello", "is no message: its name is not one of ours"],
    ["a hidden file", ".keep", "", "is no message: its name is not one of ours"],
    ["a message of another name", `${"f".repeat(32)}.json`, body, "holds the message of another name"],
    ["half a message", `${ID}.json`, body.slice(0, 80), "is no whole failure message"],
    ["nothing", `${ID}.json`, "", "is no whole failure message"],
    ["other JSON", `${ID}.json`, "[null]", "is no whole failure message"],
    ["null", `${ID}.json`, "null", "is no whole failure message"],
    ["a message without a task", `${ID}.json`, body.replace('"Dark"', "null"), "is no whole failure message"],
    ["too much", `${ID}.json`, " ".repeat(2 ** 21 + 1), "has more than 2097152 bytes"],
    [
      "one whose writer was killed",
      `${ID}.json.812.4f`,
      body,
      "was not written to its end; its whole message is in the task's log",
    ],
  ])("%s", (_, name, content, why) => {
    put(name, content);

    expect(whyOf(name)).toBe(why);
    expect(readFileSync(path.join(folder, name), "utf8")).toBe(content);
  });

  it("a link, although it leads to a message", () => {
    put("elsewhere", body);
    symlinkSync("elsewhere", path.join(folder, `${ID}.json`));

    expect(whyOf(`${ID}.json`)).toBe("is a link");
  });

  it("a FIFO, which nobody writes to", () => {
    execFileSync("mkfifo", [path.join(folder, `${ID}.json`)]);

    expect(whyOf(`${ID}.json`)).toBe("is no regular file");
  });

  it("a socket", async () => {
    const server = createServer();
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(path.join(folder, `${ID}.json`), resolve));

    expect(whyOf(`${ID}.json`)).toBe("is no regular file");
  });

  it("a folder", () => {
    mkdirSync(path.join(folder, `${ID}.json`));

    expect(whyOf(`${ID}.json`)).toBe("is no regular file");
  });

  // Giving a file away is root's alone.
  if (process.getuid?.() === 0) {
    it("another user's; the folder's owner's is one", () => {
      put(`${ID}.json`, body);
      chownSync(path.join(folder, `${ID}.json`), 12_345, 12_345);

      expect(whyOf(`${ID}.json`)).toBe("belongs to another user");
      chownSync(folder, 12_345, 12_345);
      expect(whyOf(`${ID}.json`)).toBe("message");
    });
  }
});

it(`of more than ${MAX_SPOOL_ENTRIES} other files no more are looked at, and they hide no message`, () => {
  const fill = (upTo: number): void => {
    for (let count = readdirSync(folder).length; count < upTo; count += 1) {
      symlinkSync("nowhere", path.join(folder, `${count}`));
    }
  };
  const counts = (): unknown => {
    const found = { message: 0, other: 0 };
    const spool = readSpool(folder);
    for (;;) {
      const { done, value } = spool.next();
      if (done === true) return { ...found, ...value };
      found[value.kind] += 1;
    }
  };
  fill(MAX_SPOOL_ENTRIES);
  expect(counts()).toEqual({ message: 0, other: MAX_SPOOL_ENTRIES, isCut: false });
  fill(MAX_SPOOL_ENTRIES + 5);
  for (let number = 1; number <= 20; number += 1) keepMessage(folder, message("Dark", number));
  expect(counts()).toEqual({ message: 20, other: MAX_SPOOL_ENTRIES, isCut: true });
});

it("a folder that is not there is told", () => {
  expect(() => [...readSpool(path.join(folder, "gone"))]).toThrow("ENOENT");
});
