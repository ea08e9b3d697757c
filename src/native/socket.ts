// Sockets: socket(2), bind(2), setsockopt(2), send(2), recv(2), sendmmsg(2), recvmmsg(2).
// Addresses are laid out by `socket-address.ts`, vectors of messages by `message-batch.ts`.
import { filterProgram, type FilterInstruction } from "./filter.js";
import { allocateFixed, libc, outcome, type Memory } from "./library.js";
import type { MessageBatch } from "./message-batch.js";
import type { SystemError } from "./system-error.js";

export const AF_UNIX = 1;
export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const AF_PACKET = 17;

export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_NONBLOCK = 0o4000;
export const SOCK_CLOEXEC = 0o2000000;

export const MSG_TRUNC = 0x20;
export const MSG_DONTWAIT = 0x40;
export const MSG_NOSIGNAL = 0x4000;

/** Levels of getsockopt(2): socket(7), ip(7), ipv6(7), packet(7), netlink(7). */
export const SOL_IP = 0;
export const SOL_SOCKET = 1;
export const SOL_IPV6 = 41;
export const SOL_NETLINK = 270;

export const SO_SNDBUF = 7;
const SO_ATTACH_FILTER = 26;
export const SO_RCVBUF = 8;
export const SO_PRIORITY = 12;
export const SO_BINDTODEVICE = 25;
export const SO_SNDBUFFORCE = 32;
export const SO_RCVBUFFORCE = 33;

/** tc-prio(8): the value of SO_PRIORITY for control traffic, which goes before everything else. */
export const TC_PRIO_CONTROL = 6;

export const IP_HDRINCL = 3;
export const IP_FREEBIND = 15;
export const IP_MULTICAST_LOOP = 34;
export const IP_ADD_MEMBERSHIP = 35;
export const IP_MULTICAST_ALL = 49;

// linux/in6.h; ancillary data is asked for by the one number and comes with the other.
export const IPV6_MULTICAST_LOOP = 19;
export const IPV6_JOIN_GROUP = 20;
export const IPV6_HDRINCL = 36;
export const IPV6_RECVPKTINFO = 49;
export const IPV6_PKTINFO = 50;
export const IPV6_RECVHOPLIMIT = 51;
export const IPV6_HOPLIMIT = 52;
export const IPV6_FREEBIND = 78;

export const NETLINK_ADD_MEMBERSHIP = 1;
export const NETLINK_CAP_ACK = 10;
export const NETLINK_EXT_ACK = 11;
export const NETLINK_GET_STRICT_CHK = 12;

// Of datagram sockets; a TTL that was asked for by IP_RECVTTL comes as ancillary data of the type IP_TTL.
export const IP_TOS = 1;
export const IP_TTL = 2;
export const IP_RECVTTL = 12;
export const IPV6_UNICAST_HOPS = 16;
export const IPV6_V6ONLY = 26;
export const IPV6_TCLASS = 67;

const callSocket: (domain: number, type: number, protocol: number) => number = libc.func(
  "int socket(int domain, int type, int protocol)",
);
const callBind: (fd: number, address: Memory, length: number) => number = libc.func(
  "int bind(int fd, const void *address, unsigned int length)",
);
const callConnect: (fd: number, address: Memory, length: number) => number = libc.func(
  "int connect(int fd, const void *address, unsigned int length)",
);
const callGetsockname: (fd: number, address: Memory, length: Memory) => number = libc.func(
  "int getsockname(int fd, void *address, void *length)",
);
const callSetsockopt: (fd: number, level: number, name: number, value: Memory, length: number) => number = libc.func(
  "int setsockopt(int fd, int level, int name, const void *value, unsigned int length)",
);
const callGetsockopt: (fd: number, level: number, name: number, value: Memory, length: Memory) => number = libc.func(
  "int getsockopt(int fd, int level, int name, void *value, void *length)",
);
const callSendto: (
  fd: number,
  data: Memory,
  length: number,
  flags: number,
  address: Memory | null,
  addressLength: number,
) => number = libc.func(
  "long sendto(int fd, const void *data, size_t length, int flags, const void *address, unsigned int addressLength)",
);
const callRecv: (fd: number, data: Memory, length: number, flags: number) => number = libc.func(
  "long recv(int fd, void *data, size_t length, int flags)",
);
const callSendmmsg: (fd: number, headers: Memory, count: number, flags: number) => number = libc.func(
  "int sendmmsg(int fd, void *headers, unsigned int count, int flags)",
);
const callRecvmmsg: (fd: number, headers: Memory, count: number, flags: number, timeout: null) => number = libc.func(
  "int recvmmsg(int fd, void *headers, unsigned int count, int flags, void *timeout)",
);
const callSocketpair: (domain: number, type: number, protocol: number, pair: Memory) => number = libc.func(
  "int socketpair(int domain, int type, int protocol, void *pair)",
);

