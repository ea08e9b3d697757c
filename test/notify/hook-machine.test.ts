import { expect } from "chai";
import fc from "fast-check";
import type { CommandOutcome } from "../../src/base/command.js";
import { instant, seconds } from "../../src/base/time.js";
import { hookMachine, noHooks, type HookEffect, type HookEvent, type Hooks } from "../../src/notify/hook-machine.js";
import { PENDING_LIMIT } from "../../src/notify/hook-queue.js";
import { groupSubject, instanceSubject, type HookParams } from "../../src/notify/params.js";
import type { Reason, StateName } from "../../src/vrrp/effects.js";

const identity = { user: "root", uid: 0, gid: 0, groups: [] };
const hooksOf = (instance: string): HookParams => ({
  subject: instanceSubject(instance),
  any: { argv: ["/any"], identity },
});
const success: CommandOutcome = { kind: "exited", status: 0 };

/** The hooks of some instances on a clock of their own; runs are remembered as "INSTANCE STATE". */
class Bench {
  hooks: Hooks;
  effects: HookEffect[] = [];
  readonly runs: string[] = [];
  readonly running = new Map<number, string>();

  constructor(instances: readonly string[], parallel = 4) {
    this.hooks = noHooks({ timeout: seconds(60), parallel });
    this.step({ kind: "configure", hooks: instances.map(hooksOf) });
  }

  step(event: HookEvent, second = 0): readonly HookEffect[] {
    const { state, effects } = hookMachine.step(this.hooks, event, instant(second * 1_000_000));
    this.hooks = state;
    this.effects.push(...effects);
    for (const effect of effects) {
      if (effect.kind !== "run") continue;
      const what = `${effect.subject.name} ${String(effect.command.argv[3])}`;
      this.runs.push(what);
      this.running.set(effect.id, what);
    }
    return effects;
  }

  transition(instance: string, to: StateName, reason: Reason = { code: "startup" }): readonly HookEffect[] {
    return this.step({ kind: "transition", subject: instanceSubject(instance), to, reason, priority: 100 });
  }

  /** The oldest run that goes on ends. */
  end(outcome: CommandOutcome = success, second = 0): readonly HookEffect[] {
    const [id = 0] = this.running.keys();
    this.running.delete(id);
    return this.step({ kind: "ended", id, outcome }, second);
  }

  endAll(): void {
    while (this.running.size > 0) this.end();
  }

  due(): number | undefined {
    const due = hookMachine.nextDue(this.hooks);
    return due === undefined ? undefined : due / 1_000_000;
  }

  kinds(): readonly string[] {
    return this.effects.map(({ kind }) => kind);
  }
}

