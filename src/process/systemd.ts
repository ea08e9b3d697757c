// What systemd is told (sd_notify(3)), when it started us: readiness, reloads, the stop, the watchdog.
import type { Instant } from "../base/time.js";

/** Sends one datagram; whether it arrives is systemd's business. */
export type SendNotification = (text: string) => void;

export interface Systemd {
  ready(status: string): void;
  reloading(now: Instant): void;
  stopping(): void;
  /** A line for `systemctl status`. */
  status(text: string): void;
  /** The daemon ends because of an error, with this exit status. */
  failed(status: string, exitCode: number): void;
  watchdog(): void;
  /** How often systemd wants to hear from us; absent: it does not care (WATCHDOG_USEC). */
  readonly watchdogMillis?: number;
}

export interface SystemdEnvironment {
  readonly NOTIFY_SOCKET?: string | undefined;
  readonly WATCHDOG_USEC?: string | undefined;
  readonly WATCHDOG_PID?: string | undefined;
}

/** `socketTo` opens a sender for NOTIFY_SOCKET; without that variable nothing is said. */
export function createSystemd(
  environment: SystemdEnvironment,
  pid: number,
  socketTo: (path: string) => SendNotification,
): Systemd {
  const path = environment.NOTIFY_SOCKET;
  const send = path === undefined || path === "" ? (): void => undefined : socketTo(path);
  const say = (...lines: readonly string[]): void => {
    send(lines.join("\n"));
  };
  const watchdogMillis = watchdogPeriod(environment, pid);
  return {
    ready: (status) => {
      say("READY=1", `MAINPID=${pid}`, `STATUS=${status}`);
    },
    reloading: (now) => {
      say("RELOADING=1", `MONOTONIC_USEC=${now}`, "STATUS=Reloading");
    },
    stopping: () => {
      say("STOPPING=1", "STATUS=Stopping");
    },
    status: (text) => {
      say(`STATUS=${text}`);
    },
    failed: (status, exitCode) => {
      say(`STATUS=${status}`, `ERRNO=${exitCode}`);
    },
    watchdog: () => {
      say("WATCHDOG=1");
    },
    ...(watchdogMillis !== undefined && { watchdogMillis }),
  };
}

/** Half of what systemd allows, as sd_watchdog_enabled(3) recommends. */
function watchdogPeriod(environment: SystemdEnvironment, pid: number): number | undefined {
  const { WATCHDOG_USEC: usec, WATCHDOG_PID: forPid } = environment;
  if (usec === undefined || !/^[1-9][0-9]*$/.test(usec)) return undefined;
  if (forPid !== undefined && forPid !== String(pid)) return undefined;
  return Math.max(1, Math.floor(Number(usec) / 2_000));
}