// Value and length of an int option, and the length of an address: used within one call only.
const optionLength = allocateFixed(4);
const optionNumber = allocateFixed(4);

/** A new descriptor. Give `SOCK_NONBLOCK | SOCK_CLOEXEC` with the type. */
export const socket = (domain: number, type: number, protocol: number): number | SystemError =>
  outcome("socket", callSocket(domain, type, protocol));

/** Two connected descriptors. */
export function socketpair(domain: number, type: number, protocol: number): readonly [number, number] | SystemError {
  const pair = allocateFixed(8);
  const result = outcome("socketpair", callSocketpair(domain, type, protocol, pair));
  return typeof result === "number" ? [pair.readInt32LE(0), pair.readInt32LE(4)] : result;
}

export const bind = (fd: number, address: Memory): number | SystemError =>
  outcome("bind", callBind(fd, address, address.length));

export const connect = (fd: number, address: Memory): number | SystemError =>
  outcome("connect", callConnect(fd, address, address.length));

/** Fills `address`; returns how many octets the address has (more than fit: truncated). */
export function getsockname(fd: number, address: Memory): number | SystemError {
  optionLength.writeUInt32LE(address.length);
  const result = outcome("getsockname", callGetsockname(fd, address, optionLength));
  return typeof result === "number" ? optionLength.readUInt32LE() : result;
}

export const setsockopt = (fd: number, level: number, name: number, value: Memory): number | SystemError =>
  outcome("setsockopt", callSetsockopt(fd, level, name, value, value.length));

/** The kernel hands on only what the program lets through (SO_ATTACH_FILTER). */
export function filterSocket(fd: number, instructions: readonly FilterInstruction[]): number | SystemError {
  const filter = filterProgram(instructions);
  return setsockopt(fd, SOL_SOCKET, SO_ATTACH_FILTER, filter.program);
}

/** For the many options whose value is an int. */
export function setsockoptNumber(fd: number, level: number, name: number, value: number): number | SystemError {
  optionNumber.writeInt32LE(value);
  return setsockopt(fd, level, name, optionNumber);
}

/** The value of an option that is an int. */
export function getsockoptNumber(fd: number, level: number, name: number): number | SystemError {
  optionLength.writeUInt32LE(optionNumber.length);
  const result = outcome("getsockopt", callGetsockopt(fd, level, name, optionNumber, optionLength));
  return typeof result === "number" ? optionNumber.readInt32LE() : result;
}

/** Sends `data`; returns how many octets went. Without an address the socket has to be connected. */
export const sendto = (fd: number, data: Memory, flags: number, address?: Memory): number | SystemError =>
  outcome("sendto", callSendto(fd, data, data.length, flags, address ?? null, address?.length ?? 0));

/**
 * Receives into `data`; returns how many octets came: 0 is the end of a stream. With MSG_TRUNC a datagram that is longer
 * than `data` returns its own length.
 */
export const recv = (fd: number, data: Memory, flags: number): number | SystemError =>
  outcome("recv", callRecv(fd, data, data.length, flags));

/** Sends the first `count` messages of a batch; returns how many went, at least one. */
export const sendmmsg = (
  fd: number,
  batch: MessageBatch,
  first: number,
  count: number,
  flags: number,
): number | SystemError => outcome("sendmmsg", callSendmmsg(fd, batch.headersFrom(first, count), count, flags));

/** Receives into at most the first `count` messages of a batch; returns how many came. Never waits with MSG_DONTWAIT. */
export function recvmmsg(fd: number, batch: MessageBatch, count: number, flags: number): number | SystemError {
  batch.makeRoom(count);
  return outcome("recvmmsg", callRecvmmsg(fd, batch.headersFrom(0, count), count, flags, null));
}
