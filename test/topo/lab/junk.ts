// Datagrams that a VRRP router must survive: random, mutated, truncated, too long, foreign, and now and then a correct
// one. All have an IP header that the kernel lets through, so that the daemon gets to see every one of them.
import type { Prng } from "../../../src/base/prng.js";

export interface Victim {
  readonly vrid: number;
  /** Priority of the master under attack: nothing correct with this priority or more is generated. */
  readonly priority: number;
  readonly addresses: readonly string[];
}

const SOURCE = [10, 9, 0, 9];
const GROUP = [224, 0, 0, 18];
const ETHERNET_HEADER = "01005e000012" + "0200000000ff" + "0800";
const TTL = 255;

/** One Ethernet frame, hexadecimal. */
export function junkFrame(random: Prng, victim: Victim): string {
  for (;;) {
    const { message, ttl } = junkMessage(random, victim);
    const isCorrect = ttl === TTL && sum(pseudoHeader(message.length), message) === 0xffff;
    if (!isCorrect || (message[2] ?? 0) < victim.priority)
      return ETHERNET_HEADER + datagram(message, ttl).toString("hex");
  }
}

function junkMessage(random: Prng, victim: Victim): { message: Buffer; ttl: number } {
  const correct = advert(victim, 1 + random.below(victim.priority - 1));
  const kind = random.below(100);
  if (kind < 1) return { message: correct, ttl: TTL };
  if (kind < 30) return { message: randomOctets(random, random.below(180)), ttl: TTL };
  if (kind < 60) return { message: flipBits(random, correct), ttl: TTL };
  if (kind < 70) return { message: correct.subarray(0, random.below(correct.length)), ttl: TTL };
  if (kind < 80) return { message: Buffer.concat([correct, randomOctets(random, 1 + random.below(40))]), ttl: TTL };
  if (kind < 90) return { message: correct, ttl: random.below(TTL) };
  return { message: advert({ ...victim, vrid: (victim.vrid + 1 + random.below(254)) % 256 }, 255), ttl: TTL };
}

/** A correct VRRPv3 advertisement. */
function advert(victim: Victim, priority: number): Buffer {
  const addresses = victim.addresses.flatMap((address) => address.split(".").map(Number));
  const message = Buffer.from([0x31, victim.vrid, priority, victim.addresses.length, 0, 10, 0, 0, ...addresses]);
  message.writeUInt16BE(~sum(pseudoHeader(message.length), message) & 0xffff, 6);
  return message;
}

function datagram(message: Buffer, ttl: number): Buffer {
  const header = Buffer.from([0x45, 0xc0, 0, 0, 0, 1, 0, 0, ttl, 112, 0, 0, ...SOURCE, ...GROUP]);
  header.writeUInt16BE(header.length + message.length, 2);
  header.writeUInt16BE(~sum(header) & 0xffff, 10);
  return Buffer.concat([header, message]);
}

const pseudoHeader = (length: number): Buffer => Buffer.from([...SOURCE, ...GROUP, 0, 112, length >> 8, length & 0xff]);

/** Ones' complement sum of 16-bit words (RFC 1071); ffff over a message with a correct checksum. */
function sum(...parts: readonly Buffer[]): number {
  let total = 0;
  for (const part of parts) {
    for (const [index, octet] of part.entries()) total += index % 2 === 0 ? octet << 8 : octet;
  }
  while (total > 0xffff) total = (total & 0xffff) + (total >> 16);
  return total;
}

const randomOctets = (random: Prng, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, () => random.below(256)));

function flipBits(random: Prng, message: Buffer): Buffer {
  const copy = Buffer.from(message);
  for (let flips = 1 + random.below(4); flips > 0; flips--) {
    const at = random.below(copy.length);
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  }
  return copy;
}
