// The local syslog: one datagram a message to /dev/log, in the form that syslog(3) has always used there (RFC 3164):
//
//   <PRI>Mmm dd hh:mm:ss IDENT[PID]: text
//
// syslog(3) itself blocks when the reader is behind, and takes the daemon with it. Here such a message is lost, counted,
// and the count is told as soon as the reader is back.
import { isSystemError, type SystemError } from "../native/index.js";
import { openUnixDatagram } from "./unix-datagram.js";

export const SYSLOG_SOCKET = "/dev/log";

const facilities: Readonly<Record<string, number>> = {
  user: 1,
  daemon: 3,
  local0: 16,
  local1: 17,
  local2: 18,
  local3: 19,
  local4: 20,
  local5: 21,
  local6: 22,
  local7: 23,
};

/** RFC 3164 §4.1.1 */
export const syslogSeverity = { error: 3, warn: 4, info: 6, debug: 7 } as const;

export interface SyslogMessage {
  readonly severity: keyof typeof syslogSeverity;
  /** The program as the log shows it. */
  readonly ident: string;
  readonly text: string;
  readonly time: Date;
}

export interface Syslog {
  /** Never waits. */
  send(message: SyslogMessage): void;
}

export interface SyslogOptions {
  /** daemon, user or local0..local7. */
  readonly facility: string;
  readonly pid: number;
  readonly path?: string;
  /** Said once when a message cannot be delivered, and again only after one could. */
  readonly onTrouble: (error: SystemError) => void;
}

export function openSyslog({ facility, pid, path = SYSLOG_SOCKET, onTrouble }: SyslogOptions): Syslog | SystemError {
  const socket = openUnixDatagram(path);
  if (isSystemError(socket)) return socket;
  const facilityNumber = facilities[facility] ?? 3;
  let lost = 0;

  const deliver = ({ severity, ident, text, time }: SyslogMessage): SystemError | undefined => {
    const priority = facilityNumber * 8 + syslogSeverity[severity];
    return socket.send(`<${priority}>${syslogTime(time)} ${ident}[${pid}]: ${text}`);
  };

  return {
    send: (message) => {
      if (lost > 0) {
        const text = `${lost} log lines are missing here: the syslog daemon did not take them`;
        if (deliver({ ...message, severity: "warn", text }) === undefined) lost = 0;
      }
      const refused = deliver(message);
      if (refused === undefined) return;
      lost++;
      if (lost === 1) onTrouble(refused);
    },
  };
}

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** RFC 3164 §4.1.2: local time, the day padded with a blank. */
export function syslogTime(time: Date): string {
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()].map((part) => String(part).padStart(2, "0"));
  return `${months[time.getMonth()] ?? ""} ${String(time.getDate()).padStart(2)} ${clock.join(":")}`;
}
