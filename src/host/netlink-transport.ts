// A netlink socket (netlink(7)) that is never waited for.
import { constants } from "node:os";
import {
  AF_NETLINK,
  MSG_DONTWAIT,
  MSG_TRUNC,
  NETLINK_ADD_MEMBERSHIP,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOL_NETLINK,
  SOL_SOCKET,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  type SystemError,
  close,
  connect,
  recv,
  sendto,
  setsockoptNumber,
  sockaddrNl,
  socket,
} from "../native/index.js";

/** What netlink needs of a socket; a test may put a kernel of its own behind it. */
export interface NetlinkTransport {
  /** Octets that were sent. */
  send(bytes: Uint8Array): number | SystemError;
  /** Takes one datagram; returns its length, which is more than that of `into` where it did not fit. EAGAIN: none. */
  receive(into: Uint8Array): number | SystemError;
  close(): void;
}

export interface KernelTransport extends NetlinkTransport {
  readonly fd: number;
}

export interface TransportOptions {
  /** NETLINK_ROUTE or another family of sockets. */
  readonly protocol: number;
  /** Multicast groups to join. */
  readonly groups: readonly number[];
  readonly receiveBufferBytes: number;
}

export function openNetlinkTransport(options: TransportOptions): KernelTransport | SystemError {
  const fd = socket(AF_NETLINK, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, options.protocol);
  if (typeof fd !== "number") return fd;
  const refusal = prepare(fd, options);
  if (refusal !== undefined) {
    close(fd);
    return refusal;
  }
  return {
    fd,
    send: (bytes) => sendto(fd, bytes, 0),
    receive: (into) => recv(fd, into, MSG_DONTWAIT | MSG_TRUNC),
    close: () => {
      close(fd);
    },
  };
}

function prepare(fd: number, options: TransportOptions): SystemError | undefined {
  const settings = [
    // Answers carry the kernel's own words, and do not repeat what was asked.
    () => setsockoptNumber(fd, SOL_NETLINK, NETLINK_EXT_ACK, 1),
    () => setsockoptNumber(fd, SOL_NETLINK, NETLINK_CAP_ACK, 1),
    () => setReceiveBuffer(fd, options.receiveBufferBytes),
    // Connected to the kernel, the socket takes datagrams from nobody else.
    () => connect(fd, sockaddrNl()),
    ...options.groups.map((group) => () => setsockoptNumber(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group)),
  ];
  for (const set of settings) {
    const outcome = set();
    if (typeof outcome !== "number") return outcome;
  }
  return undefined;
}

/** Beyond net.core.rmem_max only root of the machine may go; elsewhere the queue is shorter, and overruns come earlier. */
function setReceiveBuffer(fd: number, size: number): number | SystemError {
  const forced = setsockoptNumber(fd, SOL_SOCKET, SO_RCVBUFFORCE, size);
  if (typeof forced === "number" || forced.errno !== constants.errno.EPERM) return forced;
  return setsockoptNumber(fd, SOL_SOCKET, SO_RCVBUF, size);
}
