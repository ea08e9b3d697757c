// Requests to the kernel over netlink (netlink(7)).
//
// The kernel executes a request inside the call that sends it, and has queued the answers when that call returns. So
// sending and then receiving without waiting is synchronous: nothing is awaited, nothing can be overtaken, and an
// answer that is not there will never come.
import { constants } from "node:os";
import { Malformed } from "../wire/netlink/kind.js";
import { batchBegin, batchEnd } from "../wire/netlink/nfnetlink.js";
import {
  type Message,
  type Request,
  type Verdict,
  readAnswer,
  readMessages,
  writeFence,
  writeRequest,
} from "../wire/netlink/message.js";
import { Writer } from "../wire/netlink/writer.js";
import { type SystemError, allocateFixed, isSystemError, systemError } from "../native/index.js";
import { type NetlinkTransport, openNetlinkTransport } from "./netlink-transport.js";

const { EBADMSG, EINTR, EMSGSIZE, ENOBUFS } = constants.errno;

/** The answers to so many refused requests fit the receive buffer with room to spare. */
const REQUESTS_PER_SEND = 200;
const SEND_BUFFER_BYTES = 131_072;
const LARGEST_REQUEST_BYTES = 65_536;
/** A dump fills at most 32 KiB a datagram (NLMSG_GOODSIZE). */
const RECEIVE_BUFFER_BYTES = 65_536;
const RECEIVE_QUEUE_BYTES = 1_048_576;
/** A dump is interrupted when what it lists changes under way; more than once or twice in a row is a storm. */
const DUMP_ATTEMPTS = 10;

/** A datagram was lost or cannot be read; those behind it can. After any other error there is nothing to read. */
const LOST_DATAGRAM: readonly number[] = [ENOBUFS, EMSGSIZE, EBADMSG];

/** A request that the kernel did not carry out, or whose answer was lost (ENOBUFS, EAGAIN). */
export interface RequestRefusal {
  /** Place of the request in its batch. */
  readonly index: number;
  readonly error: SystemError;
  /** The kernel's own words, where it has any. */
  readonly text?: string;
}

export interface NetlinkSocket {
  /** Executes the requests in order, a refused one not hindering the next. Returns the refusals only. */
  request(requests: readonly Request[]): readonly RequestRefusal[];
  /**
   * Executes the requests of nf_tables (or another family of NETLINK_NETFILTER) as one: all of them or, where one is
   * refused, none. They must fit into one send.
   */
  transaction(subsystem: number, requests: readonly Request[]): RequestRefusal | undefined;
  /** A whole, consistent listing. `read` gives undefined for a message to pass over. */
  dump<T>(request: Request, read: (message: Message) => T | undefined | Malformed): readonly T[] | SystemError;
  close(): void;
}

export function openNetlinkSocket(protocol: number): NetlinkSocket | SystemError {
  const transport = openNetlinkTransport({ protocol, groups: [], receiveBufferBytes: RECEIVE_QUEUE_BYTES });
  return isSystemError(transport) ? transport : netlinkSocket(transport);
}

export const netlinkSocket = (transport: NetlinkTransport): NetlinkSocket => new Conversation(transport);

class Conversation implements NetlinkSocket {
  readonly #transport: NetlinkTransport;
  readonly #out = new Writer(allocateFixed(SEND_BUFFER_BYTES));
  readonly #in = allocateFixed(RECEIVE_BUFFER_BYTES);
  readonly #view = new DataView(this.#in.buffer, this.#in.byteOffset, this.#in.byteLength);
  /** Of the last message sent; they wrap around. */
  #sequence = 0;

  constructor(transport: NetlinkTransport) {
    this.#transport = transport;
  }

  request(requests: readonly Request[]): readonly RequestRefusal[] {
    const refusals: RequestRefusal[] = [];
    for (let done = 0; done < requests.length;) done = this.#execute(requests, done, refusals);
    return refusals;
  }

