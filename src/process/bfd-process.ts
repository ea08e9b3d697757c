// The bfd process: sockets and sessions (RFC 5880). It speaks with the supervisor over one channel and waits for nobody;
// when the channel ends, the supervisor has died, and it tells its neighbours and ends as well.
import { randomInt } from "node:crypto";
import { type Instant, after, earliest, micros, millis } from "../base/time.js";
import type { SpeakerEffect } from "../bfd/effects.js";
import type { SpeakerEvent } from "../bfd/events.js";
import type { Session } from "../bfd/session.js";
import { type Speaker, newSpeaker } from "../bfd/speaker.js";
import { nextDue, step } from "../bfd/speaker-machine.js";
import { type EventLoop, createEventLoop } from "../host/event-loop.js";
import { type ChannelInput, openLineChannel } from "../host/line-channel.js";
import { describeSystemError, isSystemError } from "../host/system-error.js";
import { viewSession } from "../status/bfd-view.js";
import type { FromBfd, ToBfd } from "../supervise/bfd-messages.js";
import { createBfdHost } from "./bfd-host.js";
import { isToBfd, messageOf } from "./bfd-messages.js";
import { type ChildRole, enterChildRole } from "./child-role.js";
import { drive } from "./drive.js";
import { EXIT_FATAL } from "./exit-status.js";

const CHANNEL_FD = 3;
const HEARTBEAT = millis(100);
const VIEW_PERIOD = millis(200);
/** Many sessions are shown less often. */
const VIEW_PERIOD_PER_SESSION = millis(5);
/** After a change of state the rest of the work is done first. */
const HURRY = millis(2);

export function runBfdProcess(): void {
  const loop = openLoop();
  const channel = openLineChannel({ loop, fd: CHANNEL_FD, deliver: onChannel });
  const say = (message: FromBfd, importance: "kept" | "droppable" = "kept"): boolean =>
    channel.send(message, importance);
  const host = createBfdHost(loop, (event) => running.deliver(event));
  const startedAt = loop.now();
  let engineDue: Instant | undefined;
  let heartbeatDue = startedAt;
  let viewsDue = startedAt;
  let shown: { readonly sessions: readonly Session[]; readonly obstacles: Speaker["obstacles"] } | undefined;
  let role: ChildRole | undefined;

  const schedule = (): void => {
    loop.wakeAt(earliest(engineDue, earliest(heartbeatDue, viewsDue)));
  };

  const perform = (effects: readonly SpeakerEffect[], deliver: (event: SpeakerEvent) => void): void => {
    host.perform(effects, deliver);
    for (const effect of effects) {
      const message = messageOf(effect);
      if (message !== undefined) say(message);
      if (effect.kind === "changed") viewsDue = earliest(viewsDue, after(effect.at, HURRY)) ?? viewsDue;
      if (effect.kind === "finished") end();
    }
  };

  const running = drive({ step, nextDue }, newSpeaker(randomInt(2 ** 32)), {
    now: () => loop.now(),
    wakeAt: (due) => {
      engineDue = due;
      schedule();
    },
    perform,
  });

  function onDue(): void {
    const now = loop.now();
    if (engineDue !== undefined && engineDue <= now) {
      // Whoever was held up himself must not take it for the silence of others: their packets wait in the socket.
      host.receiveAll();
      running.deliver({ kind: "timeout" });
    }
    if (heartbeatDue <= now) {
      say({ type: "heartbeat", at: now }, "droppable");
      heartbeatDue = after(now, HEARTBEAT);
    }
    if (viewsDue <= now) showSessions(now);
    schedule();
  }

  /** Only those that have changed: states are immutable, so what is the same object has not. */
  function showSessions(now: Instant): void {
    const speaker = running.state;
    const { sessions, obstacles } = speaker;
    viewsDue = after(now, micros(VIEW_PERIOD + sessions.length * VIEW_PERIOD_PER_SESSION));
    const known = shown?.obstacles === obstacles ? new Set(shown.sessions) : new Set<Session>();
    const changed = sessions.filter((session) => !known.has(session)).map((session) => viewSession(session, speaker));
    const about = {
      pid: process.pid,
      startedAt,
      timerLatenessMaxMicros: loop.lateness.maxMicros,
      timerLatenessLastMicros: loop.lateness.lastMicros,
      unattributed: speaker.unattributed,
      netlinkOverruns: 0,
      realtime: role?.realtime ?? false,
      memoryLocked: role?.memoryLocked ?? false,
    };
    // A supervisor that does not read gets no pile of outdated views: what was not taken is told the next time.
    if (say({ type: "views", sessions: changed, process: about }, "droppable")) shown = { sessions, obstacles };
  }

  function onChannel(input: ChannelInput): void {
    if (input.kind === "message" && isToBfd(input.value)) onMessage(input.value);
    else if (input.kind === "message" || input.kind === "malformed") {
      throw new Error(`the supervisor sent what is no message: ${JSON.stringify(input)}`);
    } else running.deliver({ kind: "shutdown" });
  }

  function onMessage(message: ToBfd): void {
    switch (message.type) {
      case "configure":
        role ??= begin(message);
        running.deliver({ kind: "configure", params: message.params });
        say({ type: "ready" });
        viewsDue = loop.now();
        break;
      case "shutdown":
        running.deliver({ kind: "shutdown" });
        break;
    }
    schedule();
  }

  /** Its ports are above 1023 and its sockets ordinary: it needs no capability at all. */
  function begin({ scheduling }: Extract<ToBfd, { type: "configure" }>): ChildRole {
    const entered = enterChildRole(scheduling, []);
    for (const refusal of entered.refusals) {
      say({ type: "complaint", about: { kind: "refused", detail: `the bfd process goes on without ${refusal}` } });
    }
    return entered;
  }

  function end(): void {
    say({ type: "finished" });
    host.close();
    loop.stop();
    channel.close();
    process.exit(0);
  }

  process.on("SIGTERM", () => running.deliver({ kind: "shutdown" }));
  // Node would open its debugger at SIGUSR1.
  for (const signal of ["SIGINT", "SIGHUP", "SIGUSR1", "SIGUSR2"] as const) process.on(signal, () => undefined);

  schedule();
  loop.run(onDue);
}

function openLoop(): EventLoop {
  const loop = createEventLoop();
  if (!isSystemError(loop)) return loop;
  process.stderr.write(`cannot open the event loop: ${describeSystemError(loop)}\n`);
  process.exit(EXIT_FATAL);
}
