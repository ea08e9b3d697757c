// The whole (state x event) table of one virtual router, cell by cell: the next state and the exact effects in order.
import { expect } from "chai";
import type { Instant } from "../../src/base/time.js";
import type { StateName, VrrpEffect } from "../../src/vrrp/effects.js";
import type { VrrpEvent } from "../../src/vrrp/events.js";
import type { VirtualRouterParams } from "../../src/vrrp/params.js";
import { step } from "../../src/vrrp/state-machine.js";
import { type Phase, type VirtualRouter, nextDue } from "../../src/vrrp/virtual-router.js";
import {
  HIGHER_ADDRESS,
  LOWER_ADDRESS,
  OUR_ADDRESS,
  T0,
  address,
  backup,
  hears,
  master,
  micros,
  ms,
  params,
  quiet,
  routerIn,
  seconds,
} from "../support/vrrp.js";

/** What a cell says: effects in short form, the state after, and where the deadline stands in milliseconds after T0. */
interface Cell {
  readonly name: string;
  readonly event: VrrpEvent;
  readonly with?: Partial<VirtualRouterParams>;
  readonly router?: Partial<VirtualRouter>;
  readonly phase?: Phase;
  readonly now?: Instant;
  readonly to: StateName;
  readonly effects: readonly string[];
  readonly due?: number;
  /** End of preempt_delay afterwards, in milliseconds after T0; not looked at where the cell does not name it. */
  readonly preemptAfter?: number | undefined;
}

function short(effect: VrrpEffect): string {
  switch (effect.kind) {
    case "sendAdvert":
      return `advert ${effect.priority}`;
    case "installAddresses":
      return `install ${effect.addresses.length}`;
    case "removeAddresses":
      return `remove ${effect.addresses.length}`;
    case "announce":
      return `announce ${effect.addresses.length}x${effect.rounds}`;
    case "transition":
      return `${effect.from}>${effect.to} ${effect.reason.code}`;
    case "priority":
      return `priority ${effect.from}>${effect.to}`;
    case "lowerPriorityHeard":
      return `lower ${effect.priority}`;
    case "complain":
      return `complain ${effect.about.kind}`;
  }
}

const down = [{ kind: "interfaceDown", interfaceName: "eth0" }] as const;
const other = params({ priority: 100, advertisementInterval: seconds(2) });
const moved = params({ addresses: [address("10.0.0.101/24"), address("10.0.0.102/24")] });

const stop: VrrpEvent = { kind: "shutdown", why: "shutdown" };
const removed: VrrpEvent = { kind: "shutdown", why: "removedByReload" };
const fault: VrrpEvent = { kind: "faultsChanged", causes: down };
const healthy: VrrpEvent = { kind: "faultsChanged", causes: [] };
const lost: VrrpEvent = { kind: "addressesLost", addresses: [address("10.0.0.100/24")] };
const timeout: VrrpEvent = { kind: "timeout" };
const startup: VrrpEvent = { kind: "startup" };
const priority: VrrpEvent = { kind: "priorityChanged", priority: 90 };
const samePriority: VrrpEvent = { kind: "priorityChanged", priority: 100 };
const source: VrrpEvent = { kind: "sourceChanged", source: LOWER_ADDRESS };
const replaced: VrrpEvent = { kind: "paramsReplaced", params: other };

