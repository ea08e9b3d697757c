// More than one virtual router in a process.
import { expect } from "chai";
import { isAdvert } from "./lab/capture.js";
import { type InstanceConf, conf } from "./lab/conf.js";
import type { Lab } from "./lab/lab.js";
import { type Pair, forEachPair, topologySuite } from "./lab/scenario.js";

const ADDRESSES = ["10.9.0.100", "10.9.1.100"] as const;

const onSegment = (segment: 0 | 1, priority: number): InstanceConf => ({
  name: `VI_${segment}`,
  interface: `eth${segment}`,
  vrid: 60 + segment,
  priority,
  addresses: [`${ADDRESSES[segment]}/24`],
});

const onOneInterface = (number: number, priority: number): InstanceConf => ({
  name: `VI_${number}`,
  vrid: 70 + number,
  priority,
  addresses: [`10.9.0.10${number}/24`],
});

function start(lab: Lab, pair: Pair, name: "a" | "b", ...instances: readonly InstanceConf[]) {
  return lab.host(name).start({ kind: pair[name], conf: conf(...instances) });
}

topologySuite("several instances", () => {
  forEachPair("mutual backup on two segments", { segments: 2 }, async (lab, pair) => {
    const forB = [onSegment(0, 100), onSegment(1, 200)];
    start(lab, pair, "a", onSegment(0, 200), onSegment(1, 100));
    const b = start(lab, pair, "b", ...forB);
    await lab.untilHeldBy(ADDRESSES[0], ["a"]);
    await lab.untilHeldBy(ADDRESSES[1], ["b"]);

    await b.sigterm();
    await lab.untilHeldBy(ADDRESSES[0], ["a"]);
    await lab.untilHeldBy(ADDRESSES[1], ["a"]);

    start(lab, pair, "b", ...forB);
    await lab.untilHeldBy(ADDRESSES[1], ["b"]);
    await lab.untilHeldBy(ADDRESSES[0], ["a"]);
    for (const [index, master] of ["a", "b"].entries()) {
      const capture = lab.captureOf(index);
      const settled = capture.mark();
      await capture.untilCount(10, `advertisements from ${master}`, isAdvert({ sender: master }), settled);
      expect(capture.adverts(settled).filter(({ sender }) => sender !== master)).to.be.empty;
    }
  });

  forEachPair("a fault on one segment leaves the other alone", { segments: 2 }, async (lab, pair) => {
    const a = start(lab, pair, "a", onSegment(0, 200), onSegment(1, 200));
    const b = start(lab, pair, "b", onSegment(0, 100), onSegment(1, 100));
    await lab.untilHeldBy(ADDRESSES[0], ["a"]);
    await lab.untilHeldBy(ADDRESSES[1], ["a"]);
    await b.inState("VI_1", "BACKUP");
    await lab.host("a").unplug("eth1");
    await a.inState("VI_1", "FAULT");
    await lab.untilHeldBy(ADDRESSES[1], ["b"]);
    await lab.untilHeldBy(ADDRESSES[0], ["a"]);
  });

  forEachPair("several instances on one interface, divided between two routers", {}, async (lab, pair) => {
    start(lab, pair, "a", onOneInterface(1, 200), onOneInterface(2, 100), onOneInterface(3, 200));
    const b = start(lab, pair, "b", onOneInterface(1, 100), onOneInterface(2, 200), onOneInterface(3, 100));
    await lab.untilHeldBy("10.9.0.101", ["a"]);
    await lab.untilHeldBy("10.9.0.102", ["b"]);
    await lab.untilHeldBy("10.9.0.103", ["a"]);
    const mark = lab.capture.mark();
    await b.sigterm();
    await lab.capture.until("vrid 72 with priority 0", isAdvert({ sender: "b", vrid: 72, priority: 0 }), mark);
    await lab.untilHeldBy("10.9.0.102", ["a"]);
    const resigned = lab.capture.adverts(mark, "b").filter(({ priority }) => priority === 0);
    expect(resigned.map(({ vrid }) => vrid)).to.deep.equal([72]);
    expect(await lab.host("b").leftovers()).to.deep.equal([]);
  });
});
