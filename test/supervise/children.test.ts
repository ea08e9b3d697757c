// The whole life of a child, event by event, and every event in every state.
import { expect } from "chai";
import { type Instant, type Micros, after, instant, micros, millis, seconds } from "../../src/base/time.js";
import {
  CHECKS_UNTIL_FROZEN,
  CHECKS_UNTIL_START_FAILED,
  CHECK_PERIOD,
  type Child,
  type ChildEffect,
  type ChildEvent,
  KILL_PATIENCE,
  absentChild,
  isHealthy,
} from "../../src/supervise/child.js";
import { childMachine } from "../../src/supervise/children.js";

const policy = { respawn: true, stopWait: seconds(5) };
const configured: ChildEvent = { kind: "configured", policy };
const died = (code: number): ChildEvent => ({ kind: "exited", exit: { code } });
const killedBy = (signal: string): ChildEvent => ({ kind: "exited", exit: { signal } });

/** A child with a clock: what tests speak to. */
class Life {
  child: Child = absentChild(policy);
  now: Instant = instant(1_000_000);
  effects: readonly ChildEffect[] = [];

  say(event: ChildEvent): this {
    const { state, effects } = childMachine.step(this.child, event, this.now);
    this.child = state;
    this.effects = effects;
    return this;
  }

  wait(span: Micros): this {
    this.now = after(this.now, span);
    return this;
  }

  /** Delivers one timeout at its due instant, or `late` after it. */
  due(late: Micros = micros(0)): this {
    const at = childMachine.nextDue(this.child);
    if (at === undefined) throw new Error("nothing is due");
    this.now = after(at, late);
    return this.say({ kind: "timeout" });
  }

  get kinds(): readonly string[] {
    return this.effects.map(({ kind }) => kind);
  }

  get reported(): string {
    return this.effects.map((effect) => ("what" in effect ? effect.what : "")).join("");
  }
}

const starting = (): Life => new Life().say(configured).say({ kind: "spawned", pid: 77 });
const running = (): Life => starting().say({ kind: "ready" });
const stopping = (): Life => running().say({ kind: "shutdown" });
const frozen = (): Life => {
  const life = running();
  for (let check = 0; check < CHECKS_UNTIL_FROZEN; check++) life.due();
  return life;
};
const waiting = (): Life => {
  const life = running();
  return life.say(died(1)).say({ kind: "ready" }).say(died(1));
};

describe("child: start", () => {
  it("spawns and configures", () => {
    const life = new Life().say(configured);
    expect(life.kinds).to.deep.equal(["spawn", "configure"]);
    expect(life.child.phase.state).to.equal("starting");
    expect(life.say({ kind: "spawned", pid: 77 }).child.pid).to.equal(77);
    expect(life.say({ kind: "ready" }).kinds).to.deep.equal(["started"]);
    expect(life.child.phase.state).to.equal("running");
    expect(life.say({ kind: "ready" }).kinds).to.deep.equal([]);
  });

  it("sends the configuration again at a reload", () => {
    expect(running().say(configured).kinds).to.deep.equal(["configure"]);
    expect(starting().say(configured).kinds).to.deep.equal(["configure"]);
  });

  it("tries again when the program cannot be started", () => {
    const life = new Life().say(configured).say({ kind: "spawnFailed", detail: "EAGAIN" });
    expect(life.reported).to.equal("could not be started: EAGAIN; restarting");
    expect(life.say({ kind: "spawnFailed", detail: "EAGAIN" }).child.phase.state).to.equal("waiting");
  });
});

