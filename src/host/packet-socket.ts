// Sends Ethernet frames on any interface: gratuitous ARP, unsolicited neighbour advertisements, and advertisements with a
// virtual MAC address (packet(7)).
import {
  AF_PACKET,
  close,
  isSystemError,
  MessageBatch,
  setsockoptNumber,
  SO_PRIORITY,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOCKADDR_LL_LENGTH,
  socket,
  SOL_SOCKET,
  TC_PRIO_CONTROL,
  writeSockaddrLl,
  type SystemError,
} from "../native/index.js";
import type { OutgoingFrame } from "../vrrp/effects.js";
import { addReports, nothingSent, sendBatch, type SendReport } from "./batch-send.js";

export interface PacketSocket {
  /** Sends every frame in order, header included. A frame that is refused does not stop the others. */
  send(frames: readonly OutgoingFrame[]): SendReport;
  close(): void;
}

const SEND_LIMIT = 64;
/** An advertisement with 255 IPv4 addresses, or as many IPv6 addresses as an Ethernet frame takes, is a frame of its own. */
const FRAME_LIMIT = 2_048;
const MAC_LENGTH = 6;
/** Five rounds for 255 addresses at once; the kernel counts about 800 octets for a small frame. */
const SEND_BUFFER = 2_097_152;

/** A socket of protocol 0 receives nothing. Needs CAP_NET_RAW. */
export function openPacketSocket(): PacketSocket | SystemError {
  const fd = socket(AF_PACKET, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (isSystemError(fd)) return fd;
  const forced = setsockoptNumber(fd, SOL_SOCKET, SO_SNDBUFFORCE, SEND_BUFFER);
  const enlarged = isSystemError(forced) ? setsockoptNumber(fd, SOL_SOCKET, SO_SNDBUF, SEND_BUFFER) : forced;
  const preferred = setsockoptNumber(fd, SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
  for (const result of [enlarged, preferred]) {
    if (isSystemError(result)) {
      close(fd);
      return result;
    }
  }
  const batch = new MessageBatch({ count: SEND_LIMIT, addressLength: SOCKADDR_LL_LENGTH, dataLength: FRAME_LIMIT });
  return {
    send: (frames) => send(fd, batch, frames),
    close: () => close(fd),
  };
}

function send(fd: number, batch: MessageBatch, frames: readonly OutgoingFrame[]): SendReport {
  let report = nothingSent;
  for (let start = 0; start < frames.length; start += SEND_LIMIT) {
    const part = frames.slice(start, start + SEND_LIMIT);
    for (const [index, { interfaceIndex, frame }] of part.entries()) {
      writeSockaddrLl(batch.address(index), interfaceIndex, frame.subarray(0, MAC_LENGTH));
      batch.put(index, frame);
    }
    report = addReports(report, sendBatch(fd, batch, part.length));
  }
  return report;
}
