// How long a successor may count on nobody having noticed.
import { expect } from "chai";
import fc from "fast-check";
import { instant } from "../../src/base/time.js";
import type { InstanceView } from "../../src/status/views.js";
import { resumptions } from "../../src/supervise/resume.js";
import { noStatistics } from "../../src/vrrp/statistics.js";

const view = (more: Partial<InstanceView>): InstanceView => ({
  name: "VI_1",
  state: "master",
  since: instant(0),
  reason: { code: "startup" },
  faults: [],
  interfaceName: "eth0",
  destinations: ["224.0.0.18"],
  vrid: 1,
  version: 3,
  family: 4,
  basePriority: 100,
  effectivePriority: 100,
  advertisementIntervalMicros: 1_000,
  masterAdvertisementIntervalMicros: 1_000,
  masterDownIntervalMicros: 3_600,
  preempt: true,
  preemptDelayMicros: 0,
  addresses: [],
  routing: [],
  trackers: [],
  statistics: noStatistics,
  ...more,
});

describe("resume", () => {
  it("is for masters only", () => {
    for (const state of ["initialize", "backup", "fault", "stopped"] as const) {
      expect(resumptions([view({ state })], instant(0), instant(0))).to.deep.equal([]);
    }
    expect(resumptions([view({})], instant(0), instant(0))).to.have.lengthOf(1);
  });

  it("counts three intervals from the last advertisement that is certain", () => {
    // Alive at 5,000 and advertising every 1,000: there was one at 4,000 or later.
    expect(resumptions([view({})], instant(5_000), instant(5_000))).to.deep.equal([{ instance: "VI_1", until: 7_000 }]);
    // The next was planned for 5,700: so the last was at 4,700.
    const planned = view({ nextDeadline: instant(5_700) });
    expect(resumptions([planned], instant(5_000), instant(5_000))).to.deep.equal([{ instance: "VI_1", until: 7_700 }]);
    // That plan is old; the heartbeat is what counts.
    const old = view({ nextDeadline: instant(2_000) });
    expect(resumptions([old], instant(5_000), instant(5_000))).to.deep.equal([{ instance: "VI_1", until: 7_000 }]);
  });

  it("never says more than three intervals after an advertisement that was sent", () => {
    const times = fc.record({
      interval: fc.integer({ min: 10, max: 5_000 }),
      since: fc.integer({ min: 0, max: 5_000 }),
      seen: fc.integer({ min: 0, max: 20_000 }),
      alive: fc.integer({ min: 0, max: 20_000 }),
    });
    fc.assert(
      fc.property(times, ({ interval, since, seen, alive }) => {
        const sentUpTo = (at: number): number => since + Math.floor((at - since) / interval) * interval;
        const viewAt = since + seen;
        const aliveAt = viewAt + alive;
        const last = view({
          advertisementIntervalMicros: interval,
          nextDeadline: instant(sentUpTo(viewAt) + interval),
        });
        const [found] = resumptions([last], instant(aliveAt), instant(aliveAt));
        return found !== undefined && found.until <= sentUpTo(aliveAt) + 3 * interval;
      }),
    );
  });

  it("is over when that time has passed", () => {
    expect(resumptions([view({})], instant(5_000), instant(6_999))).to.have.lengthOf(1);
    expect(resumptions([view({})], instant(5_000), instant(7_000))).to.deep.equal([]);
  });
});