describe("child: heartbeat", () => {
  it("counts a second of silence as frozen", () => {
    const life = running();
    for (let check = 1; check < CHECKS_UNTIL_FROZEN; check++) expect(life.due().effects).to.deep.equal([]);
    expect(life.due().kinds).to.deep.equal(["report", "kill"]);
    expect(life.reported).to.equal("was frozen: no heartbeat for 1 s; sending SIGKILL");
    expect(life.now).to.equal(1_000_000 + CHECKS_UNTIL_FROZEN * CHECK_PERIOD);
    expect(life.say(killedBy("SIGKILL")).kinds).to.deep.equal(["report", "spawn", "configure"]);
    expect(life.child.lastEnd).to.equal("was frozen: no heartbeat for 1 s");
    expect(life.child.restarts).to.equal(1);
  });

  it("begins to count anew at every message", () => {
    const life = running();
    for (let check = 0; check < 5 * CHECKS_UNTIL_FROZEN; check++) {
      life.due();
      if (check % 9 === 8) life.say({ kind: "heard" });
    }
    expect(life.child.phase.state).to.equal("running");
  });

  it("does not blame the child for the supervisor's own delay", () => {
    const life = running();
    for (let check = 1; check < CHECKS_UNTIL_FROZEN; check++) life.due(seconds(30));
    expect(life.child.phase.state).to.equal("running");
    expect(life.say({ kind: "heard" }).due(seconds(30)).child.phase.state).to.equal("running");
  });

  it("never has two checks due at once after a delay", () => {
    const life = running().due(seconds(30));
    expect(childMachine.nextDue(life.child)).to.equal(after(life.now, CHECK_PERIOD));
  });

  it("gives a child that is loading more time", () => {
    const life = starting();
    for (let check = 1; check < CHECKS_UNTIL_START_FAILED; check++) expect(life.due().effects).to.deep.equal([]);
    expect(life.due().kinds).to.deep.equal(["report", "kill"]);
    expect(life.reported).to.contain("did not come up within 20 s");
  });

  it("says that a process hangs in the kernel, once, and is unhealthy from then on", () => {
    const life = frozen();
    expect(isHealthy(life.child)).to.be.true;
    expect(life.due().reported).to.contain("does not die from SIGKILL");
    expect(life.now - 1_000_000).to.equal(CHECKS_UNTIL_FROZEN * CHECK_PERIOD + KILL_PATIENCE);
    expect(isHealthy(life.child)).to.be.false;
    expect(childMachine.nextDue(life.child)).to.equal(undefined);
    expect(isHealthy(life.say(killedBy("SIGKILL")).child)).to.be.true;
  });
});

describe("child: death", () => {
  it("is followed by 0, 1, 2, 4 .. 60 s of back-off", () => {
    const life = running();
    const delays: number[] = [];
    for (let death = 0; death < 9; death++) {
      life.wait(seconds(2)).say(killedBy("SIGSEGV"));
      delays.push(Number(life.child.delay) / 1_000_000);
      if (life.child.phase.state === "waiting") {
        expect(life.kinds).to.deep.equal(["report"]);
        expect(life.due().kinds).to.deep.equal(["spawn", "configure"]);
      } else {
        expect(life.kinds).to.deep.equal(["report", "spawn", "configure"]);
      }
    }
    expect(delays).to.deep.equal([0, 1, 2, 4, 8, 16, 32, 60, 60]);
    expect(life.child.restarts).to.equal(9);
  });

  it("is answered at once after a minute of good work", () => {
    const life = waiting().due();
    expect(life.wait(seconds(60)).say(died(1)).child.delay).to.equal(0);
    expect(life.wait(millis(59_999)).say(died(1)).child.delay).to.equal(seconds(1));
  });

  it("forgets the pid", () => {
    expect(waiting().child).not.to.have.property("pid");
  });

  for (const code of [2, 4]) {
    it(`with status ${code} is permanent`, () => {
      const life = running().say(died(code));
      expect(life.effects).to.deep.equal([
        { kind: "gaveUp", exitCode: code, what: `exited with status ${code}, a permanent error` },
      ]);
      expect(childMachine.nextDue(life.child)).to.equal(undefined);
    });
  }

  it("ends the daemon where -R was given", () => {
    const noRespawn: ChildEvent = { kind: "configured", policy: { ...policy, respawn: false } };
    const ends: readonly (readonly [ChildEvent, number])[] = [
      [died(70), 70],
      [died(0), 1],
      [killedBy("SIGKILL"), 1],
    ];
    for (const [end, exitCode] of ends) {
      const [effect] = new Life().say(noRespawn).say({ kind: "ready" }).say(end).effects;
      expect(effect).to.include({ kind: "gaveUp", exitCode });
    }
  });
});

