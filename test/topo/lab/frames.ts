// What the tests see of a captured frame. Decoded here anew, on purpose: a test that used the daemon's own codecs would
// share their mistakes.
//
//   Ethernet  0 destination (6) | source (6) | type (2)
//   IPv4      0 version/length | TOS | total length (2) | id (2) | flags (2) | TTL | protocol | checksum (2) | src | dst
//   VRRPv2    0 version/type | VRID | priority | count | auth type | interval (s) | checksum (2) | addresses | 8 auth
//   VRRPv3    0 version/type | VRID | priority | count | interval (cs, 12 bits) | checksum (2) | addresses
//   IPv6      0 version, class, flow | payload length (2) | next header | hop limit | src (16) | dst (16)
//   NA        0 type 136 | code | checksum (2) | flags (4) | target (16) | option 2: length 1, MAC (6)
//   ARP       0 hardware, protocol, lengths (6) | operation (2) | sender MAC, IP (10) | target MAC, IP (10)

interface Ethernet {
  /** Kernel time of arrival at the bridge, microseconds. */
  readonly at: number;
  /** Name of the host that owns the source MAC address, else the address itself. */
  readonly sender: string;
  readonly sourceMac: string;
  readonly destinationMac: string;
  readonly bytes: Buffer;
}

export interface Advert extends Ethernet {
  readonly kind: "advert";
  readonly source: string;
  readonly destination: string;
  readonly tos: number;
  /** Hop limit in IPv6. */
  readonly ttl: number;
  /** 0 in IPv6, which has none. */
  readonly ipId: number;
  readonly version: number;
  readonly vrid: number;
  readonly priority: number;
  readonly intervalMillis: number;
  readonly addresses: readonly string[];
  /** The VRRP message, hexadecimal. */
  readonly message: string;
  /** Sequence number of the IPsec authentication header in front of the message, where there is one. */
  readonly ahSequence?: number;
}

export interface Arp extends Ethernet {
  readonly kind: "arp";
  readonly operation: number;
  readonly senderMac: string;
  readonly senderIp: string;
  readonly targetMac: string;
  readonly targetIp: string;
  /** Sender and target are the same address: an announcement (RFC 5227 §3). */
  readonly gratuitous: boolean;
}

/** A neighbour advertisement of IPv6. */
export interface Neighbour extends Ethernet {
  readonly kind: "neighbour";
  readonly source: string;
  readonly destination: string;
  readonly hopLimit: number;
  readonly router: boolean;
  readonly solicited: boolean;
  readonly override: boolean;
  readonly target: string;
  readonly targetMac: string;
}

export interface OtherFrame extends Ethernet {
  readonly kind: "other";
}

export type Frame = Advert | Arp | Neighbour | OtherFrame;

const ETHERNET_HEADER = 14;
const TYPE_IPV4 = 0x0800;
const TYPE_ARP = 0x0806;
const TYPE_IPV6 = 0x86dd;
const IPV6_HEADER = 40;
const PROTOCOL_ICMPV6 = 58;
const NEIGHBOUR_ADVERTISEMENT = 136;
const PROTOCOL_VRRP = 112;
const PROTOCOL_AH = 51;

const mac = (bytes: Buffer, at: number): string => bytes.toString("hex", at, at + 6).replace(/..(?=.)/g, "$&:");
/** As RFC 5952 has it: what the URL standard makes of a literal. */
const ipv6 = (bytes: Buffer, at: number): string => {
  const groups = bytes.toString("hex", at, at + 16).match(/.{4}/g) ?? [];
  return new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1);
};
const ipv4 = (bytes: Buffer, at: number): string => [...bytes.subarray(at, at + 4)].join(".");

export function decodeFrame(at: number, bytes: Buffer, nameOf: (mac: string) => string): Frame {
  const sourceMac = mac(bytes, 6);
  const ethernet = { at, sender: nameOf(sourceMac), sourceMac, destinationMac: mac(bytes, 0), bytes };
  const payload = bytes.subarray(ETHERNET_HEADER);
  const type = bytes.length < ETHERNET_HEADER ? 0 : bytes.readUInt16BE(12);
  if (type === TYPE_ARP && payload.length >= 28) return { ...ethernet, ...decodeArp(payload) };
  if (type === TYPE_IPV4) {
    const advert = decodeAdvert(payload);
    if (advert !== undefined) return { ...ethernet, ...advert };
  }
  if (type === TYPE_IPV6 && payload.length >= IPV6_HEADER) {
    const decoded = decodeAdvert6(payload) ?? decodeNeighbour(payload);
    if (decoded !== undefined) return { ...ethernet, ...decoded };
  }
  return { ...ethernet, kind: "other" };
}

