// Messages for the tests of netlink: written, and read back from hexadecimal text.
import { expect } from "chai";
import { fromHex, toHex } from "../../src/base/bytes.js";
import { Malformed } from "../../src/wire/netlink/kind.js";
import { type Message, type Request, readMessages, writeRequest } from "../../src/wire/netlink/message.js";
import { Writer } from "../../src/wire/netlink/writer.js";

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** What `write` puts into a buffer that held something else before. */
export function written(write: (out: Writer) => void): Uint8Array {
  const out = new Writer(new Uint8Array(65_536).fill(0xee));
  write(out);
  return out.written;
}

/** A request with sequence 7, in hexadecimal. */
export const requestHex = (request: Request): string => toHex(written((out) => writeRequest(out, request, 7)));

/** Octets of hexadecimal text in which spaces and line ends do not count. */
export function octets(hex: string): Uint8Array {
  const bytes = fromHex(hex.replaceAll(/\s/g, ""));
  expect(bytes, `hexadecimal text: ${hex}`).to.not.equal(undefined);
  return bytes ?? new Uint8Array();
}

/** Every message in a datagram that is well formed. */
export function messagesIn(bytes: Uint8Array): readonly Message[] {
  const messages = readMessages(viewOf(bytes), bytes.length);
  if (messages instanceof Malformed) throw new Error(messages.reason);
  return messages;
}

/** The only message in a datagram. */
export function messageIn(bytes: Uint8Array): Message {
  const [message, ...others] = messagesIn(bytes);
  if (message === undefined || others.length > 0)
    throw new Error(`${others.length + 1} messages where one is expected`);
  return message;
}

/** A message as the kernel sends it: `body` behind a header. */
export function message(type: number, body: Uint8Array, flags = 0, sequence = 7): Uint8Array {
  return written((out) => {
    const start = out.openMessage();
    out.u16(type);
    out.u16(flags);
    out.u32(sequence);
    out.u32(0);
    out.octets(body);
    out.closeMessage(start);
  });
}
