// Datagrams to a Unix socket by its path: the service manager (sd_notify(3)) and the local syslog (/dev/log).
import {
  AF_UNIX,
  close,
  isSystemError,
  MSG_DONTWAIT,
  MSG_NOSIGNAL,
  sendto,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  sockaddrUn,
  socket,
  systemError,
  type SystemError,
} from "../native/index.js";
import { constants } from "node:os";

export interface UnixDatagram {
  /**
   * Sends one datagram, or says why not: EAGAIN where the reader is behind, ECONNREFUSED or ENOENT where there is none.
   * The path is looked up each time, so a reader that was restarted is found again.
   */
  send(message: string | Uint8Array): SystemError | undefined;
  close(): void;
}

/** `path` may be the abstract name "@name". */
export function openUnixDatagram(path: string): UnixDatagram | SystemError {
  const address = sockaddrUn(path);
  if (address === undefined) return systemError("connect", constants.errno.ENAMETOOLONG);
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (isSystemError(fd)) return fd;
  return {
    send: (message) => {
      const data = typeof message === "string" ? Buffer.from(message) : message;
      const sent = sendto(fd, data, MSG_DONTWAIT | MSG_NOSIGNAL, address);
      return isSystemError(sent) ? sent : undefined;
    },
    close: () => close(fd),
  };
}
