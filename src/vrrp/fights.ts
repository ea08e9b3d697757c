// Somebody else removes what we put there, or adds what we removed, again and again: who answers at once every time has
// a fight that costs both all their time and tells nobody. So the answers come slower and slower, and it is said.
import { type Instant, type Micros, after, micros, millis, seconds } from "../base/time.js";
import type { Complaint } from "./effects.js";

export interface Fight {
  /** Answers since it was quiet the last time. */
  readonly answers: number;
  readonly lastAnswer: Instant;
  /** Nothing is done about it before. */
  readonly restUntil: Instant;
}

/** By the name of what it is about. */
export type Fights = ReadonlyMap<string, Fight>;

export const noFights: Fights = new Map();

/** Answered so many times without a longer rest: a network manager that restarts does not do more. */
export const PATIENCE = 5;
const PAUSE = millis(500);
const LONGEST_PAUSE = seconds(10);
/** After so long without an answer the next one counts as the first. */
const QUIET = seconds(120);

export interface Answered {
  readonly fights: Fights;
  /** What has become a fight with this answer. */
  readonly begun: readonly string[];
  /** What is no fight: worth a line of its own each time. */
  readonly calm: readonly string[];
}

/** Notes that something was done about each of `names`. */
export function answer(fights: Fights, names: readonly string[], now: Instant): Answered {
  if (names.length === 0) return { fights, begun: [], calm: [] };
  const next = new Map([...fights].filter(([, fight]) => now < after(fight.lastAnswer, QUIET)));
  const begun: string[] = [];
  const calm: string[] = [];
  for (const name of names) {
    const answers = (next.get(name)?.answers ?? 0) + 1;
    next.set(name, { answers, lastAnswer: now, restUntil: after(now, pause(answers)) });
    if (answers <= PATIENCE) calm.push(name);
    else if (answers === PATIENCE + 1) begun.push(name);
  }
  return { fights: next, begun, calm };
}

const pause = (answers: number): Micros =>
  answers <= PATIENCE ? PAUSE : micros(Math.min(LONGEST_PAUSE, PAUSE * 2 ** Math.min(10, answers - PATIENCE)));

/** Until when nothing is to be done about `name`; undefined: now is the time. */
export function restsUntil(fights: Fights, name: string, now: Instant): Instant | undefined {
  const until = fights.get(name)?.restUntil;
  return until === undefined || until <= now ? undefined : until;
}

export const fightAbout = (items: readonly string[]): Complaint => ({
  kind: "fight",
  items,
  detail: `${items.join(", ")}: another program undoes it each time we put it right`,
});
