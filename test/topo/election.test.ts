// Who becomes master, seen from the bridge.
import { expect } from "chai";
import { isAdvert, isAnnouncement } from "./lab/capture.js";
import { VIP, conf } from "./lab/conf.js";
import { forEachPair, topologySuite } from "./lab/scenario.js";

topologySuite("election", () => {
  forEachPair("the higher priority becomes master and announces its address", {}, async (lab, pair) => {
    const mark = lab.capture.mark();
    const [a, b] = [lab.host("a"), lab.host("b")];
    b.start({ kind: pair.b, conf: conf({ priority: 100 }) });
    a.start({ kind: pair.a, conf: conf({ priority: 200 }) });
    await lab.capture.until("an advertisement from a", isAdvert({ sender: "a", priority: 200 }), mark);
    await lab.capture.until("gratuitous ARP from a", isAnnouncement({ sender: "a", address: VIP }), mark);
    await lab.untilHeldBy(VIP, ["a"]);
    const settled = lab.capture.mark();
    await lab.capture.untilCount(10, "advertisements from a", isAdvert({ sender: "a" }), settled);
    expect(lab.capture.adverts(settled, "b")).to.be.empty;
  });
});
