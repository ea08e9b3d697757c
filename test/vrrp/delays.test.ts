// Start delays, and what happens after a stall.
import { expect } from "chai";
import { type StartTimes } from "../../src/vrrp/events.js";
import type { VrrpRouterParams } from "../../src/vrrp/params.js";
import { nextDue } from "../../src/vrrp/router-machine.js";
import { RouterBench, kinds, routerParams } from "../support/router.js";
import { T0, advert, at, ms, params, seconds } from "../support/vrrp.js";
import { instant } from "../../src/base/time.js";
import { fromPeer } from "../support/router.js";

describe("vrrp: start delays", () => {
  const start = (options: Partial<VrrpRouterParams>, since: StartTimes): RouterBench => {
    const bench = new RouterBench([]);
    bench.give({ kind: "configure", params: routerParams([params()], options), resume: [], since });
    return bench;
  };
  const justNow: StartTimes = { daemon: T0, boot: instant(T0 - 100_000_000) };
  const rows: readonly (readonly [string, Partial<VrrpRouterParams>, StartTimes, number | undefined])[] = [
    ["vrrp_startup_delay counts from the start of the daemon", { startupDelay: seconds(5) }, justNow, 5_000],
    [
      "a restarted process waits for the rest only",
      { startupDelay: seconds(5) },
      { ...justNow, daemon: instant(T0 - 4_000_000) },
      1_000,
    ],
    [
      "and for nothing when it is over",
      { startupDelay: seconds(5) },
      { ...justNow, daemon: instant(T0 - 6_000_000) },
      undefined,
    ],
    ["vrrp_delay_after_boot counts from the boot", { delayAfterBoot: seconds(110) }, justNow, 10_000],
    ["a machine that has been up longer does not wait", { delayAfterBoot: seconds(90) }, justNow, undefined],
    ["the longer delay wins", { startupDelay: seconds(15), delayAfterBoot: seconds(110) }, justNow, 15_000],
    ["either way", { startupDelay: seconds(5), delayAfterBoot: seconds(110) }, justNow, 10_000],
  ];
  for (const [name, options, since, heldFor] of rows) {
    it(name, () => {
      const bench = start(options, since);
      expect(bench.stateOf()).to.equal(heldFor === undefined ? "backup" : "initialize");
      if (heldFor === undefined) return;
      bench.give(fromPeer(advert(200)));
      expect(nextDue(bench.state), "advertisements are ignored meanwhile").to.equal(ms(heldFor));
      bench.wake();
      expect(bench.stateOf()).to.equal("backup");
      expect(nextDue(bench.state)).to.equal(ms(heldFor + 3609.375));
    });
  }

  it("does not hold what a reload adds later", () => {
    const bench = start({ startupDelay: seconds(5) }, justNow);
    bench.runUntil(ms(6_000));
    const instances = [params(), params({ name: "VI_2", vrid: 52 })];
    bench.give({
      kind: "configure",
      params: routerParams(instances, { startupDelay: seconds(5) }),
      resume: [],
      since: justNow,
    });
    expect(bench.stateOf("VI_2")).to.equal("backup");
  });
});

describe("vrrp: timer_expired_backup", () => {
  const master = (giveWayToPriority?: number): RouterBench => {
    const bench = new RouterBench([
      params({ preemptMode: false, ...(giveWayToPriority !== undefined && { giveWayToPriority }) }),
    ]);
    bench.wake();
    return bench;
  };
  // The last advertisement went out with the takeover; a backup of priority 200 waits 3 s and 56/256 s for the next.
  const takenOver = 3609.375 + 3218.75;

  it("gives way after a stall in which a backup has taken over, and says nothing", () => {
    const bench = master(200);
    bench.now = ms(takenOver);
    expect(kinds(bench.give({ kind: "timeout" }))).to.deep.equal(["removeAddresses", "master>backup"]);
    expect(bench.member().router.reason).to.deep.equal({ code: "stoodStill", span: 3_218_750 });
    expect(nextDue(bench.state)).to.equal(ms(takenOver + 3609.375));
  });

  it("goes on after a shorter one", () => {
    const bench = master(200);
    bench.now = ms(takenOver - 1);
    expect(kinds(bench.give({ kind: "timeout" }))).to.deep.equal(["transmit"]);
  });

  it("goes on without it, however long it was", () => {
    const bench = master();
    bench.now = at(seconds(60));
    expect(kinds(bench.give({ kind: "timeout" }))).to.deep.equal(["transmit"]);
  });

  it("reckons with down_timer_adverts", () => {
    const instance = params({ preemptMode: false, giveWayToPriority: 200, downTimerAdverts: 10 });
    const bench = new RouterBench([instance]);
    bench.wake();
    bench.now = at(seconds(17));
    expect(kinds(bench.give({ kind: "timeout" }))).to.deep.equal(["transmit"]);
  });
});