describe("child: stop", () => {
  it("asks, and is content with a good end", () => {
    const life = stopping();
    expect(life.kinds).to.deep.equal(["sendShutdown"]);
    expect(life.say(died(0)).kinds).to.deep.equal(["stopped"]);
  });

  it("kills after the wait", () => {
    const life = stopping().due();
    expect(life.kinds).to.deep.equal(["report", "kill"]);
    expect(life.reported).to.contain("did not stop within 5 s");
    expect(life.say(killedBy("SIGKILL")).kinds).to.deep.equal(["stopped"]);
  });

  it("is reported when it went wrong", () => {
    expect(stopping().say(killedBy("SIGSEGV")).reported).to.equal("was ended by SIGSEGV while stopping");
  });

  it("ends a back-off, and a wait for SIGKILL", () => {
    expect(waiting().say({ kind: "shutdown" }).kinds).to.deep.equal(["stopped"]);
    const life = frozen().say({ kind: "shutdown" });
    expect(life.effects).to.deep.equal([]);
    expect(life.say(killedBy("SIGKILL")).kinds).to.deep.equal(["stopped"]);
  });

  it("is followed by a start when there is work again meanwhile", () => {
    const life = stopping().say(configured);
    expect(life.effects).to.deep.equal([]);
    expect(life.say(died(0)).kinds).to.deep.equal(["spawn", "configure"]);
  });
});

describe("child: every event in every state", () => {
  const states: Readonly<Record<string, () => Life>> = {
    absent: () => new Life(),
    starting,
    running,
    stopping,
    killed: frozen,
    waiting,
  };
  const events: Readonly<Record<string, ChildEvent>> = {
    configured,
    spawned: { kind: "spawned", pid: 1 },
    spawnFailed: { kind: "spawnFailed", detail: "no" },
    heard: { kind: "heard" },
    ready: { kind: "ready" },
    exited: died(0),
    shutdown: { kind: "shutdown" },
    timeout: { kind: "timeout" },
  };
  /** The state that follows, and the kinds of the effects. */
  const table: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    absent: {
      configured: "starting spawn configure",
      spawned: "absent",
      spawnFailed: "absent",
      heard: "absent",
      ready: "absent",
      exited: "absent",
      shutdown: "absent stopped",
      timeout: "absent",
    },
    starting: {
      configured: "starting configure",
      spawned: "starting",
      spawnFailed: "starting report spawn configure",
      heard: "starting",
      ready: "running started",
      exited: "starting report spawn configure",
      shutdown: "stopping sendShutdown",
      timeout: "starting",
    },
    running: {
      configured: "running configure",
      spawned: "running",
      spawnFailed: "starting report spawn configure",
      heard: "running",
      ready: "running",
      exited: "starting report spawn configure",
      shutdown: "stopping sendShutdown",
      timeout: "running",
    },
    stopping: {
      configured: "stopping",
      spawned: "stopping",
      spawnFailed: "absent report stopped",
      heard: "stopping",
      ready: "stopping",
      exited: "absent stopped",
      shutdown: "stopping",
      timeout: "stopping",
    },
    killed: {
      configured: "killed",
      spawned: "killed",
      spawnFailed: "starting report spawn configure",
      heard: "killed",
      ready: "killed",
      exited: "starting report spawn configure",
      shutdown: "killed",
      timeout: "killed",
    },
    waiting: {
      configured: "waiting",
      spawned: "waiting",
      spawnFailed: "waiting",
      heard: "waiting",
      ready: "waiting",
      exited: "waiting",
      shutdown: "absent stopped",
      timeout: "waiting",
    },
  };
  for (const [state, make] of Object.entries(states)) {
    for (const [name, event] of Object.entries(events)) {
      it(`${state} × ${name}`, () => {
        const life = make().say(event);
        expect([life.child.phase.state, ...life.kinds].join(" ")).to.equal(table[state]?.[name]);
      });
    }
  }
});
