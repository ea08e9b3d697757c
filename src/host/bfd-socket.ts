// UDP sockets for BFD (RFC 5881 §4, udp(7)): one that hears each port, and one for each session to send from, because
// every session has a source port of its own.
import { randomInt } from "node:crypto";
import { constants } from "node:os";
import { type IpAddress, type IpFamily, ipFromOctets } from "../base/ip.js";
import {
  AF_INET,
  AF_INET6,
  INT_CONTROL_LENGTH,
  IPV6_FREEBIND,
  IPV6_HOPLIMIT,
  IPV6_RECVHOPLIMIT,
  IPV6_TCLASS,
  IPV6_UNICAST_HOPS,
  IPV6_V6ONLY,
  IP_FREEBIND,
  IP_RECVTTL,
  IP_TOS,
  IP_TTL,
  MSG_DONTWAIT,
  MessageBatch,
  SOCKADDR_IN6_LENGTH,
  SOCKADDR_IN_LENGTH,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  SO_PRIORITY,
  type SystemError,
  TC_PRIO_CONTROL,
  bind,
  close,
  controlMessages,
  isSystemError,
  recvmmsg,
  sendto,
  setsockoptNumber,
  socket,
  writeSockaddrIn,
  writeSockaddrIn6,
} from "../native/index.js";
import { FIRST_SOURCE_PORT } from "../wire/bfd.js";

export interface BfdDatagram {
  readonly from: IpAddress;
  readonly ttl: number;
  /** In memory of its own. */
  readonly bytes: Uint8Array;
}

export interface BfdReceiver {
  readonly fd: number;
  /** Delivers what has arrived, at most {@link RECEIVE_LIMIT} at a call. */
  receive(deliver: (datagram: BfdDatagram) => void): SystemError | undefined;
  close(): void;
}

export interface BfdSender {
  send(destination: IpAddress, port: number, bytes: Uint8Array): SystemError | undefined;
  close(): void;
}

export const RECEIVE_LIMIT = 32;
/** The longest packet, with the longest authentication section, has 52 octets; a longer one arrives cut off. */
const DATAGRAM_LIMIT = 256;
/** Network control, as routing protocols have it (RFC 4594 §3.1). */
const CLASS_SELECTOR_6 = 0xc0;
const PORTS = 65_536 - FIRST_SOURCE_PORT;
/** Ports that are tried before giving up: others have them, or run through them as well. */
const PORT_ATTEMPTS = 64;

/** Hears every address of a family on one port. */
export function openBfdReceiver(family: IpFamily, port: number): BfdReceiver | SystemError {
  const options: readonly Option[] =
    family === 4 ? [[SOL_IP, IP_RECVTTL, 1]] : [v6Only, [SOL_IPV6, IPV6_RECVHOPLIMIT, 1]];
  const fd = openSocket(family, options);
  if (isSystemError(fd)) return fd;
  const bound = bind(fd, endpoint(anyAddress(family), port));
  return isSystemError(bound) ? refuse(fd, bound) : new UdpReceiver(fd, family);
}

export interface BfdSenderOptions {
  readonly family: IpFamily;
  /** It need not be there yet; over IPv4, sending is refused until it is. */
  readonly source?: IpAddress;
  readonly ttl: number;
}

/** RFC 5881 §4: a source port of the dynamic range that no other session has. */
export function openBfdSender({ family, source, ttl }: BfdSenderOptions): BfdSender | SystemError {
  const options: readonly Option[] =
    family === 4
      ? [
          [SOL_IP, IP_TTL, ttl],
          [SOL_IP, IP_TOS, CLASS_SELECTOR_6],
          [SOL_IP, IP_FREEBIND, 1],
        ]
      : [
          v6Only,
          [SOL_IPV6, IPV6_UNICAST_HOPS, ttl],
          [SOL_IPV6, IPV6_TCLASS, CLASS_SELECTOR_6],
          [SOL_IPV6, IPV6_FREEBIND, 1],
        ];
  const fd = openSocket(family, [...options, [SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL]]);
  if (isSystemError(fd)) return fd;
  const bound = bindSomewhere(fd, source ?? anyAddress(family));
  return isSystemError(bound) ? refuse(fd, bound) : new UdpSender(fd);
}

