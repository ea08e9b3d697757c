// The event loop of the vrrp process: epoll(7) and one timerfd (timerfd_create(2)).
//
// libuv's timers step in whole milliseconds, and koffi's descriptors cannot be given to it. So this process, whose work
// is all descriptors and deadlines, waits by itself: timerfd takes an absolute time in nanoseconds and has no timer
// slack. libuv is embedded: its own epoll descriptor is one of those we wait for. When it becomes readable the loop
// returns to libuv, which then serves Node's signals, streams and finalizers, and is entered again by setImmediate.
//
// Node's timers have no descriptor, so here they are not served in time: `wakeAt` is the timer of this process. Promises,
// process.nextTick and immediates that a callback of this loop starts wait for the next return to libuv.
import { assert } from "../base/assert.js";
import type { Instant } from "../base/time.js";
import {
  close,
  EPOLLERR,
  EPOLLHUP,
  EPOLLIN,
  EPOLLOUT,
  epollAdd,
  epollCreate,
  epollDelete,
  epollModify,
  epollWait,
  isSystemError,
  libuvBackendFd,
  ReadyList,
  sleepMicros,
  timerfdCreate,
  timerfdSettime,
  type SystemError,
} from "../native/index.js";
import { monotonicNow } from "./clock.js";

export interface Watch {
  /** Ends the watch. To be called before the descriptor is closed. */
  close(): void;
}

/** How late deadlines were served: the time from the due instant to the call of `onDue`. */
export interface Lateness {
  readonly lastMicros: number;
  readonly maxMicros: number;
}

export interface EventLoop {
  now(): Instant;
  /** Sets the one deadline, or none. Cheap when it does not change. */
  wakeAt(due: Instant | undefined): void;
  /**
   * Calls `onReadable` whenever the descriptor is readable, has failed or was hung up: level triggered, so a callback
   * need not drain it. It should do a bounded amount of work, and put up with finding nothing.
   */
  watch(fd: number, onReadable: () => void): Watch;
  watchWritable(fd: number, onWritable: () => void): Watch;
  /**
   * Starts the loop, and returns: it lives until `stop`. `onDue` is called once for each deadline that has come; the
   * deadline is then no longer set.
   */
  run(onDue: () => void): void;
  /** Ends the loop for good. */
  stop(): void;
  readonly lateness: Lateness;
}

/** Descriptors served between two waits. */
const READY_LIMIT = 64;
/** Without a breath of this length the process never runs longer than that. */
const BREATH_MICROS = 20;
const LONGEST_RUN_MICROS = 100_000;

export function createEventLoop(): EventLoop | SystemError {
  const epoll = epollCreate();
  if (isSystemError(epoll)) return epoll;
  const timer = timerfdCreate();
  if (isSystemError(timer)) {
    close(epoll);
    return timer;
  }
  const libuv = libuvBackendFd();
  for (const fd of [timer, libuv]) {
    const added = epollAdd(epoll, fd, EPOLLIN);
    if (isSystemError(added)) {
      close(timer);
      close(epoll);
      return added;
    }
  }
  return new EpollLoop(epoll, timer, libuv);
}

interface Callbacks {
  onReadable?: (() => void) | undefined;
  onWritable?: (() => void) | undefined;
}

class EpollLoop implements EventLoop {
  readonly #epoll: number;
  readonly #timer: number;
  readonly #libuv: number;
  readonly #ready = new ReadyList(READY_LIMIT);
  readonly #watched = new Map<number, Callbacks>();
  readonly #lateness = { lastMicros: 0, maxMicros: 0 };
  #phase: "created" | "running" | "stopped" = "created";
  #due: Instant | undefined;
  /** What the timer is set to; 0 is disarmed. */
  #armedFor = 0;
  /** When the process last slept, be it in the wait or for a breath. */
  #sleptAt = monotonicNow();
  #onDue: () => void = () => undefined;

  constructor(epoll: number, timer: number, libuv: number) {
    this.#epoll = epoll;
    this.#timer = timer;
    this.#libuv = libuv;
  }

  get lateness(): Lateness {
    return this.#lateness;
  }

  now(): Instant {
    return monotonicNow();
  }

  wakeAt(due: Instant | undefined): void {
    this.#due = due;
  }

  watch(fd: number, onReadable: () => void): Watch {
    return this.#watch(fd, "onReadable", onReadable);
  }

  watchWritable(fd: number, onWritable: () => void): Watch {
    return this.#watch(fd, "onWritable", onWritable);
  }

