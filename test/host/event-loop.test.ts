// The loop holds the thread while it runs: every test sets a deadline that ends it.
import { expect } from "chai";
import { instant, type Instant } from "../../src/base/time.js";
import { monotonicNow } from "../../src/host/clock.js";
import { createEventLoop, type EventLoop } from "../../src/host/event-loop.js";
import {
  AF_UNIX,
  clockMonotonic,
  close,
  read,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  socketpair,
  write,
} from "../../src/native/index.js";
import { done } from "../support/done.js";

const soon = (loop: EventLoop, millis: number): Instant => instant(loop.now() + millis * 1_000);

describe("host: clock", () => {
  it("is CLOCK_MONOTONIC, the clock of the kernel's timers", () => {
    const before = done(clockMonotonic());
    const now = monotonicNow();
    expect(now).to.be.within(before, done(clockMonotonic()));
  });
});

describe("host: event loop", () => {
  let loop: EventLoop;
  let a: number;
  let b: number;

  beforeEach(() => {
    loop = done(createEventLoop());
    [a, b] = done(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  });

  afterEach(() => {
    loop.stop();
    close(a);
    close(b);
  });

  /** Runs until `finish` is called; a loop that is still running after two seconds fails the test. */
  const running = (onDue: (finish: () => void) => void): Promise<void> =>
    new Promise((resolve) => {
      loop.run(() =>
        onDue(() => {
          loop.stop();
          resolve();
        }),
      );
    });

  it("serves one deadline after the other, none of them early", async () => {
    const dues = [1, 2, 4, 8, 16].map((millis) => soon(loop, millis));
    const served: number[] = [];
    const early: number[] = [];
    const next = (): void => loop.wakeAt(dues[served.length]);
    next();
    await running((finish) => {
      const due = dues[served.length] ?? 0;
      if (loop.now() < due) early.push(due);
      served.push(due);
      if (served.length === dues.length) finish();
      else next();
    });
    expect(served).to.deep.equal(dues);
    expect(early).to.deep.equal([]);
    expect(loop.lateness.lastMicros).to.be.at.least(0);
    expect(loop.lateness.maxMicros).to.be.at.least(loop.lateness.lastMicros);
  });

  it("a deadline is served once, and one that has passed is served at once", async () => {
    let calls = 0;
    loop.wakeAt(instant(loop.now() - 5_000));
    await running((finish) => {
      calls += 1;
      if (calls === 1) {
        expect(loop.lateness.lastMicros).to.be.at.least(5_000);
        loop.wakeAt(soon(loop, 10));
      } else finish();
    });
    expect(calls).to.equal(2);
  });

  it("the latest word on the deadline counts", async () => {
    const late = soon(loop, 20);
    loop.wakeAt(soon(loop, 1));
    loop.wakeAt(undefined);
    loop.wakeAt(late);
    await running((finish) => finish());
    expect(loop.now()).to.be.at.least(late);
  });

  it("calls back while there is something to read, and no longer once the watch is closed", async () => {
    const seen: string[] = [];
    const octet = Buffer.alloc(1);
    const watch = loop.watch(a, () => {
      done(read(a, octet));
      seen.push(octet.toString());
      if (seen.length === 2) watch.close();
    });
    done(write(b, Buffer.from("xyz")));
    loop.wakeAt(soon(loop, 20));
    await running((finish) => finish());
    expect(seen).to.deep.equal(["x", "y"]);
  });

  it("watches both directions of a descriptor independently", async () => {
    const calls = { readable: 0, writable: 0 };
    const writable = loop.watchWritable(a, () => {
      calls.writable += 1;
      writable.close();
      done(write(b, Buffer.from("x")));
    });
    loop.watch(a, () => {
      calls.readable += 1;
      done(read(a, Buffer.alloc(1)));
    });
    loop.wakeAt(soon(loop, 20));
    await running((finish) => finish());
    expect(calls).to.deep.equal({ readable: 1, writable: 1 });
  });

  it("calls back when the other end is gone", async () => {
    let length: unknown;
    const watch = loop.watch(a, () => {
      length = read(a, Buffer.alloc(1));
      watch.close();
      loop.wakeAt(loop.now());
    });
    close(b);
    loop.wakeAt(soon(loop, 2_000));
    await running((finish) => finish());
    expect(length).to.equal(0);
  });

  it("a watch that a callback closes is not called any more in the same turn", async () => {
    const called: string[] = [];
    const first = loop.watch(a, () => {
      called.push("a");
      second.close();
      first.close();
    });
    const second = loop.watch(b, () => {
      called.push("b");
      second.close();
      first.close();
    });
    done(write(a, Buffer.from("x")));
    done(write(b, Buffer.from("x")));
    loop.wakeAt(soon(loop, 10));
    await running((finish) => finish());
    expect(called).to.have.length(1);
  });

  it("a descriptor that is always ready does not hold up the deadline", async () => {
    let turns = 0;
    loop.watch(a, () => (turns += 1));
    done(write(b, Buffer.from("x")));
    let served = 0;
    loop.wakeAt(soon(loop, 1));
    await running((finish) => {
      served += 1;
      if (served === 20) finish();
      else loop.wakeAt(soon(loop, 1));
    });
    expect(turns).to.be.greaterThan(20);
  });

  it("signals of Node are served while it runs, with what their handlers start", async () => {
    const seen: string[] = [];
    const handler = (): void => {
      seen.push("signal");
      void Promise.resolve().then(() => seen.push("promise"));
      setImmediate(() => {
        seen.push("immediate");
        loop.wakeAt(loop.now());
      });
    };
    process.once("SIGUSR2", handler);
    let calls = 0;
    loop.wakeAt(soon(loop, 5));
    await running((finish) => {
      calls += 1;
      if (calls === 1) {
        process.kill(process.pid, "SIGUSR2");
        loop.wakeAt(soon(loop, 2_000));
      } else finish();
    });
    process.removeListener("SIGUSR2", handler);
    expect(seen).to.deep.equal(["signal", "promise", "immediate"]);
  });

  it("sleeps while nothing happens", async () => {
    const start = loop.now();
    const used = process.cpuUsage();
    loop.wakeAt(soon(loop, 300));
    await running((finish) => finish());
    const { user, system } = process.cpuUsage(used);
    expect((user + system) / (loop.now() - start)).to.be.lessThan(0.5);
  });

  it("may be stopped by any callback, and closing a watch afterwards is harmless", async () => {
    await new Promise<void>((resolve) => {
      const watch = loop.watch(a, () => {
        loop.stop();
        watch.close();
        resolve();
      });
      done(write(b, Buffer.from("x")));
      loop.run(() => undefined);
    });
  });
});
