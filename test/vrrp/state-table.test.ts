// The whole (state x event) table of one virtual router, cell by cell: the next state and the exact effects in order.
import { expect } from "chai";
import type { VrrpEffect } from "../../src/vrrp/effects.js";
import type { VrrpEvent } from "../../src/vrrp/events.js";
import { step } from "../../src/vrrp/state-machine.js";
import { type Phase, type VirtualRouter, nextDue } from "../../src/vrrp/virtual-router.js";
import { T0, address, backup, hears, master, ms, quiet, routerIn, seconds } from "../support/vrrp.js";
import { backupCells } from "./table/backup.js";
import {
  type Cell,
  fault,
  healthy,
  lost,
  other,
  priority,
  removed,
  replaced,
  source,
  startup,
  stop,
  timeout,
  again,
  toBackup,
  toMaster,
} from "./table/cell.js";
import { faultCells } from "./table/fault.js";
import { initializeCells } from "./table/initialize.js";
import { masterCells } from "./table/master.js";

function short(effect: VrrpEffect): string {
  switch (effect.kind) {
    case "sendAdvert":
      return `advert ${effect.priority}`;
    case "installAddresses":
      return `install ${effect.addresses.length}`;
    case "removeAddresses":
      return `remove ${effect.addresses.length}`;
    case "installRouting":
    case "removeRouting":
      return `${effect.kind} ${effect.items.length}`;
    case "announce":
      return `announce ${effect.addresses.length}x${effect.rounds}`;
    case "announceSource":
      return effect.kind;
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

const everyEvent = [
  startup,
  stop,
  removed,
  timeout,
  toMaster,
  toBackup,
  again,
  hears(200),
  hears(0),
  fault,
  healthy,
  priority,
  source,
  replaced,
  lost,
];

const table = {
  initialize: initializeCells,
  backup: backupCells,
  master: masterCells,
  fault: faultCells,
  stopped: everyEvent.map((event): Cell => ({ name: event.kind, event, to: "stopped", effects: [] })),
} as const satisfies Record<string, readonly Cell[]>;

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
  "groupLeads",
  "announceAgain",
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
});

function cellState(name: string): keyof typeof phases {
  if (name === "initialize" || name === "backup" || name === "master" || name === "fault") return name;
  return "stopped";
}
