// Two routers that both claim to own the addresses (priority 255).
import { expect } from "chai";
import { micros } from "../../src/base/time.js";
import { RouterBench, fromPeer, kinds } from "../support/router.js";
import { advert, ms, params } from "../support/vrrp.js";

const owner = params({ priority: 255, startAs: "master" });
const LOWER = "10.0.0.1";
const HIGHER = "10.0.0.3";

/** An owner that hears another one every `period` milliseconds until `end`. */
function disputed(source: string, period: number, end: number): RouterBench {
  const bench = new RouterBench([owner]);
  for (let now = 10; now <= end; now += period) {
    bench.runUntil(ms(now));
    bench.give(fromPeer(advert(255), { source }));
  }
  return bench;
}

describe("vrrp: two address owners", () => {
  it("the lower address yields at once, and says why", () => {
    const bench = new RouterBench([owner]);
    bench.now = ms(10);
    const effects = kinds(bench.give(fromPeer(advert(255), { source: HIGHER })));
    expect(effects).to.deep.equal(["complain twoAddressOwners", "removeAddresses", "master>backup"]);
    expect(bench.member().router.priority).to.equal(255);
  });

  it("the higher address insists for two advertisements and 1.2 intervals", () => {
    const bench = disputed(LOWER, 100, 3_200);
    expect(bench.stateOf()).to.equal("master");
    expect(bench.log.filter(({ kind }) => kind === "complain")).to.have.length(1);
    bench.now = ms(3_211);
    const effects = kinds(bench.give(fromPeer(advert(255), { source: LOWER })));
    expect(effects).to.deep.equal(["priority", "removeAddresses", "master>backup"]);
    expect(bench.member().router.priority).to.equal(254);
  });

  it("a rival that is heard once is no reason", () => {
    const bench = disputed(LOWER, 100, 100);
    bench.runUntil(ms(20_000));
    bench.give(fromPeer(advert(255), { source: LOWER }));
    expect(bench.stateOf()).to.equal("master");
  });

  it("claims the addresses again when the rival is gone", () => {
    const bench = disputed(LOWER, 100, 3_310);
    expect(bench.stateOf()).to.equal("backup");
    bench.runUntil(ms(8_000));
    expect(bench.stateOf()).to.equal("master");
    expect(bench.member().router.priority).to.equal(255);
  });

  it("claims them from a master that does not own them", () => {
    const bench = disputed(LOWER, 100, 3_310);
    bench.give(fromPeer(advert(100), { source: LOWER }));
    expect(bench.member().router.priority).to.equal(255);
    expect(bench.stateOf()).to.equal("backup");
    bench.runUntil(ms(8_000));
    expect(bench.stateOf()).to.equal("master");
  });

  it("is not talked out of it by news of its trackers", () => {
    const bench = disputed(LOWER, 100, 3_310);
    bench.give({ kind: "trackerChanged", tracker: "script", name: "x", up: true });
    expect(bench.member().router.priority).to.equal(254);
    const { params: configured } = bench.state;
    bench.give({ kind: "configure", params: { ...configured, instances: [{ ...owner, priority: 120 }] }, resume: [] });
    expect(bench.member().router.priority).to.equal(120);
    expect(bench.member().router.conceded).to.equal(undefined);
  });

  it("counts time: a rival that advertises slowly gets longer", () => {
    const slow = advert(255, { version: 3, interval: micros(10_000_000) });
    const bench = new RouterBench([params({ priority: 255, startAs: "master", version: 3 })]);
    for (const now of [10, 10_010, 14_009]) {
      bench.runUntil(ms(now));
      bench.give(fromPeer(slow, { source: LOWER }));
      expect(bench.stateOf(), `at ${now}`).to.equal("master");
    }
    bench.runUntil(ms(14_011));
    bench.give(fromPeer(slow, { source: LOWER }));
    expect(bench.stateOf()).to.equal("backup");
  });
});