  run(onDue: () => void): void {
    assert(this.#phase === "created", "an event loop runs once", { phase: this.#phase });
    this.#phase = "running";
    this.#onDue = onDue;
    setImmediate(this.#turns);
  }

  stop(): void {
    if (this.#phase === "stopped") return;
    this.#phase = "stopped";
    this.#watched.clear();
    close(this.#timer);
    close(this.#epoll);
  }

  /** Turn after turn, until libuv has something to do. */
  readonly #turns = (): void => {
    while (this.#isRunning()) {
      this.#serveDeadline();
      if (!this.#isRunning()) return;
      this.#setTimer();
      if (this.#serveDescriptors(this.#wait())) {
        // Twice round: the second time comes after the immediates that libuv's callbacks have queued meanwhile.
        if (this.#isRunning()) setImmediate(() => setImmediate(this.#turns));
        return;
      }
    }
  };

  #isRunning(): boolean {
    return this.#phase === "running";
  }

  #serveDeadline(): void {
    if (this.#due === undefined) return;
    const late = this.now() - this.#due;
    if (late < 0) return;
    this.#due = undefined;
    this.#lateness.lastMicros = late;
    if (late > this.#lateness.maxMicros) this.#lateness.maxMicros = late;
    this.#onDue();
  }

  /** Setting the timer also takes back an expiry that was served; a deadline in the past expires at once. */
  #setTimer(): void {
    const due = this.#due ?? 0;
    if (due === this.#armedFor) return;
    this.#armedFor = due;
    const set = timerfdSettime(this.#timer, due);
    assert(!isSystemError(set), "the timer can be set", set);
  }

  #wait(): number {
    const before = this.now();
    const count = epollWait(this.#epoll, this.#ready, -1);
    const woken = this.now();
    if (woken - before > BREATH_MICROS) this.#sleptAt = woken;
    else if (woken - this.#sleptAt > LONGEST_RUN_MICROS) this.#breathe();
    if (!isSystemError(count)) return count;
    assert(count.code === "EINTR", "epoll can be waited for", count);
    return 0;
  }

  /**
   * A flood of datagrams keeps a process busy that is in order. RLIMIT_RTTIME counts the time since it last slept, and
   * is meant for one that is not: so it sleeps for a moment, often enough.
   */
  #breathe(): void {
    sleepMicros(BREATH_MICROS);
    this.#sleptAt = this.now();
  }

  /** Returns whether libuv is one of them. A deadline that comes meanwhile goes first. */
  #serveDescriptors(count: number): boolean {
    let libuvReady = false;
    for (let i = 0; i < count && this.#isRunning(); i++) {
      const fd = this.#ready.fd(i);
      if (fd === this.#libuv) libuvReady = true;
      else if (fd !== this.#timer) {
        this.#serveDescriptor(fd, this.#ready.mask(i));
        this.#serveDeadline();
      }
    }
    return libuvReady;
  }

  #serveDescriptor(fd: number, mask: number): void {
    const callbacks = this.#watched.get(fd);
    if (callbacks === undefined) return; // its watch was closed by a callback of this turn
    const broken = (mask & (EPOLLERR | EPOLLHUP)) !== 0;
    if (broken || (mask & EPOLLIN) !== 0) callbacks.onReadable?.();
    if (broken || (mask & EPOLLOUT) !== 0) callbacks.onWritable?.();
  }

  #watch(fd: number, direction: "onReadable" | "onWritable", callback: () => void): Watch {
    const callbacks = this.#watched.get(fd) ?? {};
    assert(callbacks[direction] === undefined, "a descriptor is watched once in each direction", { fd, direction });
    callbacks[direction] = callback;
    this.#setWatched(fd, callbacks);
    return {
      close: () => {
        if (this.#phase === "stopped" || callbacks[direction] !== callback) return;
        callbacks[direction] = undefined;
        this.#setWatched(fd, callbacks);
      },
    };
  }

  #setWatched(fd: number, callbacks: Callbacks): void {
    const mask =
      (callbacks.onReadable === undefined ? 0 : EPOLLIN) | (callbacks.onWritable === undefined ? 0 : EPOLLOUT);
    const known = this.#watched.has(fd);
    if (mask === 0) this.#watched.delete(fd);
    else this.#watched.set(fd, callbacks);
    const change = mask === 0 ? epollDelete : known ? epollModify : epollAdd;
    const changed = change(this.#epoll, fd, mask);
    assert(!isSystemError(changed), "an open descriptor can be watched", changed);
  }
}
