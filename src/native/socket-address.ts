// Socket addresses: struct sockaddr_in (ip(7)), sockaddr_in6 (ipv6(7)), sockaddr_ll (packet(7)), sockaddr_nl (netlink(7)),
// sockaddr_un (unix(7)) and the option structures ip_mreqn and ipv6_mreq. Families and kernel integers are in host order,
// the rest in network order.
import { AF_INET, AF_INET6, AF_NETLINK, AF_PACKET, AF_UNIX } from "./socket.js";

export const SOCKADDR_IN_LENGTH = 16;
export const SOCKADDR_IN6_LENGTH = 28;
export const SOCKADDR_LL_LENGTH = 20;
export const SOCKADDR_NL_LENGTH = 12;
/** sizeof(sun_path): a path must leave room for its terminating zero, an abstract name may fill it. */
export const SUN_PATH_LENGTH = 108;

// 0       family (u16)
// 2       port (network order)
// 4       address
// 8..15   zero

/** `octets` are the four of an IPv4 address. */
export function sockaddrIn(octets: readonly number[], port = 0): Buffer {
  const address = Buffer.allocUnsafeSlow(SOCKADDR_IN_LENGTH).fill(0);
  writeSockaddrIn(address, octets, port);
  return address;
}

/** Writes a sockaddr_in over the first 16 octets of `into`. */
export function writeSockaddrIn(into: Buffer, octets: readonly number[], port = 0): void {
  into.writeUInt16LE(AF_INET, 0);
  into.writeUInt16BE(port, 2);
  writeIpv4(into, 4, octets);
  into.fill(0, 8, SOCKADDR_IN_LENGTH);
}

// 0       family (u16)
// 2       port (network order)
// 4       flow information (network order)
// 8       address
// 24      scope: the interface index of a link-local address (u32)

/** `octets` are the sixteen of an IPv6 address; `scope` matters for link-local addresses and groups only. */
export function sockaddrIn6(octets: readonly number[], scope = 0): Buffer {
  const address = Buffer.allocUnsafeSlow(SOCKADDR_IN6_LENGTH).fill(0);
  writeSockaddrIn6(address, octets, scope);
  return address;
}

/** Writes a sockaddr_in6 without a port over the first 28 octets of `into`. */
export function writeSockaddrIn6(into: Buffer, octets: readonly number[], scope: number): void {
  into.fill(0, 0, 8);
  into.writeUInt16LE(AF_INET6, 0);
  writeIpv6(into, 8, octets);
  into.writeUInt32LE(scope, 24);
}

// 0       family (u16)
// 2       protocol, an Ethernet type (network order)
// 4       interface index (int)
// 8       ARP hardware type (u16)
// 10      packet type (u8)
// 11      length of the address (u8)
// 12..19  address

/** Writes a sockaddr_ll for sending: only the interface and the destination matter (packet(7)). */
export function writeSockaddrLl(into: Buffer, interfaceIndex: number, destination: Uint8Array): void {
  if (destination.length > 8) throw new RangeError(`a link-layer address of ${destination.length} octets`);
  into.fill(0, 0, SOCKADDR_LL_LENGTH);
  into.writeUInt16LE(AF_PACKET, 0);
  into.writeInt32LE(interfaceIndex, 4);
  into.writeUInt8(destination.length, 11);
  into.set(destination, 12);
}

/** For bind(2) and receiving: one interface, one Ethernet type (0x0003 is all of them). */
export function sockaddrLl(interfaceIndex: number, etherType: number): Buffer {
  const address = Buffer.allocUnsafeSlow(SOCKADDR_LL_LENGTH).fill(0);
  address.writeUInt16LE(AF_PACKET, 0);
  address.writeUInt16BE(etherType, 2);
  address.writeInt32LE(interfaceIndex, 4);
  return address;
}

// 0       family (u16)
// 2       zero
// 4       port id (u32); 0 is the kernel, or in bind(2) "choose one"
// 8       multicast groups 1..32 as a mask (u32)

export function sockaddrNl(portId = 0, groups = 0): Buffer {
  const address = Buffer.allocUnsafeSlow(SOCKADDR_NL_LENGTH).fill(0);
  address.writeUInt16LE(AF_NETLINK, 0);
  address.writeUInt32LE(portId, 4);
  address.writeUInt32LE(groups, 8);
  return address;
}

// 0       family (u16)
// 2       path and a zero, or for an abstract name a zero and the name

/** Undefined when the name is empty or does not fit. "@name" is the abstract name, as systemd and ss(8) write it. */
export function sockaddrUn(path: string): Buffer | undefined {
  const abstract = path.startsWith("@");
  const name = Buffer.from(abstract ? `\0${path.slice(1)}` : `${path}\0`, "utf8");
  if (name.length < 2 || name.length > SUN_PATH_LENGTH || name.indexOf(0, 1) !== (abstract ? -1 : name.length - 1)) {
    return undefined;
  }
  const address = Buffer.allocUnsafeSlow(2 + name.length);
  address.writeUInt16LE(AF_UNIX, 0);
  address.set(name, 2);
  return address;
}

// struct ip_mreqn
// 0       multicast group
// 4       local address (zero where the index says which interface)
// 8       interface index (int)

export function ipMreqn(group: readonly number[], interfaceIndex: number): Buffer {
  const request = Buffer.allocUnsafeSlow(12).fill(0);
  writeIpv4(request, 0, group);
  request.writeInt32LE(interfaceIndex, 8);
  return request;
}

// struct ipv6_mreq
// 0       multicast group
// 16      interface index (int)

export function ipv6Mreq(group: readonly number[], interfaceIndex: number): Buffer {
  const request = Buffer.allocUnsafeSlow(20).fill(0);
  writeIpv6(request, 0, group);
  request.writeInt32LE(interfaceIndex, 16);
  return request;
}

function writeIpv6(into: Buffer, at: number, octets: readonly number[]): void {
  if (octets.length !== 16) throw new RangeError(`an IPv6 address of ${octets.length} octets`);
  into.set(octets, at);
}

function writeIpv4(into: Buffer, at: number, octets: readonly number[]): void {
  const [a, b, c, d] = octets;
  if (octets.length !== 4 || a === undefined || b === undefined || c === undefined || d === undefined) {
    throw new RangeError(`an IPv4 address of ${octets.length} octets`);
  }
  into.writeUInt8(a, at);
  into.writeUInt8(b, at + 1);
  into.writeUInt8(c, at + 2);
  into.writeUInt8(d, at + 3);
}
