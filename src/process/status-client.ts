// One connection to the status socket.
import type { Socket } from "node:net";
import type { EventRing } from "../status/event-ring.js";
import { answer, failure, notification } from "../status/json-rpc.js";
import { type StatusSource, handleRequest } from "../status/requests.js";
import { type Methods, rpcErrors } from "../status/rpc.js";

/** A request line may have this many bytes. */
export const MAX_REQUEST = 64 * 1024;
/** Answers that a client leaves unread beyond this end its connection. */
export const MAX_UNREAD = 4 * 1024 * 1024;
/** No more events are queued while this much is unread; they wait in the ring. */
const EVENTS_PAUSE = 128 * 1024;

const REFUSAL_PATIENCE_MILLIS = 1_000;
const LINE_END = 0x0a;

export class StatusClient {
  readonly #socket: Socket;
  readonly #ring: EventRing;
  readonly #source: StatusSource;
  /** Bytes of a line whose end has not come yet. */
  #partial: Buffer[] = [];
  #partialLength = 0;
  /** The event that goes out next; absent without a subscription. */
  #next: number | undefined;

  constructor(socket: Socket, source: Omit<StatusSource, "subscribe">, ring: EventRing) {
    this.#socket = socket;
    this.#ring = ring;
    this.#source = {
      version: source.version,
      status: () => source.status(),
      instance: (name) => source.instance(name),
      subscribe: (since) => this.#subscribe(since),
    };
    socket.on("data", (bytes) => {
      this.#receive(bytes);
    });
    socket.on("drain", () => {
      this.pump();
    });
    // The other end has gone, in whatever way: the close event follows.
    socket.on("error", () => undefined);
  }

  /** Turns a connection away with one line that says why. */
  static refuse(socket: Socket, why: string): void {
    socket.on("error", () => undefined);
    socket.end(`${JSON.stringify(failure(null, rpcErrors.overloaded, why))}\n`);
    // Who does not read even this line is not waited for.
    socket.setTimeout(REFUSAL_PATIENCE_MILLIS, () => socket.destroy());
  }

  /** Sends the subscriber what it has not had, as far as it reads. */
  pump(): void {
    if (this.#next === undefined) return;
    if (this.#next < this.#ring.oldest) {
      this.#cutOff(
        `this reader is more than ${this.#ring.last - this.#next} events behind; read faster or ask with since`,
      );
      return;
    }
    while (this.#next <= this.#ring.last && this.#socket.writableLength < EVENTS_PAUSE) {
      const event = this.#ring.get(this.#next);
      if (event === undefined) return;
      this.#next += 1;
      this.#socket.write(`${notification("event", event)}\n`);
    }
  }

  /** The daemon stops. */
  end(): void {
    this.#next = undefined;
    this.#socket.destroySoon();
  }

  #subscribe(since: number | undefined): Methods["events"]["result"] {
    const { last, oldest } = this.#ring;
    // A number that is still to come is one of an earlier daemon: everything here is new to that reader.
    const known = since === undefined ? last : since > last ? 0 : since;
    this.#next = Math.max(known + 1, oldest);
    return { sequence: last, missed: this.#next - (known + 1) };
  }

  #receive(bytes: Buffer): void {
    let rest = bytes;
    for (let end = rest.indexOf(LINE_END); end !== -1; end = rest.indexOf(LINE_END)) {
      const line = Buffer.concat([...this.#partial, rest.subarray(0, end)]);
      this.#partial = [];
      this.#partialLength = 0;
      rest = rest.subarray(end + 1);
      if (!this.#answer(line)) return;
    }
    if (rest.length === 0) return;
    this.#partial.push(rest);
    this.#partialLength += rest.length;
    if (this.#partialLength > MAX_REQUEST) this.#tooLong();
  }

  /** False when the connection is at its end. */
  #answer(line: Buffer): boolean {
    if (line.length > MAX_REQUEST) return this.#tooLong();
    const text = line.toString("utf8").trim();
    if (text === "") return true;
    const reply = answer(text, (method, params) => handleRequest(this.#source, method, params));
    if (reply !== undefined) this.#socket.write(`${reply}\n`);
    // Who asks and does not read gets no more: its answers would fill our memory.
    if (this.#socket.writableLength > MAX_UNREAD) {
      this.#socket.destroy();
      return false;
    }
    this.pump();
    return true;
  }

  #tooLong(): false {
    this.#cutOff(`a request may have at most ${MAX_REQUEST} bytes`);
    return false;
  }

  #cutOff(why: string): void {
    this.#next = undefined;
    this.#partial = [];
    this.#partialLength = 0;
    this.#socket.pause();
    StatusClient.refuse(this.#socket, why);
  }
}
