// Start and reload: which sessions go on, which leave and which are new, and what has to be open for them.
import { formatIp } from "../base/ip.js";
import { draw } from "../base/prng.js";
import type { Instant } from "../base/time.js";
import type { SpeakerEffect } from "./effects.js";
import type { Port } from "./events.js";
import { type BfdParams, isSameSession } from "./params.js";
import { type Session, newSession } from "./session.js";
import {
  type Speaker,
  type SpeakerStep,
  deliver,
  drawDiscriminator,
  openEffect,
  portKey,
  portOf,
  then,
} from "./speaker.js";

export function configure(speaker: Speaker, params: BfdParams, now: Instant): SpeakerStep {
  const left = endLeavers(speaker, params, now);
  const changed = then(left, (next) => replaceChanged(next, params, now));
  return then(changed, (next) => listen(arrange(next, params, now)));
}

/** The neighbour is told before the socket goes. */
function endLeavers(speaker: Speaker, { sessions }: BfdParams, now: Instant): SpeakerStep {
  let result: SpeakerStep = { state: speaker, effects: [] };
  for (const [place, { params }] of speaker.sessions.entries()) {
    if (sessions.some((wanted) => isSameSession(wanted, params))) continue;
    result = then(result, (next) => deliver(next, place, { kind: "stop" }, now));
    result = then(result, (next) => close(next, params.name));
  }
  return result;
}

function close(speaker: Speaker, session: string): SpeakerStep {
  const obstacles = new Map(speaker.obstacles);
  obstacles.delete(`open ${session}`);
  return { state: { ...speaker, obstacles }, effects: [{ kind: "close", session }] };
}

function replaceChanged(speaker: Speaker, { sessions }: BfdParams, now: Instant): SpeakerStep {
  let result: SpeakerStep = { state: speaker, effects: [] };
  for (const [place, { params: before }] of speaker.sessions.entries()) {
    const params = sessions.find((wanted) => isSameSession(wanted, before));
    if (params === undefined || JSON.stringify(params) === JSON.stringify(before)) continue;
    result = then(result, (next) => deliver(next, place, { kind: "paramsReplaced", params }, now));
    if (params.ttl !== before.ttl) result = then(result, (next) => ({ state: next, effects: [openEffect(params)] }));
  }
  return result;
}

/** The sessions in the order of the configuration, new ones among them. */
function arrange(speaker: Speaker, params: BfdParams, now: Instant): SpeakerStep {
  const effects: SpeakerEffect[] = [];
  const taken = new Set(speaker.sessions.map(({ discriminator }) => discriminator));
  let { random } = speaker;
  const sessions = params.sessions.map((wanted): Session => {
    const known = speaker.sessions.find((session) => isSameSession(session.params, wanted));
    if (known !== undefined) return known;
    const drawn = drawDiscriminator(random, taken);
    taken.add(drawn.discriminator);
    random = draw(drawn.random).random;
    effects.push(openEffect(wanted));
    return newSession(wanted, drawn.discriminator, random, now);
  });
  const state: Speaker = {
    ...speaker,
    params,
    sessions,
    byDiscriminator: new Map(sessions.map(({ discriminator }, place) => [discriminator, place])),
    byNeighbor: new Map(sessions.map((session, place) => [formatIp(session.params.neighbor), place])),
    quietUntil: new Map(),
    random,
  };
  return { state, effects };
}

/** Ports that no session needs any more are closed, those that one needs are opened: before anything is sent. */
function listen({ state: speaker, effects }: SpeakerStep): SpeakerStep {
  const wanted = new Map(speaker.sessions.map(portOf).map((port): [string, Port] => [portKey(port), port]));
  const obstacles = new Map(speaker.obstacles);
  const changes: SpeakerEffect[] = [];
  for (const [key, port] of speaker.ports) {
    if (wanted.has(key)) continue;
    obstacles.delete(`listen ${key}`);
    changes.push({ kind: "stopListening", port });
  }
  for (const [key, port] of wanted) {
    if (!speaker.ports.has(key)) changes.push({ kind: "listen", port });
  }
  return { state: { ...speaker, ports: wanted, obstacles }, effects: [...changes, ...effects] };
}
