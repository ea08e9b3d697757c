// Readiness and exact time: epoll(7), timerfd_create(2).
import { allocateFixed, libc, outcome, type Memory } from "./library.js";
import type { SystemError } from "./system-error.js";

export const EPOLLIN = 0x001;
export const EPOLLOUT = 0x004;
export const EPOLLERR = 0x008;
export const EPOLLHUP = 0x010;

const EPOLL_CLOEXEC = 0o2000000;
const EPOLL_CTL_ADD = 1;
const EPOLL_CTL_DEL = 2;
const EPOLL_CTL_MOD = 3;

// struct epoll_event: packed on x86-64, naturally aligned elsewhere.
// 0        events (u32)
// 4 or 8   data (u64): we store the descriptor
export const EPOLL_DATA = process.arch === "x64" ? 4 : 8;
export const EPOLL_EVENT_LENGTH = EPOLL_DATA + 8;

const callEpollCreate: (flags: number) => number = libc.func("int epoll_create1(int flags)");
const callEpollCtl: (epoll: number, operation: number, fd: number, event: Memory) => number = libc.func(
  "int epoll_ctl(int epoll, int operation, int fd, void *event)",
);
const callEpollWait: (epoll: number, events: Memory, count: number, timeoutMillis: number) => number = libc.func(
  "int epoll_wait(int epoll, void *events, int count, int timeout)",
);
const callTimerfdCreate: (clock: number, flags: number) => number = libc.func(
  "int timerfd_create(int clock, int flags)",
);
const callTimerfdSettime: (fd: number, flags: number, time: Memory, previous: null) => number = libc.func(
  "int timerfd_settime(int fd, int flags, const void *time, void *previous)",
);

export const epollCreate = (): number | SystemError => outcome("epoll_create1", callEpollCreate(EPOLL_CLOEXEC));

const event = allocateFixed(EPOLL_EVENT_LENGTH);

function control(epoll: number, operation: number, fd: number, mask: number): number | SystemError {
  event.writeUInt32LE(mask, 0);
  event.writeInt32LE(fd, EPOLL_DATA);
  return outcome("epoll_ctl", callEpollCtl(epoll, operation, fd, event));
}

/** `mask` is made of EPOLLIN and EPOLLOUT, level triggered; EPOLLERR and EPOLLHUP are always reported. */
export const epollAdd = (epoll: number, fd: number, mask: number): number | SystemError =>
  control(epoll, EPOLL_CTL_ADD, fd, mask);
export const epollModify = (epoll: number, fd: number, mask: number): number | SystemError =>
  control(epoll, EPOLL_CTL_MOD, fd, mask);
export const epollDelete = (epoll: number, fd: number): number | SystemError => control(epoll, EPOLL_CTL_DEL, fd, 0);

/** Room for the events of one {@link epollWait}. */
export class ReadyList {
  readonly count: number;
  readonly memory: Buffer;

  constructor(count: number) {
    this.count = count;
    this.memory = allocateFixed(count * EPOLL_EVENT_LENGTH);
  }

  mask(index: number): number {
    return this.memory.readUInt32LE(index * EPOLL_EVENT_LENGTH);
  }

  fd(index: number): number {
    return this.memory.readInt32LE(index * EPOLL_EVENT_LENGTH + EPOLL_DATA);
  }
}

/** Waits for at most `timeoutMillis` (-1: for ever); returns how many entries of `ready` were filled. */
export const epollWait = (epoll: number, ready: ReadyList, timeoutMillis: number): number | SystemError =>
  outcome("epoll_wait", callEpollWait(epoll, ready.memory, ready.count, timeoutMillis));

const CLOCK_MONOTONIC = 1;
const TFD_NONBLOCK = 0o4000;
const TFD_CLOEXEC = 0o2000000;
const TFD_TIMER_ABSTIME = 1;

/** A timer on CLOCK_MONOTONIC; its descriptor is readable from the moment it expires until it is set again. */
export const timerfdCreate = (): number | SystemError =>
  outcome("timerfd_create", callTimerfdCreate(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC));

// struct itimerspec (32 octets)
// 0   interval seconds (i64)     8   interval nanoseconds (i64)
// 16  first expiry seconds       24  first expiry nanoseconds; both 0: disarmed
export const ITIMERSPEC_LENGTH = 32;
const itimerspec = allocateFixed(ITIMERSPEC_LENGTH);

/** Sets the one expiry, in microseconds of CLOCK_MONOTONIC; 0 disarms the timer. */
export function timerfdSettime(fd: number, atMicros: number): number | SystemError {
  const seconds = Math.floor(atMicros / 1_000_000);
  itimerspec.writeUIntLE(seconds, 16, 6);
  itimerspec.writeUInt32LE((atMicros - seconds * 1_000_000) * 1_000, 24);
  return outcome("timerfd_settime", callTimerfdSettime(fd, TFD_TIMER_ABSTIME, itimerspec, null));
}