const table: Record<"initialize" | "backup" | "master" | "fault" | "stopped", readonly Cell[]> = {
  initialize: [
    // Master_Down_Interval = 3 * 1 s + (256 - 100)/256 s
    {
      name: "startup",
      event: startup,
      to: "backup",
      effects: ["remove 1", "initialize>backup startup"],
      due: 3609.375,
    },
    {
      name: "startup, version 3",
      event: startup,
      with: { version: 3, priority: 200, advertisementInterval: seconds(0.3) },
      router: { priority: 200 },
      to: "backup",
      effects: ["remove 1", "initialize>backup startup"],
      due: 965.625,
    },
    {
      name: "startup with state MASTER: one interval and the smallest skew",
      event: startup,
      with: { startAs: "master" },
      to: "backup",
      effects: ["remove 1", "initialize>backup startupAsMaster"],
      due: 1003.906,
    },
    {
      name: "startup of the address owner",
      event: startup,
      with: { priority: 255, startAs: "master" },
      router: { priority: 255 },
      to: "master",
      effects: ["advert 255", "install 1", "announce 1x1", "initialize>master addressOwner"],
      due: 1000,
    },
    {
      name: "startup of the address owner with an explicit state BACKUP",
      event: startup,
      with: { priority: 255 },
      router: { priority: 255 },
      to: "backup",
      effects: ["remove 1", "initialize>backup startup"],
      due: 3003.906,
    },
    {
      name: "startup of a successor whose peers still wait",
      event: { kind: "startup", resumeUntil: ms(1) },
      to: "master",
      effects: ["advert 100", "install 1", "announce 1x1", "initialize>master resumed"],
      due: 1000,
    },
    {
      name: "startup of a successor that comes too late",
      event: { kind: "startup", resumeUntil: T0 },
      to: "backup",
      effects: ["remove 1", "initialize>backup startup"],
      due: 3609.375,
    },
    {
      name: "startup with a fault",
      event: startup,
      router: { causes: down },
      to: "fault",
      effects: ["remove 1", "initialize>fault fault"],
    },
    { name: "shutdown", event: stop, to: "stopped", effects: ["initialize>stopped shutdown"] },
    { name: "removal", event: removed, to: "stopped", effects: ["initialize>stopped removedByReload"] },
    { name: "timeout", event: timeout, to: "initialize", effects: [] },
    { name: "advertisement", event: hears(200), to: "initialize", effects: [] },
    { name: "priority 0", event: hears(0), to: "initialize", effects: [] },
    { name: "fault", event: fault, to: "initialize", effects: [] },
    { name: "no fault", event: healthy, to: "initialize", effects: [] },
    { name: "priority changed", event: priority, to: "initialize", effects: ["priority 100>90"] },
    { name: "source changed", event: source, to: "initialize", effects: [] },
    { name: "parameters replaced", event: replaced, to: "initialize", effects: [] },
    { name: "addresses lost", event: lost, to: "initialize", effects: [] },
  ],
  backup: [
    {
      name: "timeout at the deadline",
      event: timeout,
      now: ms(3609),
      to: "master",
      effects: ["advert 100", "install 1", "announce 1x1", "backup>master masterDownTimerExpired"],
      due: 4609,
    },
    { name: "timeout before the deadline", event: timeout, now: ms(3608), to: "backup", effects: [], due: 3609 },
    {
      name: "timeout after a resignation",
      event: timeout,
      phase: { ...backup(), expecting: "resignation" },
      router: { heard: { address: LOWER_ADDRESS, priority: 0, lastHeard: T0 } },
      now: ms(3609),
      to: "master",
      effects: ["advert 100", "install 1", "announce 1x1", "backup>master masterResigned"],
      due: 4609,
    },
    {
      name: "timeout while preempting",
      event: timeout,
      phase: { ...backup(), expecting: "preemption" },
      router: { heard: { address: LOWER_ADDRESS, priority: 50, lastHeard: T0 } },
      now: ms(3609),
      to: "master",
      effects: ["advert 100", "install 1", "announce 1x1", "backup>master preempting"],
      due: 4609,
    },
    {
      name: "timeout with two addresses, an excluded one and a second burst",
      event: timeout,
      with: {
        addresses: [address("10.0.0.100/24"), address("10.0.0.101/24")],
        excludedAddresses: [address("10.0.0.102/24")],
        announce: { ...quiet, repeat: 5, delay: seconds(0.5) },
      },
      now: ms(3609),
      to: "master",
      effects: ["advert 100", "install 3", "announce 3x1", "announce 3x4", "backup>master masterDownTimerExpired"],
      due: 4109,
    },
    { name: "higher priority", event: hears(101), now: ms(500), to: "backup", effects: [], due: 4109.375 },
    {
      name: "equal priority from a higher address",
      event: hears(100),
      now: ms(500),
      to: "backup",
      effects: [],
      due: 4109.375,
    },
    {
      name: "equal priority from a lower address",
      event: hears(100, LOWER_ADDRESS),
      now: ms(500),
      to: "backup",
      effects: [],
      due: 4109.375,
    },
    { name: "lower priority: discarded", event: hears(99), now: ms(500), to: "backup", effects: [], due: 3609 },
    {
      name: "lower priority with nopreempt: obeyed",
      event: hears(99),
      with: { preemptMode: false },
      now: ms(500),
      to: "backup",
      effects: [],
      due: 4109.375,
    },
    {
      name: "lower priority, preempt_delay begins",
      event: hears(99),
      with: { preemptDelay: seconds(2) },
      now: ms(500),
      to: "backup",
      effects: [],
      due: 4109.375,
    },
    {
      name: "lower priority, preempt_delay running",
      event: hears(99),
      with: { preemptDelay: seconds(2) },
      phase: { ...backup(), preemptAfter: ms(501) },
      now: ms(500),
      to: "backup",
      effects: [],
      due: 4109.375,
    },
    {
      name: "lower priority, preempt_delay over",
      event: hears(99),
      with: { preemptDelay: seconds(2) },
      phase: { ...backup(), preemptAfter: ms(500) },
      now: ms(500),
      to: "backup",
      effects: [],
      due: 3609,
    },
    {
      name: "priority 0: only the skew is left",
      event: hears(0),
      now: ms(500),
      to: "backup",
      effects: [],
      due: 1109.375,
    },
    {
      name: "version 3 learns the master's interval",
      event: hears(200, HIGHER_ADDRESS, { version: 3, interval: seconds(0.1) }),
      with: { version: 3 },
      now: ms(500),
      to: "backup",
      effects: [],
      due: 860.938,
    },
    { name: "shutdown", event: stop, to: "stopped", effects: ["backup>stopped shutdown"] },
    { name: "removal", event: removed, to: "stopped", effects: ["backup>stopped removedByReload"] },
    { name: "fault", event: fault, to: "fault", effects: ["backup>fault fault"] },
    { name: "no fault", event: healthy, to: "backup", effects: [], due: 3609 },
    { name: "priority changed", event: priority, to: "backup", effects: ["priority 100>90"], due: 3609 },
    { name: "priority as before", event: samePriority, to: "backup", effects: [], due: 3609 },
    { name: "source changed", event: source, to: "backup", effects: [], due: 3609 },
    { name: "a longer interval", event: replaced, now: ms(500), to: "backup", effects: [], due: 6609.375 },
    {
      name: "a new interval does not replace one that was learned",
      event: { kind: "paramsReplaced", params: params({ version: 3, advertisementInterval: seconds(5) }) },
      with: { version: 3 },
      phase: { ...backup(), masterAdverInterval: seconds(0.1) },
      router: { heard: { address: HIGHER_ADDRESS, priority: 200, lastHeard: ms(400) } },
      now: ms(500),
      to: "backup",
      effects: [],
      // heard at 400 ms, learned 100 ms: 400 + 3 * 100 + 156/256 * 100
      due: 760.938,
    },
    {
      name: "a running preempt_delay survives other changes",
      event: { kind: "paramsReplaced", params: params({ preemptDelay: seconds(2), priority: 120 }) },
      with: { preemptDelay: seconds(2) },
      phase: { ...backup(), preemptAfter: ms(800) },
      now: ms(500),
      to: "backup",
      effects: [],
      due: 3609,
      preemptAfter: 800,
    },
    {
      name: "a changed preempt_delay begins anew",
      event: { kind: "paramsReplaced", params: params({ preemptDelay: seconds(3) }) },
      with: { preemptDelay: seconds(2) },
      phase: { ...backup(), preemptAfter: ms(800) },
      now: ms(500),
      to: "backup",
      effects: [],
      due: 3609,
      preemptAfter: undefined,
    },
    {
      name: "other addresses",
      event: { kind: "paramsReplaced", params: moved },
      to: "backup",
      effects: ["remove 1"],
      due: 3609,
    },
    { name: "startup", event: startup, to: "backup", effects: [], due: 3609 },
    { name: "addresses lost", event: lost, to: "backup", effects: [], due: 3609 },
  ],
  master: [
    {
      name: "timeout at the deadline",
      event: timeout,
      now: ms(1000),
      to: "master",
      effects: ["advert 100"],
      due: 2000,
    },
    {
      name: "timeout a little late keeps the schedule",
      event: timeout,
      now: ms(1004),
      to: "master",
      effects: ["advert 100"],
      due: 2000,
    },
    {
      name: "timeout far too late begins anew",
      event: timeout,
      now: ms(5500),
      to: "master",
      effects: ["advert 100"],
      due: 6500,
    },
    { name: "timeout before the deadline", event: timeout, now: ms(999), to: "master", effects: [], due: 1000 },
    {
      name: "timeout with an announcement due",
      event: timeout,
      phase: { ...master(), announcements: [{ at: ms(200), rounds: 5, next: 0 }] },
      now: ms(200),
      to: "master",
      effects: ["announce 1x5"],
      due: 1000,
    },
    {
      name: "higher priority: yields in silence",
      event: hears(101),
      now: ms(500),
      to: "backup",
      effects: ["remove 1", "master>backup higherPriorityAdvert"],
      due: 4109.375,
    },
    {
      name: "higher priority with higher_prio_send_advert",
      event: hears(101),
      with: { higherPrioritySendAdvert: true },
      now: ms(500),
      to: "backup",
      effects: ["advert 100", "remove 1", "master>backup higherPriorityAdvert"],
      due: 4109.375,
    },
    {
      name: "higher priority in version 3: its interval counts",
      event: hears(101, HIGHER_ADDRESS, { version: 3, interval: seconds(0.1) }),
      with: { version: 3 },
      now: ms(500),
      to: "backup",
      effects: ["remove 1", "master>backup higherPriorityAdvert"],
      due: 860.938,
    },
    {
      name: "equal priority, higher address: yields",
      event: hears(100, HIGHER_ADDRESS),
      now: ms(500),
      to: "backup",
      effects: ["remove 1", "master>backup equalPriorityHigherAddress"],
      due: 4109.375,
    },
    {
      name: "equal priority, lower address: answers",
      event: hears(100, LOWER_ADDRESS),
      now: ms(500),
      to: "master",
      effects: ["advert 100", "announce 1x1", "lower 100"],
      due: 1000,
    },
    {
      name: "equal priority, our own address: complains",
      event: hears(100, OUR_ADDRESS),
      now: ms(500),
      to: "master",
      effects: ["complain sameAddressSamePriority"],
      due: 1000,
    },
    {
      name: "lower priority: answers, the schedule stays",
      event: hears(99),
      now: ms(500),
      to: "master",
      effects: ["advert 100", "announce 1x1", "lower 99"],
      due: 1000,
    },
    {
      name: "lower priority again at once: no storm",
      event: hears(99),
      phase: { ...master(), answerAgainAt: ms(501) },
      now: ms(500),
      to: "master",
      effects: [],
      due: 1000,
    },
    {
      name: "lower priority with lower_prio_no_advert",
      event: hears(99),
      with: { lowerPriorityNoAdvert: true },
      now: ms(500),
      to: "master",
      effects: ["announce 1x1", "lower 99"],
      due: 1000,
    },
    {
      name: "lower priority with garp_lower_prio_repeat 0",
      event: hears(99),
      with: { announce: { ...quiet, lowerPriorityRepeat: 0, lowerPriorityDelay: seconds(5) } },
      now: ms(500),
      to: "master",
      effects: ["advert 100", "lower 99"],
      due: 1000,
    },
    {
      name: "lower priority with a second burst",
      event: hears(99),
      with: { announce: { ...quiet, lowerPriorityRepeat: 3, lowerPriorityDelay: seconds(0.1) } },
      now: ms(500),
      to: "master",
      effects: ["advert 100", "announce 1x3", "lower 99"],
      due: 600,
    },
    {
      name: "priority 0: answers at once",
      event: hears(0),
      now: ms(500),
      to: "master",
      effects: ["advert 100"],
      due: 1500,
    },
    {
      name: "two address owners, theirs the higher address",
      event: hears(255),
      with: { priority: 255 },
      router: { priority: 255 },
      to: "backup",
      effects: ["complain twoAddressOwners", "remove 1", "master>backup equalPriorityHigherAddress"],
      due: 3003.906,
    },
    { name: "shutdown", event: stop, to: "stopped", effects: ["advert 0", "remove 1", "master>stopped shutdown"] },
    {
      name: "removal",
      event: removed,
      to: "stopped",
      effects: ["advert 0", "remove 1", "master>stopped removedByReload"],
    },
    { name: "fault", event: fault, to: "fault", effects: ["advert 0", "remove 1", "master>fault fault"] },
    { name: "no fault", event: healthy, to: "master", effects: [], due: 1000 },
    { name: "priority changed", event: priority, to: "master", effects: ["priority 100>90"], due: 1000 },
    { name: "source changed", event: source, to: "master", effects: [], due: 1000 },
    { name: "a longer interval", event: replaced, now: ms(500), to: "master", effects: [], due: 1000 },
    {
      name: "a shorter interval counts at once",
      event: { kind: "paramsReplaced", params: params({ advertisementInterval: seconds(0.1), version: 3 }) },
      now: ms(500),
      to: "master",
      effects: [],
      due: 600,
    },
    {
      name: "other addresses",
      event: { kind: "paramsReplaced", params: moved },
      to: "master",
      effects: ["remove 1", "install 2", "announce 2x1"],
      due: 1000,
    },
    {
      name: "addresses lost",
      event: lost,
      to: "master",
      effects: ["install 1", "announce 1x1", "complain addressesRestored"],
      due: 1000,
    },
    {
      name: "no addresses lost",
      event: { kind: "addressesLost", addresses: [] },
      to: "master",
      effects: [],
      due: 1000,
    },
    { name: "startup", event: startup, to: "master", effects: [], due: 1000 },
  ],
  fault: [
    { name: "no fault any more", event: healthy, to: "backup", effects: ["fault>backup faultCleared"], due: 3609.375 },
    {
      name: "no fault any more, address owner",
      event: healthy,
      with: { priority: 255, startAs: "master" },
      router: { priority: 255 },
      to: "master",
      effects: ["advert 255", "install 1", "announce 1x1", "fault>master addressOwner"],
      due: 1000,
    },
    {
      name: "another fault",
      event: { kind: "faultsChanged", causes: [{ kind: "scriptFailed", script: "s" }] },
      to: "fault",
      effects: [],
    },
    { name: "shutdown", event: stop, to: "stopped", effects: ["fault>stopped shutdown"] },
    { name: "removal", event: removed, to: "stopped", effects: ["fault>stopped removedByReload"] },
    { name: "priority changed", event: priority, to: "fault", effects: ["priority 100>90"] },
    { name: "source changed", event: source, to: "fault", effects: [] },
    { name: "parameters replaced", event: replaced, to: "fault", effects: [] },
    { name: "startup", event: startup, to: "fault", effects: [] },
    { name: "timeout", event: timeout, to: "fault", effects: [] },
    { name: "advertisement", event: hears(200), to: "fault", effects: [] },
    { name: "priority 0", event: hears(0), to: "fault", effects: [] },
    { name: "addresses lost", event: lost, to: "fault", effects: [] },
  ],
  stopped: [
    ...[startup, stop, removed, timeout, hears(200), hears(0), fault, healthy, priority, source, replaced, lost].map(
      (event): Cell => ({ name: event.kind, event, to: "stopped", effects: [] }),
    ),
  ],
};

