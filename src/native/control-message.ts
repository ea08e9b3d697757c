// Ancillary data of received messages (cmsg(3)), each on a boundary of eight octets:
//
//   0   cmsg_len   u64, header included
//   8   cmsg_level int
//   12  cmsg_type  int
//   16  data
const HEADER_LENGTH = 16;

/** Room that an int takes, as TTL and hop limit are. */
export const INT_CONTROL_LENGTH = HEADER_LENGTH + 8;

export interface ControlMessage {
  /** As the levels of setsockopt(2). */
  readonly level: number;
  readonly type: number;
  /** A view of the octets that it was read from. */
  readonly data: Buffer;
}

/** What the kernel has put there; a length that cannot be ends the list. */
export function controlMessages(control: Buffer): readonly ControlMessage[] {
  const messages: ControlMessage[] = [];
  for (let at = 0; at + HEADER_LENGTH <= control.length;) {
    const length = Number(control.readBigUInt64LE(at));
    if (length < HEADER_LENGTH || at + length > control.length) break;
    messages.push({
      level: control.readInt32LE(at + 8),
      type: control.readInt32LE(at + 12),
      data: control.subarray(at + HEADER_LENGTH, at + length),
    });
    at += (length + 7) & ~7;
  }
  return messages;
}
