// The BFD speaker: all sessions of the process as one machine. Every input of the bfd process is an event of it.
import { formatIp } from "../base/ip.js";
import { type Instant, after, earliest, seconds } from "../base/time.js";
import { configure } from "./configure.js";
import type { SpeakerEffect } from "./effects.js";
import type { ReceivedPacket, Refusal, SpeakerEvent } from "./events.js";
import { receive } from "./receive.js";
import { nextDue as sessionDue } from "./session-machine.js";
import {
  type Obstacle,
  type Speaker,
  type SpeakerStep,
  complain,
  deliver,
  openEffect,
  portKey,
  then,
  withSession,
} from "./speaker.js";
import { countRejection } from "./statistics.js";

const RETRY = seconds(1);

export function step(speaker: Speaker, event: SpeakerEvent, now: Instant): SpeakerStep {
  switch (event.kind) {
    case "configure":
      return configure(speaker, event.params, now);
    case "packet":
      return take(speaker, event, now);
    case "timeout":
      return runDeadlines(speaker, now);
    case "refused":
      return refused(speaker, event.refusal, now);
    case "shutdown":
      return shutDown(speaker, now);
  }
}

/** The earliest deadline of all sessions. */
export function nextDue({ sessions, retryAt }: Speaker): Instant | undefined {
  let due = retryAt;
  for (const session of sessions) due = earliest(due, sessionDue(session));
  return due;
}

function take(speaker: Speaker, received: ReceivedPacket, now: Instant): SpeakerStep {
  const at = (place: number | undefined) => (place === undefined ? undefined : speaker.sessions[place]);
  const judged = receive(received, {
    byDiscriminator: (discriminator) => at(speaker.byDiscriminator.get(discriminator)),
    byNeighbor: (address) => at(speaker.byNeighbor.get(address)),
  });
  const place = judged.session && speaker.byDiscriminator.get(judged.session.discriminator);
  if (judged.kind === "accepted") {
    return deliver(speaker, place ?? -1, { kind: "packet", packet: judged.packet }, now);
  }
  const { session, reason, detail } = judged;
  const about = { kind: "rejected", reason, from: formatIp(received.from), detail } as const;
  if (session === undefined || place === undefined) {
    const counted = { ...speaker, unattributed: countRejection(speaker.unattributed, reason) };
    return complain(counted, reason, about, now);
  }
  const { statistics, params } = session;
  const rejected = countRejection(statistics.rejected, reason);
  const counted = withSession(speaker, place, { ...session, statistics: { ...statistics, rejected } });
  return complain(counted, `${params.name} ${reason}`, about, now, params.name);
}

function runDeadlines(speaker: Speaker, now: Instant): SpeakerStep {
  let result: SpeakerStep = { state: speaker, effects: [] };
  if (speaker.retryAt !== undefined && speaker.retryAt <= now) result = retry(speaker);
  for (const [place, session] of speaker.sessions.entries()) {
    const due = sessionDue(session);
    if (due !== undefined && due <= now) {
      result = then(result, (next) => deliver(next, place, { kind: "timeout" }, now));
    }
  }
  return result;
}

/** Asks once more for everything that was refused. */
function retry({ retryAt: _retryAt, ...speaker }: Speaker): SpeakerStep {
  const effects = [...speaker.obstacles.values()].map(({ effect }) => effect);
  return { state: { ...speaker, obstacles: new Map() }, effects };
}

/** A system call said no: counted, said, and tried again where that can help. */
function refused(speaker: Speaker, refusal: Refusal, now: Instant): SpeakerStep {
  const detail = `${refusal.syscall}: ${refusal.code}`;
  if (refusal.effect === "listen") {
    const key = portKey(refusal.port);
    const effect = { kind: "listen", port: refusal.port } as const;
    const about = { kind: "refused", detail: `the socket for ${key}, ${detail}` } as const;
    return complain(withObstacle(speaker, `listen ${key}`, { effect, detail }, now), `listen ${key}`, about, now);
  }
  const { session: name } = refusal;
  const place = speaker.sessions.findIndex(({ params }) => params.name === name);
  const session = speaker.sessions[place];
  if (session === undefined) return { state: speaker, effects: [] };
  const { neighbor } = session.params;
  const about = { kind: "refused", detail: `${refusal.effect} for ${formatIp(neighbor)}, ${detail}` } as const;
  const key = `${name} ${refusal.effect} ${refusal.code}`;
  if (refusal.effect === "transmit") {
    const statistics = { ...session.statistics, refused: session.statistics.refused + 1 };
    return complain(withSession(speaker, place, { ...session, statistics }), key, about, now, name);
  }
  const effect = openEffect(session.params);
  return complain(withObstacle(speaker, `open ${name}`, { effect, detail }, now), key, about, now, name);
}

const withObstacle = (speaker: Speaker, key: string, obstacle: Obstacle, now: Instant): Speaker => ({
  ...speaker,
  obstacles: new Map(speaker.obstacles).set(key, obstacle),
  retryAt: speaker.retryAt ?? after(now, RETRY),
});

function shutDown(speaker: Speaker, now: Instant): SpeakerStep {
  const ended = configure(speaker, { sessions: [] }, now);
  const finished: SpeakerEffect = { kind: "finished" };
  const { retryAt: _retryAt, ...state } = ended.state;
  return { state, effects: [...ended.effects, finished] };
}