const phases = {
  initialize: { state: "initialize" },
  backup: backup(),
  master: master(),
  fault: { state: "fault" },
  stopped: { state: "stopped" },
} as const satisfies Record<string, Phase>;

const everyKind: readonly VrrpEvent["kind"][] = [
  "startup",
  "shutdown",
  "timeout",
  "advertReceived",
  "faultsChanged",
  "priorityChanged",
  "sourceChanged",
  "paramsReplaced",
  "addressesLost",
];

describe("vrrp: the state table of a virtual router", () => {
  for (const [state, cells] of Object.entries(table)) {
    describe(state, () => {
      for (const cell of cells) {
        it(`${cell.name} → ${cell.to}`, () => {
          const phase = cell.phase ?? phases[cellState(state)];
          const router: VirtualRouter = { ...routerIn(phase, cell.with), ...cell.router };
          const frozen = JSON.stringify(router);
          const now = cell.now ?? T0;
          const stepped = step(router, cell.event, now);
          expect(stepped.effects.map(short)).to.deep.equal(cell.effects);
          expect(stepped.state.phase.state).to.equal(cell.to);
          const due = nextDue(stepped.state);
          expect(due === undefined ? undefined : Math.round(due - T0) / 1000).to.equal(cell.due);
          if ("preemptAfter" in cell) {
            const { phase: after } = stepped.state;
            const until = after.state === "backup" ? after.preemptAfter : undefined;
            expect(until === undefined ? undefined : (until - T0) / 1000).to.equal(cell.preemptAfter);
          }
          expect(JSON.stringify(router), "the state before the step is not touched").to.equal(frozen);
          if (cell.to !== state) {
            expect(stepped.state.since).to.equal(now);
            expect(stepped.effects.at(-1)).to.deep.include({ kind: "transition", reason: stepped.state.reason });
          }
        });
      }
      it("has a cell for every kind of event", () => {
        const covered = new Set(cells.map((cell) => cell.event.kind));
        expect(everyKind.filter((kind) => !covered.has(kind))).to.deep.equal([]);
      });
    });
  }

  it("takes every parameter change into the next state", () => {
    for (const phase of Object.values(phases)) {
      if (phase.state === "stopped") continue;
      expect(step(routerIn(phase), replaced, T0).state.params).to.equal(other);
    }
  });

  it("counts entries to and exits from master", () => {
    const entered = step(routerIn(backup(T0)), timeout, T0).state;
    expect(entered.statistics.becameMaster).to.equal(1);
    expect(step(entered, stop, T0).state.statistics.releasedMaster).to.equal(1);
  });

  it("waits the interval of down_timer_adverts", () => {
    const router = routerIn({ state: "initialize" }, { downTimerAdverts: 5 });
    expect(nextDue(step(router, startup, T0).state)).to.equal(ms(5609.375));
  });

  it("plans one second burst, however many lower priority advertisements come", () => {
    const announce = { ...quiet, lowerPriorityDelay: seconds(5) };
    let router = routerIn(master(), { announce });
    for (const now of [ms(0), ms(600), ms(1200)]) router = step(router, hears(50), now).state;
    expect(router.phase.state === "master" ? router.phase.announcements.length : 0).to.equal(1);
  });

  it("skips no address of a large list: installed and announced in turns", () => {
    const addresses = Array.from({ length: 70 }, (_, index) => address(`10.0.1.${index}/24`));
    const { effects } = step(routerIn(backup(T0), { addresses, announce: { ...quiet, repeat: 2 } }), timeout, T0);
    expect(effects.map(short)).to.deep.equal([
      "advert 100",
      "install 32",
      "announce 32x1",
      "install 32",
      "announce 32x1",
      "install 6",
      "announce 6x1",
      "announce 70x1",
      "backup>master masterDownTimerExpired",
    ]);
  });

  it("spaces messages by garp_interval, and keeps refreshing on schedule", () => {
    const announce = { ...quiet, repeat: 2, arpInterval: micros(10_000), refresh: seconds(60) };
    const addresses = [address("10.0.0.100/24"), address("10.0.0.101/24")];
    let router = step(
      routerIn(backup(T0), { addresses, announce, advertisementInterval: seconds(200) }),
      timeout,
      T0,
    ).state;
    const sent: number[] = [];
    for (let i = 0; i < 10; i++) {
      const now = nextDue(router) ?? T0;
      const stepped = step(router, timeout, now);
      router = stepped.state;
      if (stepped.effects.some((effect) => effect.kind === "announce")) sent.push((now - T0) / 1000);
    }
    // The first of four messages went out with the takeover; then a gap each; refreshes at 60 s and 120 s.
    expect(sent.slice(0, 7)).to.deep.equal([10, 20, 30, 60_000, 60_010, 120_000, 120_010]);
  });
});

function cellState(name: string): keyof typeof phases {
  if (name === "initialize" || name === "backup" || name === "master" || name === "fault") return name;
  return "stopped";
}
