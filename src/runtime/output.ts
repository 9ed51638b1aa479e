import { writeSync } from "node:fs";
import { monotonicMs } from "./clock.js";
import { isError } from "./error-facts.js";
import type { Redact } from "./redaction.js";

/** So much fits into a pipe (64 KiB on Linux) without waiting for its reader; beyond it, writing must not block. */
const BLOCKING_BYTES = 32 * 1024;

type WriteCallback = (error?: Error | null) => void;

/** How long to wait before a full pipe is tried again. */
const RETRY_MS = 5;
/** Above this many waiting bytes `write` answers false, as any stream does. */
const HIGH_WATER_BYTES = 1024 * 1024;

/**
 * The one door to stdout or stderr. Node writes to a pipe in the background, and what is still on its way when the
 * process exits is lost (65,536 bytes of a 1 MB log arrive); this one knows what is waiting and can write it out at
 * the very end. While the pipe is full the event loop runs on, so a stopped reader cannot keep a signal from being
 * heard. It also takes secrets out of what the task's own code prints.
 */
export class Output {
  readonly #descriptor: number;
  readonly #redact: Redact;
  readonly #openNodeStream: () => NodeJS.WriteStream;
  #stream: NodeJS.WriteStream | undefined;
  #unopenedBytes = 0;
  #waiting: { readonly bytes: Uint8Array; readonly callback: WriteCallback | undefined }[] = [];
  #waitingBytes = 0;
  #saidFull = false;
  #broken = false;
  #retry: NodeJS.Timeout | undefined;
  #onEmpty: (() => void)[] = [];

  /** Takes over `process.stdout` or `process.stderr`, which `console` writes to, too. */
  constructor(name: "stdout" | "stderr", redact: Redact) {
    this.#descriptor = name === "stdout" ? 1 : 2;
    this.#redact = redact;
    const own = Object.getOwnPropertyDescriptor(process, name);
    this.#openNodeStream = () => (own?.get?.call(process) ?? own?.value) as NodeJS.WriteStream;
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => this.#open() });
  }

  /**
   * Node's own stream, made when it is first asked for: it loads the network modules, which costs a small task more than
   * all its lines. Making it sets a pipe to non-blocking.
   */
  #open(): NodeJS.WriteStream {
    if (this.#stream !== undefined) return this.#stream;
    const stream = this.#openNodeStream();
    this.#stream = stream;
    stream.on("error", () => (this.#broken = true));
    stream.write = (chunk: Uint8Array | string, encoding?: BufferEncoding | WriteCallback, callback?: WriteCallback) =>
      typeof encoding === "function" ? this.write(chunk, undefined, encoding) : this.write(chunk, encoding, callback);
    return stream;
  }

  /** @returns false while many bytes wait; the stream's `drain` event tells when they are gone */
  write(chunk: Uint8Array | string, encoding?: BufferEncoding, callback?: WriteCallback): boolean {
    return this.#enqueue(this.#clean(chunk, encoding), callback);
  }

  /** For lines without secrets: taking them out of JSON once more could break it. */
  writeClean(lines: string): void {
    this.#enqueue(Buffer.from(lines), undefined);
  }

  #enqueue(bytes: Uint8Array, callback: WriteCallback | undefined): boolean {
    this.#unopenedBytes += bytes.length;
    if (this.#stream === undefined && this.#unopenedBytes > BLOCKING_BYTES) this.#open();
    this.#waiting.push({ bytes, callback });
    this.#waitingBytes += bytes.length;
    if (this.#retry === undefined) this.#pump();
    this.#saidFull ||= this.#waitingBytes > HIGH_WATER_BYTES;
    return this.#waitingBytes <= HIGH_WATER_BYTES;
  }

  /** Resolves when all that was written has left the process, or can never leave it. */
  async flush(): Promise<void> {
    if (this.#waiting.length === 0) return;
    await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
  }

  /**
   * Writes out what is waiting without returning to the event loop: for the last moment of the process.
   *
   * @param limitMs - how long a reader that does not read is waited for
   */
  drainNow(limitMs: number): void {
    const end = monotonicMs() + limitMs;
    while (this.#waiting.length > 0 && !this.#writeSome() && monotonicMs() < end) {
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
    }
  }

  #pump(): void {
    this.#retry = undefined;
    if (!this.#writeSome()) this.#retry = setTimeout(() => this.#pump(), RETRY_MS);
  }

  /** @returns whether all is written; false: the pipe is full */
  #writeSome(): boolean {
    for (let entry = this.#waiting[0]; entry !== undefined; entry = this.#waiting[0]) {
      const written = this.#broken ? entry.bytes.length : this.#attempt(entry.bytes);
      this.#waitingBytes -= written;
      if (written < entry.bytes.length) {
        this.#waiting[0] = { bytes: entry.bytes.subarray(written), callback: entry.callback };
        return false;
      }
      this.#waiting.shift();
      if (entry.callback !== undefined) process.nextTick(entry.callback);
    }
    for (const resolve of this.#onEmpty.splice(0)) resolve();
    if (this.#saidFull) process.nextTick(() => this.#stream?.emit("drain"));
    this.#saidFull = false;
    return true;
  }

  /** @returns the number of bytes that left; all of them once nobody can read them any more (EPIPE) */
  #attempt(bytes: Uint8Array): number {
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(this.#descriptor, bytes, written);
    } catch (error) {
      if (isError(error) && "code" in error && error.code === "EAGAIN") return written;
      this.#broken = true;
      return bytes.length;
    }
    return written;
  }

  /** Bytes stay the very bytes they are unless there is a secret in them. */
  #clean(chunk: Uint8Array | string, encoding: BufferEncoding | undefined): Uint8Array {
    if (typeof chunk === "string") {
      const isText = encoding === undefined || encoding === "utf8" || encoding === "utf-8";
      return isText ? Buffer.from(this.#redact(chunk)) : Buffer.from(chunk, encoding);
    }
    const text = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString();
    const clean = this.#redact(text);
    return clean === text ? Buffer.from(chunk) : Buffer.from(clean);
  }
}