function decodeNeighbour(datagram: Buffer): Omit<Neighbour, keyof Ethernet> | undefined {
  const message = datagram.subarray(IPV6_HEADER);
  if (datagram[6] !== PROTOCOL_ICMPV6 || message[0] !== NEIGHBOUR_ADVERTISEMENT || message.length < 32)
    return undefined;
  const flags = message[4] ?? 0;
  return {
    kind: "neighbour",
    source: ipv6(datagram, 8),
    destination: ipv6(datagram, 24),
    hopLimit: datagram[7] ?? 0,
    router: (flags & 0x80) !== 0,
    solicited: (flags & 0x40) !== 0,
    override: (flags & 0x20) !== 0,
    target: ipv6(message, 8),
    targetMac: mac(message, 26),
  };
}

function decodeAdvert6(datagram: Buffer): Omit<Advert, keyof Ethernet> | undefined {
  const message = datagram.subarray(IPV6_HEADER, IPV6_HEADER + datagram.readUInt16BE(4));
  const count = message[3] ?? 0;
  if (datagram[6] !== PROTOCOL_VRRP || message.length < 8 + 16 * count) return undefined;
  return {
    kind: "advert",
    source: ipv6(datagram, 8),
    destination: ipv6(datagram, 24),
    tos: (datagram.readUInt16BE(0) >> 4) & 0xff,
    ttl: datagram[7] ?? 0,
    ipId: 0,
    version: (message[0] ?? 0) >> 4,
    vrid: message[1] ?? 0,
    priority: message[2] ?? 0,
    intervalMillis: (message.readUInt16BE(4) & 0x0fff) * 10,
    addresses: Array.from({ length: count }, (_, index) => ipv6(message, 8 + 16 * index)),
    message: message.toString("hex"),
  };
}

function decodeArp(payload: Buffer): Omit<Arp, keyof Ethernet> {
  const [senderIp, targetIp] = [ipv4(payload, 14), ipv4(payload, 24)];
  return {
    kind: "arp",
    operation: payload.readUInt16BE(6),
    senderMac: mac(payload, 8),
    senderIp,
    targetMac: mac(payload, 18),
    targetIp,
    gratuitous: senderIp === targetIp,
  };
}

function decodeAdvert(datagram: Buffer): Omit<Advert, keyof Ethernet> | undefined {
  const headerLength = ((datagram[0] ?? 0) & 0x0f) * 4;
  const protocol = datagram[9];
  if (datagram.length < headerLength + 8 || (protocol !== PROTOCOL_VRRP && protocol !== PROTOCOL_AH)) return undefined;
  const message = datagram.subarray(headerLength + (protocol === PROTOCOL_AH ? 24 : 0), datagram.readUInt16BE(2));
  const count = message[3] ?? 0;
  const version = (message[0] ?? 0) >> 4;
  if (message.length < 8 + 4 * count) return undefined;
  return {
    kind: "advert",
    source: ipv4(datagram, 12),
    destination: ipv4(datagram, 16),
    tos: datagram[1] ?? 0,
    ttl: datagram[8] ?? 0,
    ipId: datagram.readUInt16BE(4),
    version,
    vrid: message[1] ?? 0,
    priority: message[2] ?? 0,
    intervalMillis: version === 2 ? (message[5] ?? 0) * 1_000 : (message.readUInt16BE(4) & 0x0fff) * 10,
    addresses: Array.from({ length: count }, (_, index) => ipv4(message, 8 + 4 * index)),
    message: message.toString("hex"),
    ...(protocol === PROTOCOL_AH && { ahSequence: datagram.readUInt32BE(headerLength + 8) }),
  };
}

/** One line for a person who looks for what went wrong. */
export function describeFrame(frame: Frame): string {
  const time =
    new Date(frame.at / 1_000).toISOString().slice(11, 23) + String(Math.floor(frame.at % 1_000)).padStart(3, "0");
  switch (frame.kind) {
    case "advert":
      return (
        `${time} ${frame.sender}: advert v${frame.version} vrid ${frame.vrid} priority ${frame.priority} ` +
        `interval ${frame.intervalMillis} ms ${frame.source} > ${frame.destination} [${frame.addresses.join(" ")}]`
      );
    case "arp":
      return frame.gratuitous
        ? `${time} ${frame.sender}: gratuitous ARP ${frame.senderIp} is at ${frame.senderMac}`
        : `${time} ${frame.sender}: ARP ${frame.operation === 1 ? "who has" : "reply to"} ${frame.targetIp} from ${frame.senderIp}`;
    case "neighbour":
      return `${time} ${frame.sender}: neighbour advertisement ${frame.target} is at ${frame.targetMac}`;
    case "other":
      return `${time} ${frame.sender}: ${frame.bytes.length} octets ${frame.bytes.toString("hex", 12, 48)}`;
  }
}
