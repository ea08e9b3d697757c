// The raw IPv4 socket of one interface for VRRP: IP protocol 112 (RFC 5798 §5.1.1.4, raw(7), ip(7)).
//
// Whole datagrams go out and come in, IP header included. The kernel fills in the total length and the header checksum,
// and leaves TOS, identification (unless it is zero), flags and TTL as they are.
import type { IpAddress } from "../base/ip.js";
import {
  AF_INET,
  close,
  IP_ADD_MEMBERSHIP,
  IP_HDRINCL,
  IP_MULTICAST_ALL,
  IP_MULTICAST_LOOP,
  ipMreqn,
  isSystemError,
  MessageBatch,
  MSG_DONTWAIT,
  recvmmsg,
  setsockopt,
  setsockoptNumber,
  SO_BINDTODEVICE,
  SO_PRIORITY,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOCKADDR_IN_LENGTH,
  socket,
  SOL_IP,
  SOL_SOCKET,
  TC_PRIO_CONTROL,
  writeSockaddrIn,
  type SystemError,
} from "../native/index.js";
import { VRRP_PROTOCOL } from "../wire/vrrp.js";
import { addReports, nothingSent, sendBatch, type SendReport } from "./batch-send.js";

export interface VrrpSocketOptions {
  readonly interfaceIndex: number;
  readonly interfaceName: string;
  /** The multicast groups to join, usually 224.0.0.18 alone. */
  readonly groups: readonly IpAddress[];
}

export interface OutgoingDatagram {
  readonly destination: IpAddress;
  /** A whole IPv4 datagram. */
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
/** The longest advertisement, 255 IPv4 addresses with authentication data and IP options, has 1,096 octets. */
export const DATAGRAM_LIMIT = 2_048;

const TRANSMIT_LIMIT = 32;
/** Enough for a burst of a thousand datagrams; the kernel counts about 800 octets for a small one. */
const RECEIVE_BUFFER = 1_048_576;

// Every VRRP socket of the process is used by the one thread, and no message outlives a call: one arena serves them all.
let arenas: { readonly incoming: MessageBatch; readonly outgoing: MessageBatch } | undefined;

const sharedArenas = (): { readonly incoming: MessageBatch; readonly outgoing: MessageBatch } =>
  (arenas ??= {
    incoming: new MessageBatch({ count: RECEIVE_LIMIT, addressLength: 0, dataLength: DATAGRAM_LIMIT }),
    outgoing: new MessageBatch({
      count: TRANSMIT_LIMIT,
      addressLength: SOCKADDR_IN_LENGTH,
      dataLength: DATAGRAM_LIMIT,
    }),
  });

/** Needs CAP_NET_RAW. */
export function openVrrpSocket(options: VrrpSocketOptions): VrrpSocket | SystemError {
  const fd = socket(AF_INET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, VRRP_PROTOCOL);
  if (isSystemError(fd)) return fd;
  const refusal = configure(fd, options);
  if (refusal !== undefined) {
    close(fd);
    return refusal;
  }
  return new RawVrrpSocket(fd);
}

function configure(fd: number, options: VrrpSocketOptions): SystemError | undefined {
  const name = Buffer.from(`${options.interfaceName}\0`);
  const steps = [
    () => setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name),
    () => setsockoptNumber(fd, SOL_IP, IP_HDRINCL, 1),
    () => setsockoptNumber(fd, SOL_IP, IP_MULTICAST_LOOP, 0),
    () => setsockoptNumber(fd, SOL_IP, IP_MULTICAST_ALL, 0),
    () => setsockoptNumber(fd, SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL),
    () => setReceiveBuffer(fd, RECEIVE_BUFFER),
    ...options.groups.map(
      ({ octets }) =>
        () =>
          setsockopt(fd, SOL_IP, IP_ADD_MEMBERSHIP, ipMreqn(octets, options.interfaceIndex)),
    ),
  ];
  for (const step of steps) {
    const result = step();
    if (isSystemError(result)) return result;
  }
  return undefined;
}

/** Beyond net.core.rmem_max with CAP_NET_ADMIN, up to it without. */
function setReceiveBuffer(fd: number, octets: number): number | SystemError {
  const forced = setsockoptNumber(fd, SOL_SOCKET, SO_RCVBUFFORCE, octets);
  return isSystemError(forced) ? setsockoptNumber(fd, SOL_SOCKET, SO_RCVBUF, octets) : forced;
}

class RawVrrpSocket implements VrrpSocket {
  readonly fd: number;
  readonly #incoming = sharedArenas().incoming;
  readonly #outgoing = sharedArenas().outgoing;

  constructor(fd: number) {
    this.fd = fd;
  }

  receive(deliver: (datagram: Uint8Array) => void): SystemError | undefined {
    const count = recvmmsg(this.fd, this.#incoming, RECEIVE_LIMIT, MSG_DONTWAIT);
    if (isSystemError(count)) return count.code === "EAGAIN" ? undefined : count;
    // Copied before the first is delivered: a callback that receives again would overwrite the arena.
    const datagrams: Uint8Array[] = [];
    for (let i = 0; i < count; i++) datagrams.push(new Uint8Array(this.#incoming.received(i)));
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

  #put(index: number, destination: IpAddress, datagram: Uint8Array): void {
    writeSockaddrIn(this.#outgoing.address(index), destination.octets);
    this.#outgoing.put(index, datagram);
  }
}
