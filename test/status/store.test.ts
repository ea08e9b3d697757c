// What the supervisor remembers of the vrrp process.
import { expect } from "chai";
import { instant } from "../../src/base/time.js";
import { StatusStore } from "../../src/status/store.js";
import { master } from "../vipctl/samples.js";

const processView = {
  pid: 7,
  startedAt: instant(1),
  timerLatenessMaxMicros: 0,
  timerLatenessLastMicros: 0,
  unattributed: master.statistics.rejected,
  netlinkOverruns: 0,
  realtime: true,
  memoryLocked: true,
};

const filled = (): StatusStore => {
  const store = new StatusStore();
  store.take({ type: "views", instances: [master], groups: [], process: processView });
  return store;
};

describe("status/store", () => {
  it("knows the sync groups: as they were sent, brought up to date by their transitions, and gone with the process", () => {
    const store = new StatusStore();
    const group = { name: "G", state: "backup", since: instant(1), members: ["VI_1"], waiting: [] } as const;
    store.take({ type: "views", instances: [], groups: [group], process: processView });
    const reason = { code: "masterDownTimerExpired" } as const;
    const happening = store.take({
      type: "groupTransition",
      group: "G",
      from: "backup",
      to: "master",
      instance: "VI_1",
      reason,
      at: instant(2),
    });
    expect(happening).to.deep.equal({
      kind: "groupTransition",
      group: "G",
      from: "backup",
      to: "master",
      instance: "VI_1",
      reason,
    });
    expect(store.groups[0]).to.deep.include({
      state: "master",
      since: instant(2),
      leader: { instance: "VI_1", reason },
    });
    store.processEnded(instant(3));
    expect(store.groups).to.deep.equal([]);
  });

  it("does not go on claiming a state when the process that held it has ended", () => {
    const store = filled();
    expect(store.instance(master.name)?.abandonedAt).to.equal(undefined);
    store.processEnded(instant(99));
    expect(store.instance(master.name)).to.include({ state: "master", abandonedAt: 99 });
    expect(store.process).to.equal(undefined);
  });

  it("believes the successor as soon as it speaks", () => {
    const store = filled();
    store.processEnded(instant(99));
    const reason = { code: "startup" } as const;
    const { name: instance } = master;
    store.take({
      type: "transition",
      instance,
      from: "initialize",
      to: "backup",
      reason,
      priority: 1,
      at: instant(100),
    });
    expect(store.instance(instance)).to.include({ state: "backup", since: 100 });
    expect(store.instance(instance)).not.to.have.property("abandonedAt");
  });

  it("keeps what a stopped instance was", () => {
    const store = filled();
    const reason = { code: "shutdown" } as const;
    const { name: instance } = master;
    store.take({ type: "transition", instance, from: "master", to: "stopped", reason, priority: 1, at: instant(98) });
    store.processEnded(instant(99));
    expect(store.instance(instance)).not.to.have.property("abandonedAt");
  });
});
