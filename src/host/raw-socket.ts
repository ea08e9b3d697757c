// Opens the raw socket of an identity: bound to its link, in its group or at its address (raw(7), ip(7), ipv6(7)).
import {
  AF_INET,
  AF_INET6,
  bind,
  close,
  IP_ADD_MEMBERSHIP,
  IP_FREEBIND,
  IP_HDRINCL,
  IP_MULTICAST_ALL,
  IP_MULTICAST_LOOP,
  ipMreqn,
  IPV6_FREEBIND,
  IPV6_HDRINCL,
  IPV6_JOIN_GROUP,
  IPV6_MULTICAST_LOOP,
  IPV6_RECVHOPLIMIT,
  IPV6_RECVPKTINFO,
  ipv6Mreq,
  isSystemError,
  setsockopt,
  setsockoptNumber,
  SO_BINDTODEVICE,
  SO_PRIORITY,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  sockaddrIn,
  sockaddrIn6,
  socket,
  SOL_IP,
  SOL_IPV6,
  SOL_SOCKET,
  TC_PRIO_CONTROL,
  type SystemError,
} from "../native/index.js";
import { isMulticast } from "../base/ip.js";
import type { SocketIdentity } from "../vrrp/effects.js";

/** Enough for a burst of a thousand datagrams; the kernel counts about 800 octets for a small one. */
const RECEIVE_BUFFER = 1_048_576;

type Step = () => number | SystemError;

/** A descriptor that sends whole datagrams of an IP protocol. Needs CAP_NET_RAW. */
export function openRawSocket(
  protocol: number,
  identity: SocketIdentity,
  interfaceName: string | undefined,
): number | SystemError {
  const family = identity.local.family === 4 ? AF_INET : AF_INET6;
  const fd = socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol);
  if (isSystemError(fd)) return fd;
  const steps = [
    ...(interfaceName === undefined ? [] : [bindToDevice(fd, interfaceName)]),
    ...(family === AF_INET ? ipv4Steps(fd) : ipv6Steps(fd)),
    isMulticast(identity.local) ? join(fd, identity) : bindTo(fd, identity),
    () => setsockoptNumber(fd, SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL),
    () => setReceiveBuffer(fd, RECEIVE_BUFFER),
  ];
  for (const step of steps) {
    const result = step();
    if (!isSystemError(result)) continue;
    close(fd);
    return result;
  }
  return fd;
}

const bindToDevice =
  (fd: number, interfaceName: string): Step =>
  () =>
    setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, Buffer.from(`${interfaceName}\0`));

/** An address that has just gone must not keep the socket from opening: FREEBIND. */
const ipv4Steps = (fd: number): readonly Step[] => [
  () => setsockoptNumber(fd, SOL_IP, IP_HDRINCL, 1),
  () => setsockoptNumber(fd, SOL_IP, IP_FREEBIND, 1),
  () => setsockoptNumber(fd, SOL_IP, IP_MULTICAST_LOOP, 0),
  () => setsockoptNumber(fd, SOL_IP, IP_MULTICAST_ALL, 0),
];

const ipv6Steps = (fd: number): readonly Step[] => [
  () => setsockoptNumber(fd, SOL_IPV6, IPV6_HDRINCL, 1),
  () => setsockoptNumber(fd, SOL_IPV6, IPV6_FREEBIND, 1),
  () => setsockoptNumber(fd, SOL_IPV6, IPV6_MULTICAST_LOOP, 0),
  () => setsockoptNumber(fd, SOL_IPV6, IPV6_RECVPKTINFO, 1),
  () => setsockoptNumber(fd, SOL_IPV6, IPV6_RECVHOPLIMIT, 1),
];

/** Not bound to the group: what is sent to an address of ours by mistake is to be heard, and said. */
const join =
  (fd: number, { local, interfaceIndex = 0 }: SocketIdentity): Step =>
  () =>
    local.family === 4
      ? setsockopt(fd, SOL_IP, IP_ADD_MEMBERSHIP, ipMreqn(local.octets, interfaceIndex))
      : setsockopt(fd, SOL_IPV6, IPV6_JOIN_GROUP, ipv6Mreq(local.octets, interfaceIndex));

const bindTo =
  (fd: number, { local, interfaceIndex = 0 }: SocketIdentity): Step =>
  () =>
    bind(fd, local.family === 4 ? sockaddrIn(local.octets) : sockaddrIn6(local.octets, interfaceIndex));

/** Beyond net.core.rmem_max with CAP_NET_ADMIN, up to it without. */
function setReceiveBuffer(fd: number, octets: number): number | SystemError {
  const forced = setsockoptNumber(fd, SOL_SOCKET, SO_RCVBUFFORCE, octets);
  return isSystemError(forced) ? setsockoptNumber(fd, SOL_SOCKET, SO_RCVBUF, octets) : forced;
}
