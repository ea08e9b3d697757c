// Who yields to whom, and when (RFC 5798 §6.4, keepalived.conf(5): nopreempt, preempt_delay).
import { expect } from "chai";
import { isAdvert, isAnnouncement } from "./lab/capture.js";
import { VIP } from "./lab/conf.js";
import { masterDownMicros, startNode, untilMaster } from "./lab/pairing.js";
import { forEachPair, topologySuite } from "./lab/scenario.js";

topologySuite("preemption", () => {
  forEachPair("a higher priority that starts later takes over", {}, async (lab, pair) => {
    const b = startNode(lab, "b", pair, { priority: 100 });
    await untilMaster(lab, "b");
    const mark = lab.capture.mark();
    startNode(lab, "a", pair, { priority: 200 });
    const first = await lab.capture.until("an advertisement from a", isAdvert({ sender: "a" }), mark);
    await lab.capture.until("gratuitous ARP from a", isAnnouncement({ sender: "a", address: VIP }), mark);
    await lab.untilHeldBy(VIP, ["a"]);
    await b.daemon.inState("VI_1", "BACKUP");
    expect(lab.capture.adverts(mark, "b").filter(({ at }) => at > first.at)).to.be.empty;
    expect(lab.capture.adverts(mark, "b").filter(({ priority }) => priority === 0)).to.be.empty;
  });

  forEachPair("nopreempt: it stays backup, and takes over when the master ends", {}, async (lab, pair) => {
    const b = startNode(lab, "b", pair, { priority: 100 });
    await untilMaster(lab, "b");
    const mark = lab.capture.mark();
    const a = startNode(lab, "a", pair, { priority: 200, lines: ["state BACKUP", "nopreempt"] });
    await a.daemon.inState("VI_1", "BACKUP");
    const settled = lab.capture.mark();
    await lab.capture.untilCount(15, "advertisements from b", isAdvert({ sender: "b" }), settled);
    expect(lab.capture.adverts(mark, "a")).to.be.empty;
    await b.daemon.sigterm();
    await lab.capture.until("gratuitous ARP from a", isAnnouncement({ sender: "a", address: VIP }), settled);
    await lab.untilHeldBy(VIP, ["a"]);
  });

  forEachPair("preempt_delay: it waits that long from the first lower advertisement on", {}, async (lab, pair) => {
    startNode(lab, "b", pair, { priority: 100 });
    await untilMaster(lab, "b");
    const mark = lab.capture.mark();
    const a = startNode(lab, "a", pair, { priority: 200, lines: ["state BACKUP", "preempt_delay 2"] });
    const started = lab.capture.adverts(mark - 1).at(-1)?.at ?? 0;
    const first = await lab.capture.until("an advertisement from a", isAdvert({ sender: "a" }), mark);
    expect(first.at - started).to.be.at.least(2_000_000 + masterDownMicros(200, 100_000) - 150_000);
    await lab.untilHeldBy(VIP, ["a"]);
    await a.daemon.inState("VI_1", "MASTER");
  });

  forEachPair("equal priority: the master stays, whoever has the higher address", {}, async (lab, pair) => {
    startNode(lab, "a", pair, { priority: 100 });
    await untilMaster(lab, "a");
    const mark = lab.capture.mark();
    const b = startNode(lab, "b", pair, { priority: 100 });
    await b.daemon.inState("VI_1", "BACKUP");
    const settled = lab.capture.mark();
    await lab.capture.untilCount(10, "advertisements from a", isAdvert({ sender: "a" }), settled);
    expect(lab.capture.adverts(mark, "b")).to.be.empty;
  });

  forEachPair("equal priority: of two masters the higher address stays", {}, async (lab, pair) => {
    const a = startNode(lab, "a", pair, { priority: 100 });
    await untilMaster(lab, "a");
    await a.host.cut();
    const b = startNode(lab, "b", pair, { priority: 100 });
    await lab.untilHeldBy(VIP, ["a", "b"]);
    await a.host.heal();
    await lab.untilHeldBy(VIP, ["b"]);
    await a.daemon.inState("VI_1", "BACKUP");
    await b.daemon.inState("VI_1", "MASTER");
    const settled = lab.capture.mark();
    await lab.capture.untilCount(10, "advertisements from b", isAdvert({ sender: "b" }), settled);
    expect(lab.capture.adverts(settled, "a")).to.be.empty;
  });

  forEachPair("the address owner (255) is master at once and always", {}, async (lab, pair) => {
    const b = startNode(lab, "b", pair, { priority: 254 });
    await untilMaster(lab, "b");
    const mark = lab.capture.mark();
    const a = startNode(lab, "a", pair, { priority: 255, advertInt: 1, lines: ["state MASTER"] });
    const first = await lab.capture.until("an advertisement from a", isAdvert({ sender: "a", priority: 255 }), mark);
    const announced = await lab.capture.until(
      "gratuitous ARP from a",
      isAnnouncement({ sender: "a", address: VIP }),
      mark,
    );
    expect(announced.at - first.at).to.be.below(1_000_000);
    await lab.untilHeldBy(VIP, ["a"]);
    await b.daemon.inState("VI_1", "BACKUP");
    await a.daemon.sigterm();
    await lab.untilHeldBy(VIP, ["b"]);
  });
});