  transaction(subsystem: number, requests: readonly Request[]): RequestRefusal | undefined {
    const first = this.#sequence + 1;
    this.#out.clear();
    writeRequest(this.#out, batchBegin(subsystem), this.#nextSequence());
    for (const request of requests) {
      if (this.#out.room < LARGEST_REQUEST_BYTES) return { index: 0, error: systemError("sendto", EMSGSIZE) };
      writeRequest(this.#out, request, this.#nextSequence());
    }
    writeRequest(this.#out, batchEnd(subsystem), this.#nextSequence());
    const unsent = this.#send();
    if (unsent !== undefined) return { index: 0, error: unsent };

    // Inside a batch there is no place for a fence: it is a message of its own.
    let refusal: RequestRefusal | undefined;
    const fence = this.#nextSequence();
    this.#out.clear();
    writeFence(this.#out, fence);
    const failure =
      this.#send() ??
      this.#receiveUntil(fence, (sequence, { errno, text }) => {
        if (errno === 0) return;
        const index = Math.max(0, ((sequence - first) >>> 0) - 1);
        refusal ??= { index, error: systemError("sendto", errno), ...(text === undefined ? {} : { text }) };
      });
    return refusal ?? (failure === undefined ? undefined : { index: 0, error: failure });
  }

  dump<T>(request: Request, read: (message: Message) => T | undefined | Malformed): readonly T[] | SystemError {
    for (let attempt = 1; attempt <= DUMP_ATTEMPTS; attempt++) {
      const listing = this.#dumpOnce(request, read);
      if (listing !== "interrupted") return listing;
    }
    return systemError("recv", EINTR);
  }

  close(): void {
    this.#transport.close();
  }

  /** Sends as many of the requests from `start` on as one send takes; returns the place of the first that waits. */
  #execute(requests: readonly Request[], start: number, refusals: RequestRefusal[]): number {
    const first = this.#sequence + 1;
    let end = start;
    this.#out.clear();
    for (const request of requests.slice(start, start + REQUESTS_PER_SEND)) {
      if (this.#out.room < LARGEST_REQUEST_BYTES) break;
      writeRequest(this.#out, request, this.#nextSequence());
      end++;
    }
    const fence = this.#nextSequence();
    writeFence(this.#out, fence);

    const refused = new Set<number>();
    const failure =
      this.#send() ??
      this.#receiveUntil(fence, (sequence, { errno, text }) => {
        const index = start + ((sequence - first) >>> 0);
        if (index >= end || errno === 0) return;
        refused.add(index);
        refusals.push({ index, error: systemError("sendto", errno), ...(text === undefined ? {} : { text }) });
      });
    if (failure !== undefined) {
      for (let index = start; index < end; index++) if (!refused.has(index)) refusals.push({ index, error: failure });
    }
    return end;
  }

  /** Reads acknowledgements up to that of the fence. A failure: answers before it may have been lost. */
  #receiveUntil(fence: number, deliver: (sequence: number, verdict: Verdict) => void): SystemError | undefined {
    let failure: SystemError | undefined;
    for (;;) {
      const messages = this.#receive();
      if (isSystemError(messages)) {
        failure ??= messages;
        if (!LOST_DATAGRAM.includes(messages.errno)) return failure;
        continue;
      }
      for (const message of messages) {
        const answer = readAnswer(message);
        if (answer instanceof Malformed) failure ??= systemError("recv", EBADMSG);
        else if (answer.kind !== "acknowledgement") continue;
        else if (message.sequence === fence) return failure;
        else deliver(message.sequence, answer.verdict);
      }
    }
  }

  #dumpOnce<T>(
    request: Request,
    read: (message: Message) => T | undefined | Malformed,
  ): readonly T[] | SystemError | "interrupted" {
    const sequence = this.#nextSequence();
    this.#out.clear();
    writeRequest(this.#out, request, sequence);
    let failure = this.#send();
    if (failure !== undefined) return failure;

    const listing: T[] = [];
    let interrupted = false;
    // Read to the end whatever happens: before that the kernel begins no other dump on this socket.
    for (;;) {
      const messages = this.#receive();
      if (isSystemError(messages)) {
        failure ??= messages;
        if (!LOST_DATAGRAM.includes(messages.errno)) return failure;
        continue;
      }
      for (const message of messages) {
        if (message.sequence !== sequence) continue;
        const answer = readAnswer(message);
        if (answer instanceof Malformed) {
          failure ??= systemError("recv", EBADMSG);
        } else if (answer.kind === "content") {
          interrupted ||= answer.interrupted;
          const item = read(message);
          if (item instanceof Malformed) failure ??= systemError("recv", EBADMSG);
          else if (item !== undefined) listing.push(item);
        } else if (answer.kind === "overrun") {
          failure ??= systemError("recv", ENOBUFS);
        } else if (answer.kind !== "nothing") {
          if (answer.verdict.errno !== 0) failure ??= systemError("sendto", answer.verdict.errno);
          return failure ?? (interrupted ? "interrupted" : listing);
        }
      }
    }
  }

  #nextSequence(): number {
    this.#sequence = (this.#sequence + 1) >>> 0;
    return this.#sequence;
  }

  #send(): SystemError | undefined {
    const sent = this.#transport.send(this.#out.written);
    return typeof sent === "number" ? undefined : sent;
  }

  /** The messages of the next datagram. */
  #receive(): readonly Message[] | SystemError {
    const length = this.#transport.receive(this.#in);
    if (typeof length !== "number") return length;
    if (length > this.#in.length) return systemError("recv", EMSGSIZE);
    const messages = readMessages(this.#view, length);
    return messages instanceof Malformed ? systemError("recv", EBADMSG) : messages;
  }
}
