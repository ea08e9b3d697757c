// JSON lines over a stream socket on the event loop: how the vrrp process talks to the supervisor.
//
// Nothing here waits. What the peer does not read in time is queued up to a limit; beyond it, messages that may be lost
// are dropped and counted, the others queued up to a second limit. Beyond that the channel has failed.
import {
  close,
  isSystemError,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  recv,
  sendto,
  type Memory,
  type SystemError,
} from "../native/index.js";
import { allocateFixed } from "../native/index.js";
import type { EventLoop, Watch } from "./event-loop.js";

export type ChannelInput =
  | { readonly kind: "message"; readonly value: unknown }
  /** A line that is no JSON, or longer than the limit; the next line is read as usual. */
  | { readonly kind: "malformed"; readonly detail: string }
  /** The peer has closed its end, or has died. Said once; nothing follows. */
  | { readonly kind: "end" }
  /** The peer has not read for so long that messages would have to be kept from it. Said once; nothing follows. */
  | { readonly kind: "overflow"; readonly queuedOctets: number }
  /** Said once; nothing follows. */
  | { readonly kind: "failed"; readonly error: SystemError };

export interface LineChannelOptions {
  readonly loop: EventLoop;
  /** A connected stream socket; the channel owns it from now on. */
  readonly fd: number;
  readonly deliver: (input: ChannelInput) => void;
  /** Longest line accepted, in octets. */
  readonly lineLimit?: number;
  /** Queued octets beyond which droppable messages are dropped. */
  readonly droppableLimit?: number;
  /** Queued octets beyond which the channel has failed. */
  readonly queueLimit?: number;
}

export interface LineChannel {
  /** Sends one message. False: it was dropped, or the channel is over. */
  send(message: object, importance: "droppable" | "kept"): boolean;
  /** How many droppable messages were dropped. */
  readonly dropped: number;
  /** Octets that wait for the peer. */
  readonly queuedOctets: number;
  close(): void;
}

const LINE_LIMIT = 8 * 1_048_576;
const DROPPABLE_LIMIT = 256 * 1_024;
const QUEUE_LIMIT = 4 * 1_048_576;
const READ_LENGTH = 65_536;
const NEWLINE = 0x0a;

export function openLineChannel(options: LineChannelOptions): LineChannel {
  return new SocketLineChannel(options);
}

class SocketLineChannel implements LineChannel {
  readonly #loop: EventLoop;
  readonly #fd: number;
  readonly #deliver: (input: ChannelInput) => void;
  readonly #droppableLimit: number;
  readonly #queueLimit: number;
  readonly #lines: LineSplitter;
  readonly #arena = allocateFixed(READ_LENGTH);
  readonly #queue: Memory[] = [];
  readonly #reading: Watch;
  #writing: Watch | undefined;
  #queuedOctets = 0;
  #dropped = 0;
  #open = true;

  constructor(options: LineChannelOptions) {
    this.#loop = options.loop;
    this.#fd = options.fd;
    this.#deliver = options.deliver;
    this.#droppableLimit = options.droppableLimit ?? DROPPABLE_LIMIT;
    this.#queueLimit = options.queueLimit ?? QUEUE_LIMIT;
    this.#lines = new LineSplitter(options.lineLimit ?? LINE_LIMIT);
    this.#reading = options.loop.watch(options.fd, () => this.#read());
  }

  get dropped(): number {
    return this.#dropped;
  }

  get queuedOctets(): number {
    return this.#queuedOctets;
  }

  send(message: object, importance: "droppable" | "kept"): boolean {
    if (!this.#open) return false;
    if (importance === "droppable" && this.#queuedOctets > this.#droppableLimit) {
      this.#dropped += 1;
      return false;
    }
    const line = Buffer.from(`${JSON.stringify(message)}\n`);
    this.#queue.push(line);
    this.#queuedOctets += line.length;
    if (this.#writing === undefined) this.#write();
    if (this.#queuedOctets > this.#queueLimit) this.#end({ kind: "overflow", queuedOctets: this.#queuedOctets });
    return this.#isOpen();
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#reading.close();
    this.#writing?.close();
    close(this.#fd);
  }

  #isOpen(): boolean {
    return this.#open;
  }

  /** One read at a call: the loop calls again while there is more. */
  #read(): void {
    const count = recv(this.#fd, this.#arena, MSG_DONTWAIT);
    if (isSystemError(count)) {
      if (count.code !== "EAGAIN") this.#fail(count);
    } else if (count === 0) {
      this.#end({ kind: "end" });
    } else {
      for (const input of this.#lines.push(this.#arena.subarray(0, count))) {
        if (this.#isOpen()) this.#deliver(input);
      }
    }
  }

  /** Writes what the kernel takes, and watches for room while something is left. */
  #write(): void {
    for (let line = this.#queue[0]; line !== undefined; line = this.#queue[0]) {
      const taken = sendto(this.#fd, line, MSG_DONTWAIT | MSG_NOSIGNAL);
      if (isSystemError(taken)) {
        if (taken.code === "EAGAIN") break;
        this.#fail(taken);
        return;
      }
      this.#queuedOctets -= taken;
      if (taken === line.length) this.#queue.shift();
      else this.#queue[0] = line.subarray(taken);
    }
    if (this.#queue.length === 0) {
      this.#writing?.close();
      this.#writing = undefined;
    } else {
      this.#writing ??= this.#loop.watchWritable(this.#fd, () => this.#write());
    }
  }

  #fail(error: SystemError): void {
    const gone = error.code === "EPIPE" || error.code === "ECONNRESET";
    this.#end(gone ? { kind: "end" } : { kind: "failed", error });
  }

  #end(input: ChannelInput): void {
    this.close();
    this.#deliver(input);
  }
}

/** Cuts a stream of octets into lines, and lines into messages. */
class LineSplitter {
  readonly #limit: number;
  #parts: Buffer[] = [];
  #length = 0;
  /** The rest of a line that is too long is passed over. */
  #skipping = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  push(octets: Buffer): ChannelInput[] {
    const inputs: ChannelInput[] = [];
    let start = 0;
    for (let end = octets.indexOf(NEWLINE); end !== -1; end = octets.indexOf(NEWLINE, start)) {
      this.#extend(octets.subarray(start, end), inputs);
      if (!this.#skipping) inputs.push(parseLine(Buffer.concat(this.#parts, this.#length).toString("utf8")));
      this.#parts = [];
      this.#length = 0;
      this.#skipping = false;
      start = end + 1;
    }
    this.#extend(octets.subarray(start), inputs);
    return inputs;
  }

  #extend(part: Buffer, inputs: ChannelInput[]): void {
    if (this.#skipping || part.length === 0) return;
    this.#length += part.length;
    if (this.#length <= this.#limit) {
      this.#parts.push(Buffer.from(part));
      return;
    }
    this.#skipping = true;
    this.#parts = [];
    inputs.push({ kind: "malformed", detail: `a line of more than ${this.#limit} octets` });
  }
}

function parseLine(line: string): ChannelInput {
  try {
    const value: unknown = JSON.parse(line);
    return { kind: "message", value };
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    return { kind: "malformed", detail: `a line that is no JSON (${reason}): ${line.slice(0, 80)}` };
  }
}
