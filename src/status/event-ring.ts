// The last events of the daemon, numbered without a gap, so that a reader can ask for what it has missed.
import type { Instant } from "../base/time.js";
import type { Happening, StatusEvent } from "./rpc.js";

export const RING_CAPACITY = 10_000;

export class EventRing {
  readonly #capacity: number;
  readonly #slots: StatusEvent[] = [];
  readonly #listeners: (() => void)[] = [];
  #last = 0;

  constructor(capacity: number = RING_CAPACITY) {
    this.#capacity = capacity;
  }

  /** Sequence number of the newest event; 0 before the first. */
  get last(): number {
    return this.#last;
  }

  /** Sequence number of the oldest event that is still kept; one after `last` when there is none. */
  get oldest(): number {
    return this.#last - this.#slots.length + 1;
  }

  /** `time` is the wall clock at `at`, ISO 8601. */
  add(happening: Happening, at: Instant, time: string): StatusEvent {
    this.#last += 1;
    const event: StatusEvent = { sequence: this.#last, at, time, ...happening };
    this.#slots[this.#slot(this.#last)] = event;
    for (const listener of this.#listeners) listener();
    return event;
  }

  /** `listener` is called after every event that is added. */
  onAdded(listener: () => void): void {
    this.#listeners.push(listener);
  }

  /** Absent: overwritten, or not there yet. */
  get(sequence: number): StatusEvent | undefined {
    if (sequence < this.oldest || sequence > this.#last) return undefined;
    return this.#slots[this.#slot(sequence)];
  }

  #slot(sequence: number): number {
    return (sequence - 1) % this.#capacity;
  }
}
