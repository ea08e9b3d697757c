// The vrrp process: sockets, elections, addresses. It speaks with the supervisor over one channel and waits for nobody;
// when the channel ends, the supervisor has died, and it resigns and ends as well.
import { type Instant, after, earliest, millis } from "../base/time.js";
import { createEventLoop } from "../host/event-loop.js";
import { type ChannelInput, openLineChannel } from "../host/line-channel.js";
import { openPacketSocket } from "../host/packet-socket.js";
import { type SystemError, describeSystemError, isSystemError } from "../host/system-error.js";
import { openRtnlMonitor } from "../host/rtnl-monitor.js";
import { ignoreSignal } from "../host/signals.js";
import { openRtnl } from "../host/rtnl.js";
import type { FromVrrp, ToVrrp } from "../supervise/messages.js";
import type { RouterEffect } from "../vrrp/effects.js";
import type { RouterEvent } from "../vrrp/events.js";
import { nextDue, step } from "../vrrp/router-machine.js";
import { newVrrpRouter } from "../vrrp/vrrp-router.js";
import { enterChildRole } from "./child-role.js";
import { drive } from "./drive.js";
import { SIGNAL_JSON, SIGNAL_STATS_CLEAR } from "./signals.js";
import { EXIT_PERMISSION } from "./exit-status.js";
import { createFootingHost } from "./footing-host.js";
import { rehearse } from "./rehearsal.js";
import { isToVrrp, messageOf } from "./vrrp-messages.js";
import { createVrrpHost } from "./vrrp-host.js";
import { createViewSender } from "./vrrp-views.js";

const CHANNEL_FD = 3;
const HEARTBEAT = millis(100);
const CLOCK_TOLERANCE = millis(50);

export interface VrrpProcessOptions {
  /** Send every input of the engine to the supervisor, which keeps the journal. */
  readonly journal: boolean;
}

