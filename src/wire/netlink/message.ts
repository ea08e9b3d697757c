// Netlink messages (netlink(7), <linux/netlink.h>), in the byte order of the machine.
//
// | length (32), header included        |
// | type (16)        | flags (16)       |
// | sequence (32): answers repeat it    |
// | port (32): 0 is the kernel          |
// | body, padded to a multiple of four octets
import { table } from "./attribute.js";
import { Malformed, bytes, s32, string, struct, u16, u32 } from "./kind.js";
import { LITTLE_ENDIAN, type Writer, align } from "./writer.js";

export const NLM_F_DUMP = 0x300;
/** With a message that creates something: change what is there already. */
export const NLM_F_REPLACE = 0x100;
/** With a message that creates something: not when it is there already. */
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;

const NLM_F_REQUEST = 0x01;
const NLM_F_ACK = 0x04;
const NLM_F_DUMP_INTR = 0x10;
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;

const NLMSG_NOOP = 1;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLMSG_OVERRUN = 4;

const HEADER_LENGTH = 16;

/** A message to the kernel. */
export interface Request {
  readonly type: number;
  readonly flags: number;
  /** Writes what stands behind the header. */
  readonly body: (out: Writer) => void;
}

export function writeRequest(out: Writer, request: Request, sequence: number): void {
  const start = out.openMessage();
  writeHeader(out, request.type, NLM_F_REQUEST | request.flags, sequence);
  request.body(out);
  out.closeMessage(start);
}

/**
 * Closes a batch of requests: a message that does nothing and is acknowledged. The kernel answers in order and a request
 * that it refuses is answered in any case, so one that has no answer when the fence has its own was carried out.
 */
export function writeFence(out: Writer, sequence: number): void {
  const start = out.openMessage();
  writeHeader(out, NLMSG_NOOP, NLM_F_REQUEST | NLM_F_ACK, sequence);
  out.closeMessage(start);
}

function writeHeader(out: Writer, type: number, flags: number, sequence: number): void {
  out.u16(type);
  out.u16(flags);
  out.u32(sequence);
  out.u32(0);
}

/** A message from the kernel; its body stands in the receive buffer, so it is to be read at once. */
export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly view: DataView;
  readonly start: number;
  readonly end: number;
}

/** The messages in the first `length` octets. */
export function readMessages(view: DataView, length: number): readonly Message[] | Malformed {
  const messages: Message[] = [];
  let at = 0;
  while (length - at >= HEADER_LENGTH) {
    const size = view.getUint32(at, LITTLE_ENDIAN);
    if (size < HEADER_LENGTH || size > length - at) {
      return new Malformed(`a message of ${size} octets where ${length - at} are left`);
    }
    messages.push({
      type: view.getUint16(at + 4, LITTLE_ENDIAN),
      flags: view.getUint16(at + 6, LITTLE_ENDIAN),
      sequence: view.getUint32(at + 8, LITTLE_ENDIAN),
      view,
      start: at + HEADER_LENGTH,
      end: at + size,
    });
    at += align(size);
  }
  return at < length ? new Malformed(`${length - at} octets are no message`) : messages;
}

/** How a request or a dump ended. */
export interface Verdict {
  /** Positive; 0 is success. */
  readonly errno: number;
  /** The kernel's own words, where it has any (extended acknowledgement). */
  readonly text?: string;
}

/** What a message is to the one who asked. */
export type Answer =
  | { readonly kind: "acknowledgement" | "done"; readonly verdict: Verdict }
  /** Part of what was asked for. `interrupted`: the dump it belongs to changed under way (NLM_F_DUMP_INTR). */
  | { readonly kind: "content"; readonly interrupted: boolean }
  | { readonly kind: "overrun" }
  | { readonly kind: "nothing" };

export function readAnswer(message: Message): Answer | Malformed {
  switch (message.type) {
    case NLMSG_NOOP:
      return { kind: "nothing" };
    case NLMSG_OVERRUN:
      return { kind: "overrun" };
    case NLMSG_ERROR:
      return readAcknowledgement(message);
    case NLMSG_DONE:
      return readDone(message);
    default:
      return { kind: "content", interrupted: (message.flags & NLM_F_DUMP_INTR) !== 0 };
  }
}

const nlmsgerr = struct("nlmsgerr", [
  ["error", s32],
  ["length", u32],
  ["type", u16],
  ["flags", u16],
  ["sequence", u32],
  ["port", u32],
]);

/** NLMSGERR_ATTR_*: the extended acknowledgement. */
const extendedAcknowledgement = table("extended acknowledgement", [
  ["text", 1, string],
  ["offset", 2, u32],
  ["cookie", 3, bytes],
  ["policy", 4, bytes],
  ["missingType", 5, u32],
  ["missingNest", 6, u32],
]);

/**
 * | error (32), negative errno | header of the request (16 octets) | its body, unless NLM_F_CAPPED |
 * | attributes, if NLM_F_ACK_TLVS |
 */
function readAcknowledgement(message: Message): Answer | Malformed {
  const header = nlmsgerr.read(message.view, message.start, message.end);
  if (header instanceof Malformed) return header;
  const capped = (message.flags & NLM_F_CAPPED) !== 0;
  const quoted = capped ? 0 : align(Math.max(0, header.length - HEADER_LENGTH));
  const verdict = readVerdict(message, header.error, message.start + nlmsgerr.size + quoted);
  return verdict instanceof Malformed ? verdict : { kind: "acknowledgement", verdict };
}

/** | error (32), negative errno or not | attributes, if NLM_F_ACK_TLVS | */
function readDone(message: Message): Answer | Malformed {
  // Kernels before 4.20 end some dumps without an error field.
  if (message.start === message.end) return { kind: "done", verdict: { errno: 0 } };
  const firstField = message.start + s32.size;
  const error = s32.read(message.view, message.start, Math.min(firstField, message.end));
  if (error instanceof Malformed) return error;
  const verdict = readVerdict(message, Math.min(0, error), firstField);
  return verdict instanceof Malformed ? verdict : { kind: "done", verdict };
}

function readVerdict(message: Message, error: number, attributesAt: number): Verdict | Malformed {
  if (error > 0) return new Malformed(`an error of ${error}`);
  const errno = Math.abs(error);
  if ((message.flags & NLM_F_ACK_TLVS) === 0) return { errno };
  const extended = extendedAcknowledgement.read(message.view, attributesAt, message.end);
  // The number counts; words that cannot be read are left out.
  if (extended instanceof Malformed || extended.text === undefined) return { errno };
  return { errno, text: extended.text };
}
