// Routes and rules that are to be there: which of them are, what the others wait for, and when they are looked at again.
// The kernel drops routes without a word (with a link, with a source address), so looking means asking for them once
// more: what is there already is refused with EEXIST, and what is not there comes back in the same call.
import { type Instant, after, earliest, millis } from "../base/time.js";
import type { PlacedItem } from "./effects.js";
import type { ItemOutcome } from "./events.js";
import { type Fights, answer, noFights, restsUntil } from "./fights.js";
import type { RoutingItem } from "./params.js";
import { placeItem } from "./routing.js";
import type { World } from "./world.js";

export type ItemState =
  | { readonly state: "set" }
  /** The kernel has told that it is gone. */
  | { readonly state: "lost" }
  /** For an interface that does not exist. */
  | { readonly state: "waiting"; readonly interfaceName: string }
  | { readonly state: "refused"; readonly code: string };

export interface Upkeep {
  /** By name; absent: not there. */
  readonly states: ReadonlyMap<string, ItemState>;
  readonly checkAt?: Instant;
  readonly fights: Fights;
}

export const noUpkeep: Upkeep = { states: new Map(), fights: noFights };

/** What went away silently is back within a second. */
const PERIOD = millis(900);
/** After news of the kernel: by then it has told the rest of it. */
const SOON = millis(50);

export interface Tending {
  readonly upkeep: Upkeep;
  /** What the kernel is to be asked for. */
  readonly items: readonly PlacedItem[];
}

/** Asks for all items, as one does on becoming master. */
export const install = (upkeep: Upkeep, items: readonly RoutingItem[], world: World, now: Instant): Tending =>
  ask(upkeep, items, items, world, now);

/** Asks for those that may have gone, and for those that could not be had the last time. */
export function check(upkeep: Upkeep, items: readonly RoutingItem[], world: World, now: Instant): Tending {
  const due = items.filter(({ name, tracked }) => {
    const known = upkeep.states.get(name)?.state;
    if (!tracked && (known === "set" || known === "lost")) return false;
    return restsUntil(upkeep.fights, name, now) === undefined;
  });
  return ask(upkeep, items, due, world, now);
}

function ask(
  upkeep: Upkeep,
  all: readonly RoutingItem[],
  due: readonly RoutingItem[],
  world: World,
  now: Instant,
): Tending {
  const states = new Map(upkeep.states);
  const items: PlacedItem[] = [];
  for (const item of due) {
    const placing = placeItem(item, world);
    if ("placed" in placing) items.push(placing.placed);
    else states.set(item.name, { state: "waiting", interfaceName: placing.missing });
  }
  const { checkAt, ...rest } = upkeep;
  const again = all.some(({ tracked }) => tracked) || due.length > 0;
  return { upkeep: { ...rest, states, ...(again && { checkAt: after(now, PERIOD) }) }, items };
}

/** The items are being removed. */
export const abandon = ({ fights }: Upkeep): Upkeep => ({ states: new Map(), fights });

/** Only `items` count from now on. */
export function restrict(upkeep: Upkeep, items: readonly RoutingItem[]): Upkeep {
  const names = new Set(items.map(({ name }) => name));
  return { ...upkeep, states: new Map([...upkeep.states].filter(([name]) => names.has(name))) };
}

/** A route goes with its link, without a word from the kernel. */
const isEnd = (code: string): boolean => code.startsWith("ENETDOWN") || code.startsWith("ENODEV");

/** The kernel tells that some have gone. */
export function lose(upkeep: Upkeep, names: readonly string[], now: Instant): Upkeep {
  const states = new Map(upkeep.states);
  for (const name of names) if (states.get(name)?.state === "set") states.set(name, { state: "lost" });
  return checkSoon({ ...upkeep, states }, now);
}

export const checkSoon = (upkeep: Upkeep, now: Instant): Upkeep => ({
  ...upkeep,
  checkAt: earliest(upkeep.checkAt, after(now, SOON)) ?? after(now, SOON),
});

export interface Learnt {
  readonly upkeep: Upkeep;
  /** Put right; worth a line each time. */
  readonly calm: readonly string[];
  /** Put right so often that it is called a fight. */
  readonly begun: readonly string[];
  /** How many were put right. */
  readonly restored: number;
  /** Refused, and not for the same reason as before. */
  readonly refused: readonly { readonly name: string; readonly code: string }[];
}

/** What the kernel answered. `checking`: nobody but a stranger can have made the difference. */
export function learn(upkeep: Upkeep, outcomes: readonly ItemOutcome[], checking: boolean, now: Instant): Learnt {
  const states = new Map(upkeep.states);
  const strange: string[] = [];
  const refused: { readonly name: string; readonly code: string }[] = [];
  for (const outcome of outcomes) {
    const { name, result } = outcome;
    const before = states.get(name);
    if (result === "refused") {
      // What is there may be refused if asked for again: a gateway that could not be reached today stays one.
      if (checking && before?.state === "set" && !isEnd(outcome.code)) continue;
      if (before?.state !== "refused" || before.code !== outcome.code) refused.push({ name, code: outcome.code });
      states.set(name, { state: "refused", code: outcome.code });
    } else if (result === "added" || result === "present") {
      if (checking && result === "added" && (before?.state === "set" || before?.state === "lost")) strange.push(name);
      states.set(name, { state: "set" });
    } else {
      if (checking && result === "removed") strange.push(name);
      states.delete(name);
    }
  }
  const { fights, begun, calm } = answer(upkeep.fights, strange, now);
  return { upkeep: { ...upkeep, states, fights }, calm, begun, restored: strange.length, refused };
}