export function runVrrpProcess(options: VrrpProcessOptions): void {
  const loop = must("the event loop", createEventLoop());
  const rtnl = must("the netlink socket", openRtnl());
  const monitor = must("the netlink monitor", openRtnlMonitor());
  const packets = must("the packet socket", openPacketSocket());
  const channel = openLineChannel({ loop, fd: CHANNEL_FD, deliver: onChannel });
  const say = (message: FromVrrp, importance: "kept" | "droppable" = "kept"): boolean =>
    channel.send(message, importance);
  const footing = createFootingHost(rtnl, (settings) => say({ type: "tuned", settings }));
  const host = createVrrpHost(loop, rtnl, packets, footing, (event) => running.deliver(event));
  const views = createViewSender(loop.now(), say);
  const journal = options.journal ? (line: string) => say({ type: "journal", line }) : undefined;
  let engineDue: Instant | undefined;
  let heartbeatDue = loop.now();
  let resyncDue: Instant | undefined;
  let configured = false;
  let wallOffset: number | undefined;

  const schedule = (): void => {
    loop.wakeAt(earliest(earliest(engineDue, heartbeatDue), earliest(views.due, resyncDue)));
  };

  const perform = (effects: readonly RouterEffect[], deliver: (event: RouterEvent) => void): void => {
    host.perform(effects, deliver);
    for (const effect of effects) {
      const message = messageOf(effect);
      if (message !== undefined) say(message, message.type === "lowerPriorityHeard" ? "droppable" : "kept");
      if (effect.kind === "transition") views.hurry(effect.at);
      if (effect.kind === "finished") end();
    }
  };

  const running = drive(
    { step, nextDue },
    newVrrpRouter(),
    {
      now: () => loop.now(),
      wakeAt: (due) => {
        engineDue = due;
        schedule();
      },
      perform,
    },
    journal,
  );

  function onDue(): void {
    const now = loop.now();
    if (engineDue !== undefined && engineDue <= now) running.deliver({ kind: "timeout" });
    if (resyncDue !== undefined && resyncDue <= now) resync();
    if (heartbeatDue <= now) {
      watchClock(now);
      say({ type: "heartbeat", at: now }, "droppable");
      heartbeatDue = after(now, HEARTBEAT);
    }
    views.send(running.state, now, loop.lateness);
    schedule();
  }

  /** Signed advertisements carry the time of day. What the clock does gradually is told now and then, a step at once. */
  function watchClock(now: Instant): void {
    const offset = Date.now() * 1_000 - now;
    if (wallOffset !== undefined && Math.abs(offset - wallOffset) < CLOCK_TOLERANCE) return;
    wallOffset = offset;
    running.deliver({ kind: "clockChanged", wallOffset });
  }

  /** Lists links and addresses anew; a listing that is refused is tried again with the next heartbeat. */
  function resync(): void {
    const links = rtnl.links();
    const addresses = rtnl.addresses();
    if (isSystemError(links) || isSystemError(addresses)) {
      const detail = [links, addresses].filter(isSystemError).map(describeSystemError).join("; ");
      say({ type: "complaint", about: { kind: "refused", detail: `listing links and addresses: ${detail}` } });
      resyncDue = after(loop.now(), HEARTBEAT);
    } else {
      resyncDue = undefined;
      running.deliver({ kind: "resync", links, addresses });
    }
  }

  function onMonitor(): void {
    if (monitor.read((event) => running.deliver(event)) !== "overrun") return;
    views.countOverrun();
    resync();
  }

  function onChannel(input: ChannelInput): void {
    if (input.kind === "message" && isToVrrp(input.value)) onMessage(input.value);
    else if (input.kind === "message" || input.kind === "malformed") {
      throw new Error(`the supervisor sent what is no message: ${JSON.stringify(input)}`);
    } else running.deliver({ kind: "shutdown" });
  }

  function onMessage(message: ToVrrp): void {
    switch (message.type) {
      case "configure":
        if (!configured) {
          footing.adopt(message.tuned);
          begin(message);
        }
        running.deliver({
          kind: "configure",
          params: message.params,
          resume: message.resume,
          since: message.since,
          ...(message.leftBy !== undefined && { leftBy: message.leftBy }),
        });
        say({ type: "ready" });
        configured = true;
        views.hurry(loop.now());
        break;
      case "tracker":
        running.deliver({
          kind: "trackerChanged",
          tracker: message.tracker,
          name: message.name,
          up: message.up,
          ...(message.value !== undefined && { value: message.value }),
        });
        break;
      case "clearStatistics":
        running.deliver({ kind: "statisticsCleared" });
        break;
      case "shutdown":
        running.deliver({ kind: "shutdown" });
        break;
    }
    schedule();
  }

  /** Before the first decision: rehearse, shed what is not needed, look at the network. */
  function begin({ scheduling }: Extract<ToVrrp, { type: "configure" }>): void {
    rehearse(rtnl, packets);
    const role = enterChildRole(scheduling, ["NET_ADMIN", "NET_RAW"]);
    for (const refusal of role.refusals) {
      say({ type: "complaint", about: { kind: "refused", detail: `the vrrp process goes on without ${refusal}` } });
    }
    views.setRole(role);
    loop.watch(monitor.fd, onMonitor);
    watchClock(loop.now());
    resync();
    // What was due during the rehearsal was not late.
    heartbeatDue = loop.now();
    views.restart(heartbeatDue);
    schedule();
  }

  function end(): void {
    views.send(running.state, loop.now(), loop.lateness, true);
    say({ type: "finished" });
    host.close();
    loop.stop();
    channel.close();
    process.exit(0);
  }

  // The supervisor speaks through the channel; a signal sent by hand is understood all the same. Node would open its
  // debugger at SIGUSR1.
  process.on("SIGTERM", () => running.deliver({ kind: "shutdown" }));
  for (const signal of ["SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const) process.on(signal, () => undefined);
  for (const signal of [SIGNAL_JSON, SIGNAL_STATS_CLEAR]) ignoreSignal(signal);

  schedule();
  loop.run(onDue);
}

/** Without one of these nothing can be done; the supervisor reads the line and does not try again. */
function must<T extends object>(what: string, got: T | SystemError): T {
  if (!isSystemError(got)) return got;
  process.stderr.write(
    `cannot open ${what}: ${describeSystemError(got)}; the capabilities NET_ADMIN and NET_RAW are needed\n`,
  );
  process.exit(EXIT_PERMISSION);
}
