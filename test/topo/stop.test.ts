// How a master leaves: orderly, and not.
import { expect } from "chai";
import { isAdvert, isAnnouncement } from "./lab/capture.js";
import { VIP } from "./lab/conf.js";
import { EARLY_MICROS, masterDownMicros, openWithMasterA, skewMicros, startNode, untilMaster } from "./lab/pairing.js";
import { forEachKind, forEachPair, topologySuite } from "./lab/scenario.js";

const INTERVAL = 100_000;
topologySuite("the end of a master", () => {
  forEachPair("SIGTERM: priority 0, and the backup takes over after its skew time", {}, async (lab, pair) => {
    const { a, b, mark } = await openWithMasterA(lab, pair);
    const exit = await a.daemon.sigterm();
    const resignation = await lab.capture.until("priority 0 from a", isAdvert({ sender: "a", priority: 0 }), mark);
    const takeover = await lab.capture.until(
      "gratuitous ARP from b",
      isAnnouncement({ sender: "b", address: VIP }),
      mark,
    );
    await lab.untilHeldBy(VIP, ["b"]);
    expect(exit).to.deep.equal({ code: 0, signal: null });
    expect(takeover.at - resignation.at).to.be.at.least(skewMicros(100, INTERVAL) - EARLY_MICROS);
    expect(lab.capture.adverts(mark, "a").filter(({ at }) => at > resignation.at)).to.be.empty;
    expect(await a.host.leftovers()).to.deep.equal([]);
    await b.daemon.sigterm();
    expect(await b.host.leftovers()).to.deep.equal([]);
  });

  forEachPair("SIGTERM of the backup is silent", {}, async (lab, pair) => {
    const { b, mark } = await openWithMasterA(lab, pair);
    expect(await b.daemon.sigterm()).to.deep.equal({ code: 0, signal: null });
    const after = lab.capture.mark();
    await lab.capture.untilCount(5, "advertisements from a", isAdvert({ sender: "a" }), after);
    expect(lab.capture.frames.slice(mark).filter(({ sender }) => sender === "b")).to.be.empty;
    expect(await lab.holders(VIP)).to.deep.equal(["a"]);
    expect(await b.host.leftovers()).to.deep.equal([]);
  });

  forEachPair(
    "SIGKILL of the whole tree: takeover after the master down interval, then a clean return",
    {},
    async (lab, pair) => {
      const { a, mark } = await openWithMasterA(lab, pair);
      await a.daemon.killTree();
      const takeover = await lab.capture.until(
        "gratuitous ARP from b",
        isAnnouncement({ sender: "b", address: VIP }),
        mark,
      );
      const last = lab.capture.adverts(0, "a").at(-1);
      expect(takeover.at - (last?.at ?? takeover.at)).to.be.at.least(masterDownMicros(100, INTERVAL) - EARLY_MICROS);
      await lab.untilHeldBy(VIP, ["a", "b"]); // what a dead daemon leaves in its kernel

      const back = startNode(lab, "a", pair, { priority: 50 });
      await lab.untilHeldBy(VIP, ["b"]);
      await back.daemon.inState("VI_1", "BACKUP");
      expect(await back.daemon.sigterm()).to.deep.equal({ code: 0, signal: null });
      expect(await a.host.leftovers()).to.deep.equal([]);
    },
  );

  forEachKind("a left-over address is not configured twice by its next master", { hosts: ["a"] }, async (lab, kind) => {
    const pair = { a: kind, b: kind };
    const first = startNode(lab, "a", pair, { priority: 200 });
    await untilMaster(lab, "a");
    await first.daemon.killTree();
    await first.host.untilHolds(VIP);
    const mark = lab.capture.mark();
    const second = startNode(lab, "a", pair, { priority: 200 });
    await lab.capture.until("gratuitous ARP from a", isAnnouncement({ sender: "a", address: VIP }), mark);
    await second.host.untilHolds(VIP);
    expect(await second.host.prefixes()).to.deep.equal(["10.9.0.1/24", `${VIP}/24`]);
    await second.daemon.sigterm();
    expect(await second.host.leftovers()).to.deep.equal([]);
  });
});