type Option = readonly [level: number, name: number, value: number];
const v6Only: Option = [SOL_IPV6, IPV6_V6ONLY, 1];

function openSocket(family: IpFamily, options: readonly Option[]): number | SystemError {
  const fd = socket(family === 4 ? AF_INET : AF_INET6, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (isSystemError(fd)) return fd;
  for (const [level, name, value] of options) {
    const set = setsockoptNumber(fd, level, name, value);
    if (isSystemError(set)) return refuse(fd, set);
  }
  return fd;
}

function refuse(fd: number, error: SystemError): SystemError {
  close(fd);
  return error;
}

function bindSomewhere(fd: number, address: IpAddress): number | SystemError {
  const first = randomInt(PORTS);
  let bound: number | SystemError = 0;
  for (let attempt = 0; attempt < PORT_ATTEMPTS; attempt++) {
    bound = bind(fd, endpoint(address, FIRST_SOURCE_PORT + ((first + attempt) % PORTS)));
    if (!isSystemError(bound) || bound.errno !== constants.errno.EADDRINUSE) return bound;
  }
  return bound;
}

const anyAddress = (family: IpFamily): IpAddress => ipFromOctets(new Uint8Array(family === 4 ? 4 : 16));

function endpoint({ family, octets }: IpAddress, port: number): Buffer {
  const address = Buffer.allocUnsafeSlow(family === 4 ? SOCKADDR_IN_LENGTH : SOCKADDR_IN6_LENGTH).fill(0);
  if (family === 4) writeSockaddrIn(address, octets, port);
  else {
    writeSockaddrIn6(address, octets, 0);
    address.writeUInt16BE(port, SIN6_PORT);
  }
  return address;
}

const SIN6_PORT = 2;
const SIN_ADDRESS = 4;
const SIN6_ADDRESS = 8;

class UdpReceiver implements BfdReceiver {
  readonly fd: number;
  readonly #family: IpFamily;
  readonly #incoming: MessageBatch;

  constructor(fd: number, family: IpFamily) {
    this.fd = fd;
    this.#family = family;
    this.#incoming = new MessageBatch({
      count: RECEIVE_LIMIT,
      addressLength: family === 4 ? SOCKADDR_IN_LENGTH : SOCKADDR_IN6_LENGTH,
      controlLength: INT_CONTROL_LENGTH,
      dataLength: DATAGRAM_LIMIT,
    });
  }

  receive(deliver: (datagram: BfdDatagram) => void): SystemError | undefined {
    const count = recvmmsg(this.fd, this.#incoming, RECEIVE_LIMIT, MSG_DONTWAIT);
    if (isSystemError(count)) return count.code === "EAGAIN" ? undefined : count;
    const datagrams: BfdDatagram[] = [];
    for (let i = 0; i < count; i++) datagrams.push(this.#datagram(i));
    for (const datagram of datagrams) deliver(datagram);
    return undefined;
  }

  #datagram(index: number): BfdDatagram {
    const address = this.#incoming.address(index);
    const start = this.#family === 4 ? SIN_ADDRESS : SIN6_ADDRESS;
    return {
      from: ipFromOctets(address.subarray(start, start + (this.#family === 4 ? 4 : 16))),
      ttl: ttlOf(this.#incoming.control(index)),
      bytes: new Uint8Array(this.#incoming.received(index)),
    };
  }

  close(): void {
    close(this.fd);
  }
}

/** 0, which no session accepts, where the kernel does not say. */
function ttlOf(control: Buffer): number {
  for (const { level, type, data } of controlMessages(control)) {
    const isTtl = (level === SOL_IP && type === IP_TTL) || (level === SOL_IPV6 && type === IPV6_HOPLIMIT);
    if (isTtl && data.length >= 4) return data.readInt32LE(0);
  }
  return 0;
}

class UdpSender implements BfdSender {
  readonly #fd: number;

  constructor(fd: number) {
    this.#fd = fd;
  }

  send(destination: IpAddress, port: number, bytes: Uint8Array): SystemError | undefined {
    const sent = sendto(this.#fd, bytes, MSG_DONTWAIT, endpoint(destination, port));
    return isSystemError(sent) ? sent : undefined;
  }

  close(): void {
    close(this.#fd);
  }
}
