// Links that go and come back: by the administrator, by the cable, and behind the switch where nobody is told.
import { expect } from "chai";
import { isAdvert, isAnnouncement } from "./lab/capture.js";
import { VIP } from "./lab/conf.js";
import { openWithMasterA } from "./lab/pairing.js";
import { forEachPair, topologySuite } from "./lab/scenario.js";

topologySuite("links", () => {
  forEachPair("the master's interface is set down and up again", {}, async (lab, pair) => {
    const { a, mark } = await openWithMasterA(lab, pair);
    await a.host.linkDown();
    await a.daemon.inState("VI_1", "FAULT");
    await lab.capture.until("gratuitous ARP from b", isAnnouncement({ sender: "b", address: VIP }), mark);
    await lab.untilHeldBy(VIP, ["b"]);
    const up = lab.capture.mark();
    await a.host.linkUp();
    await lab.capture.until("gratuitous ARP from a", isAnnouncement({ sender: "a", address: VIP }), up);
    await lab.untilHeldBy(VIP, ["a"]);
  });

  forEachPair("the master's cable is unplugged and plugged in again", {}, async (lab, pair) => {
    const { a, mark } = await openWithMasterA(lab, pair);
    await a.host.unplug();
    await a.daemon.inState("VI_1", "FAULT");
    await lab.capture.until("gratuitous ARP from b", isAnnouncement({ sender: "b", address: VIP }), mark);
    await lab.untilHeldBy(VIP, ["b"]);
    const up = lab.capture.mark();
    await a.host.plug();
    await lab.capture.until("gratuitous ARP from a", isAnnouncement({ sender: "a", address: VIP }), up);
    await lab.untilHeldBy(VIP, ["a"]);
  });

  forEachPair("a backup that was unplugged comes back without a word", {}, async (lab, pair) => {
    const { b, mark } = await openWithMasterA(lab, pair);
    await b.host.unplug();
    await b.daemon.inState("VI_1", "FAULT");
    await b.host.plug();
    await b.daemon.inState("VI_1", "BACKUP");
    const back = lab.capture.mark();
    await lab.capture.untilCount(10, "advertisements from a", isAdvert({ sender: "a" }), back);
    expect(lab.capture.adverts(mark, "b")).to.be.empty;
    expect(await lab.holders(VIP)).to.deep.equal(["a"]);
  });

  forEachPair(
    "a cut LAN has two masters; healed, the higher priority keeps the address and announces it again",
    {},
    async (lab, pair) => {
      const { a, b, mark } = await openWithMasterA(lab, pair);
      await a.host.cut();
      await lab.capture.until("gratuitous ARP from b", isAnnouncement({ sender: "b", address: VIP }), mark);
      await lab.untilHeldBy(VIP, ["a", "b"]);
      const healed = lab.capture.mark();
      await a.host.heal();
      await lab.capture.until("gratuitous ARP from a", isAnnouncement({ sender: "a", address: VIP }), healed);
      await lab.untilHeldBy(VIP, ["a"]);
      await b.daemon.inState("VI_1", "BACKUP");
      const settled = lab.capture.mark();
      await lab.capture.untilCount(10, "advertisements from a", isAdvert({ sender: "a" }), settled);
      expect(lab.capture.adverts(settled, "b")).to.be.empty;
    },
  );
});
