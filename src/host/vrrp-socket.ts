// A raw socket for VRRP: IP protocol 112, or 51 behind an authentication header (RFC 5798 §5.1, raw(7), ip(7), ipv6(7)),
// on one link or on any, for one group or one address of ours.
//
// Whole datagrams go out and come in, IP header included. Of an IPv4 header the kernel fills in the total length and the
// checksum, of an IPv6 header nothing. It gives received IPv6 datagrams without their header; what VRRP needs of that
// comes beside them, and the header is put together again from it.
import type { IpAddress } from "../base/ip.js";
import {
  close,
  IPV6_CONTROL_LENGTH,
  ipv6Ancillary,
  isSystemError,
  MessageBatch,
  MSG_DONTWAIT,
  recvmmsg,
  SOCKADDR_IN6_LENGTH,
  writeSockaddrIn,
  writeSockaddrIn6,
  type SystemError,
} from "../native/index.js";
import type { SocketIdentity } from "../vrrp/effects.js";
import { AH_PROTOCOL } from "../wire/ah.js";
import { encodeIpv6 } from "../wire/ipv6.js";
import { VRRP_PROTOCOL } from "../wire/vrrp.js";
import { addReports, nothingSent, sendBatch, type SendReport } from "./batch-send.js";
import { openRawSocket } from "./raw-socket.js";

export interface VrrpSocketOptions {
  readonly socket: SocketIdentity;
  /** Of the link that the identity names. */
  readonly interfaceName?: string;
}

export interface OutgoingDatagram {
  readonly destination: IpAddress;
  /** A whole datagram of the family of the socket. */
  readonly datagram: Uint8Array;
}

export interface VrrpSocket {
  readonly fd: number;
  /**
   * Delivers what has arrived, each datagram in memory of its own; at most {@link RECEIVE_LIMIT} at a call, the rest at
   * the next. A datagram longer than {@link DATAGRAM_LIMIT} arrives cut off.
   */
  receive(deliver: (datagram: Uint8Array) => void): SystemError | undefined;
  transmit(destination: IpAddress, datagram: Uint8Array): SystemError | undefined;
  /** Many at once; one that is refused does not stop the others. */
  transmitAll(datagrams: readonly OutgoingDatagram[]): SendReport;
  close(): void;
}

export const RECEIVE_LIMIT = 32;
/** The longest advertisement has 255 IPv6 addresses: 4,088 octets behind its header. */
export const DATAGRAM_LIMIT = 4_352;

const TRANSMIT_LIMIT = 32;
/** The first octet of every multicast address (RFC 4291 §2.7). */
const IPV6_MULTICAST = 0xff;

// Every VRRP socket of the process is used by the one thread, and no message outlives a call: one arena serves them all.
interface Arenas {
  readonly incoming: MessageBatch;
  readonly outgoing: MessageBatch;
}
let arenas: Arenas | undefined;

/** The addresses of both families fit: that of IPv4 leaves the end of its place unused. */
const sharedArenas = (): Arenas =>
  (arenas ??= {
    incoming: new MessageBatch({
      count: RECEIVE_LIMIT,
      addressLength: SOCKADDR_IN6_LENGTH,
      controlLength: IPV6_CONTROL_LENGTH,
      dataLength: DATAGRAM_LIMIT,
    }),
    outgoing: new MessageBatch({
      count: TRANSMIT_LIMIT,
      addressLength: SOCKADDR_IN6_LENGTH,
      dataLength: DATAGRAM_LIMIT,
    }),
  });

/** Needs CAP_NET_RAW. */
export function openVrrpSocket({ socket, interfaceName }: VrrpSocketOptions): VrrpSocket | SystemError {
  const protocol = socket.behindAh === true ? AH_PROTOCOL : VRRP_PROTOCOL;
  const fd = openRawSocket(protocol, socket, interfaceName);
  return isSystemError(fd) ? fd : new RawVrrpSocket(fd, socket);
}

class RawVrrpSocket implements VrrpSocket {
  readonly fd: number;
  readonly #identity: SocketIdentity;
  readonly #incoming = sharedArenas().incoming;
  readonly #outgoing = sharedArenas().outgoing;

  constructor(fd: number, identity: SocketIdentity) {
    this.fd = fd;
    this.#identity = identity;
  }

  receive(deliver: (datagram: Uint8Array) => void): SystemError | undefined {
    const count = recvmmsg(this.fd, this.#incoming, RECEIVE_LIMIT, MSG_DONTWAIT);
    if (isSystemError(count)) return count.code === "EAGAIN" ? undefined : count;
    // Copied before the first is delivered: a callback that receives again would overwrite the arena.
    const datagrams: Uint8Array[] = [];
    for (let i = 0; i < count; i++) {
      const datagram = this.#received(i);
      if (datagram !== undefined) datagrams.push(datagram);
    }
    for (const datagram of datagrams) deliver(datagram);
    return undefined;
  }

  transmit(destination: IpAddress, datagram: Uint8Array): SystemError | undefined {
    this.#put(0, destination, datagram);
    return sendBatch(this.fd, this.#outgoing, 1).failure;
  }

  transmitAll(datagrams: readonly OutgoingDatagram[]): SendReport {
    let report = nothingSent;
    for (let start = 0; start < datagrams.length; start += TRANSMIT_LIMIT) {
      const part = datagrams.slice(start, start + TRANSMIT_LIMIT);
      for (const [index, { destination, datagram }] of part.entries()) this.#put(index, destination, datagram);
      report = addReports(report, sendBatch(this.fd, this.#outgoing, part.length));
    }
    return report;
  }

  close(): void {
    close(this.fd);
  }

  /** Undefined for what the kernel gives to raw IPv6 sockets whatever they have joined: datagrams of other groups. */
  #received(index: number): Uint8Array | undefined {
    const payload = this.#incoming.received(index);
    const { local } = this.#identity;
    if (local.family === 4) return new Uint8Array(payload);
    const { destination: to = local.octets, hopLimit: ttl = 0 } = ipv6Ancillary(this.#incoming.control(index));
    if (to[0] === IPV6_MULTICAST && local.octets.some((octet, at) => octet !== to[at])) return undefined;
    const source = { octets: this.#incoming.address(index).subarray(8, 24) };
    return encodeIpv6({ source, destination: { octets: to }, protocol: VRRP_PROTOCOL, ttl }, payload);
  }

  #put(index: number, destination: IpAddress, datagram: Uint8Array): void {
    const address = this.#outgoing.address(index);
    if (destination.family === 4) writeSockaddrIn(address, destination.octets);
    else writeSockaddrIn6(address, destination.octets, this.#identity.interfaceIndex ?? 0);
    this.#outgoing.put(index, datagram);
  }
}