describe("hook machine", () => {
  it("runs the hooks of one instance one after the other, in the order of the transitions", () => {
    const bench = new Bench(["A"]);
    bench.transition("A", "backup");
    bench.transition("A", "master");
    bench.transition("A", "fault");
    expect(bench.runs).to.deep.equal(["A BACKUP"]);
    bench.end();
    expect(bench.runs).to.deep.equal(["A BACKUP", "A MASTER"]);
    bench.endAll();
    expect(bench.runs).to.deep.equal(["A BACKUP", "A MASTER", "A FAULT"]);
  });

  it("runs the hooks of different instances side by side, up to the limit", () => {
    const bench = new Bench(["A", "B", "C"], 2);
    for (const instance of ["A", "B", "C"]) bench.transition(instance, "master");
    expect(bench.runs).to.deep.equal(["A MASTER", "B MASTER"]);
    bench.end();
    expect(bench.runs).to.deep.equal(["A MASTER", "B MASTER", "C MASTER"]);
  });

  it("lets no instance starve behind one with a long queue", () => {
    const bench = new Bench(["A", "B"], 1);
    for (const state of ["backup", "master", "backup"] as const) bench.transition("A", state);
    bench.transition("B", "master");
    bench.end();
    expect(bench.runs).to.deep.equal(["A BACKUP", "B MASTER"]);
  });

  it("goes on to the next hook when one fails or cannot be started", () => {
    const bench = new Bench(["A"]);
    bench.transition("A", "backup");
    bench.transition("A", "master");
    const effects = bench.end({ kind: "notStarted", program: "/any", code: "ENOENT", reason: "/any does not exist" });
    expect(effects[0]).to.deep.include({ kind: "ended", subject: instanceSubject("A"), ok: false });
    expect(bench.runs).to.deep.equal(["A BACKUP", "A MASTER"]);
  });

  describe("of a sync group", () => {
    const group = groupSubject("A");
    const inGroup = (): Bench => {
      const bench = new Bench([]);
      const any = { argv: ["/any"], identity };
      const ofGroup: HookParams = { subject: group, members: ["A", "B"], any };
      bench.step({ kind: "configure", hooks: [hooksOf("A"), hooksOf("B"), ofGroup] });
      return bench;
    };
    const enter = (bench: Bench, to: StateName): void => {
      for (const name of ["A", "B"]) bench.transition(name, to);
      bench.step({ kind: "transition", subject: group, to, reason: { code: "startup" }, priority: 0 });
    };

    it("run when those of all members have ended, with GROUP, the name, the state and 0", () => {
      const bench = inGroup();
      enter(bench, "master");
      expect(bench.runs).to.deep.equal(["A MASTER", "B MASTER"]);
      bench.end();
      expect(bench.runs).to.have.length(2);
      const [, run] = bench.end();
      expect(run).to.deep.nested.include({ subject: group });
      expect(run).to.have.deep.nested.property("command.argv", ["/any", "GROUP", "A", "MASTER", "0"]);
    });

    it("do not wait for what the members are told later", () => {
      const bench = inGroup();
      bench.step({ kind: "transition", subject: group, to: "backup", reason: { code: "startup" }, priority: 0 });
      bench.transition("A", "backup");
      expect(bench.runs).to.deep.equal(["A BACKUP", "A BACKUP"]);
    });

    it("wait for older notifications of the members only, and leave the places of others free", () => {
      const bench = inGroup();
      enter(bench, "backup");
      enter(bench, "master");
      bench.end();
      bench.end();
      expect(bench.runs).to.deep.equal(["A BACKUP", "B BACKUP", "A MASTER", "A BACKUP", "B MASTER"]);
      bench.endAll();
      expect(bench.runs.slice(5)).to.deep.equal(["A MASTER"]);
    });

    it("are forgotten with their group", () => {
      const bench = inGroup();
      bench.step({ kind: "configure", hooks: [hooksOf("A"), hooksOf("B")] });
      expect([...bench.hooks.queues.keys()]).to.deep.equal(["INSTANCE A", "INSTANCE B"]);
    });
  });

  it("ignores instances without hooks and runs that it does not know", () => {
    const bench = new Bench(["A"]);
    expect(bench.transition("B", "master")).to.deep.equal([]);
    expect(bench.step({ kind: "ended", id: 99, outcome: success })).to.deep.equal([]);
  });

  describe("a resumed master", () => {
    it("is not told again", () => {
      const bench = new Bench(["A"]);
      bench.transition("A", "master");
      bench.endAll();
      expect(bench.transition("A", "master", { code: "resumed" })).to.deep.equal([]);
    });

    it("is told when the last word was another", () => {
      const bench = new Bench(["A"]);
      bench.transition("A", "backup");
      bench.endAll();
      bench.transition("A", "master", { code: "resumed" });
      expect(bench.runs).to.deep.equal(["A BACKUP", "A MASTER"]);
    });

    it("is not told again after a reload of the hooks either", () => {
      const bench = new Bench(["A"]);
      bench.transition("A", "master");
      bench.endAll();
      bench.step({ kind: "configure", hooks: [hooksOf("A")] });
      expect(bench.transition("A", "master", { code: "resumed" })).to.deep.equal([]);
    });

    it("whose process came back too late hears of every transition", () => {
      const bench = new Bench(["A"]);
      bench.transition("A", "master");
      bench.transition("A", "backup", { code: "startup" });
      bench.transition("A", "master", { code: "masterDownTimerExpired" });
      bench.endAll();
      expect(bench.runs).to.deep.equal(["A MASTER", "A BACKUP", "A MASTER"]);
    });
  });

  describe("time limit", () => {
    it("ends a hook by SIGTERM, then SIGKILL, reports it, and goes on", () => {
      const bench = new Bench(["A"]);
      bench.transition("A", "backup");
      bench.transition("A", "master");
      expect(bench.due()).to.equal(60);
      expect(bench.step({ kind: "timeout" }, 60)).to.deep.equal([{ kind: "kill", id: 1, signal: "SIGTERM" }]);
      expect(bench.step({ kind: "timeout" }, 62)).to.deep.equal([{ kind: "kill", id: 1, signal: "SIGKILL" }]);
      const effects = bench.end({ kind: "signalled", signal: "SIGKILL" }, 62);
      expect(effects[0]).to.include({ ok: false, outcome: "took longer than 60 s, then ended by signal SIGKILL" });
      expect(bench.runs).to.deep.equal(["A BACKUP", "A MASTER"]);
      expect(bench.due()).to.equal(122);
    });

    it("is not kept by a hook that ends with success after SIGTERM", () => {
      const bench = new Bench(["A"]);
      bench.transition("A", "backup");
      bench.step({ kind: "timeout" }, 60);
      expect(bench.end(success, 61)[0]).to.include({ ok: false });
    });
  });

  describe("a queue that grows", () => {
    const flap = (bench: Bench, times: number): void => {
      for (let i = 0; i < times; i++) bench.transition("A", i % 2 === 0 ? "backup" : "master");
    };

    it("keeps everything up to its limit", () => {
      const bench = new Bench(["A"]);
      flap(bench, PENDING_LIMIT + 1);
      bench.endAll();
      expect(bench.runs).to.have.length(PENDING_LIMIT + 1);
      expect(bench.kinds()).not.to.include("superseded");
    });

    it("is collapsed beyond it, says so, and still tells the last state", () => {
      const bench = new Bench(["A"]);
      flap(bench, PENDING_LIMIT + 2);
      const superseded = bench.effects.find((effect) => effect.kind === "superseded");
      expect(superseded).to.have.property("states").with.length(PENDING_LIMIT);
      bench.endAll();
      expect(bench.runs).to.have.length(2);
      expect(bench.runs.at(-1)).to.equal((PENDING_LIMIT + 2) % 2 === 0 ? "A MASTER" : "A BACKUP");
    });

    it("takes a burst of lower priority advertisements for one", () => {
      const any = hooksOf("A");
      const low = { argv: ["/low", "", "", "LOW"], identity };
      const bench = new Bench([]);
      bench.step({ kind: "configure", hooks: [{ ...any, masterReceivedLowerPriority: low }] });
      bench.transition("A", "master");
      for (let i = 0; i < 100; i++) bench.step({ kind: "lowerPriorityHeard", instance: "A", priority: 100 });
      bench.endAll();
      expect(bench.runs).to.deep.equal(["A MASTER", "A LOW"]);
    });
  });

  describe("reload", () => {
    it("calls the hooks of a removed instance one last time, and then forgets it", () => {
      const bench = new Bench(["A", "B"]);
      bench.transition("A", "master");
      bench.endAll();
      bench.step({ kind: "configure", hooks: [hooksOf("B")] });
      bench.transition("A", "stopped", { code: "removedByReload" });
      expect(bench.runs.at(-1)).to.equal("A FAULT");
      bench.endAll();
      expect([...bench.hooks.queues.keys()]).to.deep.equal(["INSTANCE B"]);
    });

    it("runs the new scripts for what follows, and leaves alone what runs", () => {
      const bench = new Bench(["A"]);
      bench.transition("A", "backup");
      const changed = { argv: ["/other"], identity };
      bench.step({ kind: "configure", hooks: [{ subject: instanceSubject("A"), any: changed }] });
      bench.transition("A", "master");
      const [, run] = bench.end();
      expect(run).to.have.nested.property("command.argv[0]", "/other");
    });
  });

  describe("drain", () => {
    const deadline = instant(10_000_000);

    it("is done at once when nothing runs", () => {
      expect(new Bench(["A"]).step({ kind: "drain", deadline })).to.deep.equal([{ kind: "drained" }]);
    });

    it("waits for what runs and what is queued", () => {
      const bench = new Bench(["A"]);
      bench.transition("A", "master");
      bench.transition("A", "stopped", { code: "shutdown" });
      expect(bench.step({ kind: "drain", deadline })).to.deep.equal([]);
      bench.endAll();
      expect(bench.runs).to.deep.equal(["A MASTER", "A STOP"]);
      expect(bench.kinds().at(-1)).to.equal("drained");
    });

    it("ends what runs at the deadline, and says what was not told", () => {
      const bench = new Bench(["A"]);
      bench.transition("A", "master");
      bench.transition("A", "stopped", { code: "shutdown" });
      bench.step({ kind: "drain", deadline });
      expect(bench.due()).to.equal(10);
      expect(bench.step({ kind: "timeout" }, 10)).to.deep.equal([
        { kind: "abandoned", subject: instanceSubject("A"), states: ["STOP"] },
        { kind: "kill", id: 1, signal: "SIGTERM" },
      ]);
      expect(bench.transition("A", "stopped", { code: "shutdown" })).to.deep.equal([
        { kind: "abandoned", subject: instanceSubject("A"), states: ["STOP"] },
      ]);
      const effects = bench.end({ kind: "signalled", signal: "SIGTERM" }, 10);
      expect(effects.map(({ kind }) => kind)).to.deep.equal(["ended", "drained"]);
    });
  });

  it("keeps order per instance, the limit of parallel runs, and never loses the last state", () => {
    const happening = fc.oneof(
      fc.record({
        instance: fc.constantFrom("A", "B", "C"),
        to: fc.constantFrom<StateName>("master", "backup", "fault"),
      }),
      fc.constant("end"),
    );
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 120 }), fc.integer({ min: 1, max: 3 }), (happenings, parallel) => {
        const bench = new Bench(["A", "B", "C"], parallel);
        const told = new Map<string, string[]>();
        for (const one of happenings) {
          if (typeof one === "string") {
            if (bench.running.size > 0) bench.end();
          } else {
            bench.transition(one.instance, one.to);
            told.set(one.instance, [...(told.get(one.instance) ?? []), `${one.instance} ${one.to.toUpperCase()}`]);
          }
          expect(bench.running.size).to.be.at.most(parallel);
          const busy = [...bench.running.values()].map((run) => run[0]);
          expect(new Set(busy).size).to.equal(busy.length);
        }
        bench.endAll();
        for (const [instance, sent] of told) {
          const heard = bench.runs.filter((run) => run.startsWith(instance));
          expect(heard.at(-1)).to.equal(sent.at(-1));
          expect(isSubsequence(heard, sent)).to.equal(true);
        }
      }),
    );
  });
});

function isSubsequence(part: readonly string[], whole: readonly string[]): boolean {
  let next = 0;
  for (const each of whole) if (each === part[next]) next++;
  return next === part.length;
}
