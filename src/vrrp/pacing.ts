// The pace of gratuitous ARPs and neighbour advertisements (vrrp_garp_interval, vrrp_gna_interval, garp_group): what may
// not go out back to back waits in a queue of its interface, or of the interfaces that share a pace. Instances take turns,
// so that the first address of each is announced before the second round of any. One burst an instance waits in a queue,
// so queues stay short whatever happens.
import { type Instant, type Micros, after, earliest } from "../base/time.js";
import type { Link } from "../wire/link.js";
import type { VirtualAddress, VrrpRouterParams } from "./params.js";

/** Announcements of one instance that wait. */
export interface Burst {
  readonly instance: string;
  readonly addresses: readonly VirtualAddress[];
  readonly rounds: number;
  /** Index of the address that comes next in this round. */
  readonly next: number;
}

interface PacedQueue {
  readonly gap: Micros;
  /** The next message may go out then. */
  readonly readyAt: Instant;
  readonly bursts: readonly Burst[];
}

/** By name of the queue. */
export type Pacing = ReadonlyMap<string, PacedQueue>;

/** A queue that messages of one kind on one link have to go through. */
export interface Pace {
  readonly queue: string;
  readonly gap: Micros;
}

export interface PacedMessage {
  readonly instance: string;
  readonly address: VirtualAddress;
}

/** The pace on the interface that a link stands on; undefined where messages go out back to back. */
export function paceOf(
  { pace, paceGroups }: Pick<VrrpRouterParams, "pace" | "paceGroups">,
  link: Link,
  parent: Link | undefined,
  family: 4 | 6,
): Pace | undefined {
  const name = parent?.name ?? link.name;
  const index = paceGroups.findIndex(({ interfaces }) => interfaces.includes(name));
  const group = paceGroups[index];
  const { arp, neighbour } = group ?? pace;
  const gap = family === 4 ? arp : neighbour;
  if (gap === 0) return undefined;
  return { queue: `${family} ${group === undefined ? `interface ${name}` : `group ${index}`}`, gap };
}

/** Puts announcements into a queue; what the same instance has there already becomes one burst with them. */
export function enqueue(
  pacing: Pacing,
  { queue: name, gap }: Pace,
  { instance, addresses, rounds }: Omit<Burst, "next">,
  now: Instant,
): Pacing {
  const queue = pacing.get(name) ?? { gap, readyAt: now, bursts: [] };
  const waiting = queue.bursts.find((burst) => burst.instance === instance);
  const burst: Burst =
    waiting === undefined
      ? { instance, addresses, rounds, next: 0 }
      : {
          instance,
          addresses: [...new Set([...waiting.addresses, ...addresses])],
          rounds: Math.max(waiting.rounds, rounds),
          next: waiting.next,
        };
  const bursts =
    waiting === undefined ? [...queue.bursts, burst] : queue.bursts.map((other) => (other === waiting ? burst : other));
  return new Map(pacing).set(name, { gap, readyAt: queue.readyAt, bursts });
}

/** The earliest instant at which a message may go out. */
export function pacingDue(pacing: Pacing): Instant | undefined {
  let due: Instant | undefined;
  for (const { readyAt, bursts } of pacing.values()) if (bursts.length > 0) due = earliest(due, readyAt);
  return due;
}

/**
 * Takes what may go out now: one message from each queue. A process that wakes late does not make up for it: the gap is
 * there to spare a switch. `isHeld` tells which addresses are still an instance's to announce; others are dropped.
 */
export function takeDue(
  pacing: Pacing,
  now: Instant,
  isHeld: (instance: string, address: VirtualAddress) => boolean,
): { readonly pacing: Pacing; readonly messages: readonly PacedMessage[] } {
  const next = new Map(pacing);
  const messages: PacedMessage[] = [];
  for (const [name, queue] of pacing) {
    if (queue.bursts.length === 0 || queue.readyAt > now) continue;
    let { readyAt } = queue;
    let bursts = queue.bursts;
    while (readyAt <= now && bursts.length > 0) {
      const [first, ...others] = bursts;
      const address = first?.addresses[first.next];
      const rest = first === undefined ? undefined : withoutNext(first);
      bursts = rest === undefined ? others : [...others, rest];
      if (first === undefined || address === undefined || !isHeld(first.instance, address)) continue;
      messages.push({ instance: first.instance, address });
      readyAt = after(now, queue.gap);
    }
    next.set(name, { ...queue, readyAt, bursts });
  }
  return { pacing: next, messages };
}

function withoutNext(burst: Burst): Burst | undefined {
  const next = burst.next + 1;
  if (next < burst.addresses.length) return { ...burst, next };
  return burst.rounds > 1 ? { ...burst, next: 0, rounds: burst.rounds - 1 } : undefined;
}
