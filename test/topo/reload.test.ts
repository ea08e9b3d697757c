// SIGHUP: what changes, and what must not.
import { expect } from "chai";
import { isAdvert } from "./lab/capture.js";
import { VIP, conf } from "./lab/conf.js";
import { openWithMasterA, startNode, untilMaster } from "./lab/pairing.js";
import { forEachPair, kinds, topologySuite, withLab } from "./lab/scenario.js";

topologySuite("reload", () => {
  forEachPair("a lower priority hands over, a higher one takes back", {}, async (lab, pair) => {
    const { a, b, mark } = await openWithMasterA(lab, pair);
    a.daemon.reload(conf({ priority: 50 }));
    await lab.capture.until("priority 50 from a", isAdvert({ sender: "a", priority: 50 }), mark);
    await lab.untilHeldBy(VIP, ["b"]);
    await a.daemon.inState("VI_1", "BACKUP");
    a.daemon.reload(conf({ priority: 200 }));
    await lab.untilHeldBy(VIP, ["a"]);
    await b.daemon.inState("VI_1", "BACKUP");
    expect(lab.capture.adverts(mark).filter(({ priority }) => priority === 0)).to.be.empty;
  });

  forEachPair("an address more and an address less, without an election", {}, async (lab, pair) => {
    const { a, b, mark } = await openWithMasterA(lab, pair, { addresses: [`${VIP}/24`, "10.9.0.101/24"] });
    const changed = [`${VIP}/24`, "10.9.0.102/24"];
    b.daemon.reload(conf({ priority: 100, addresses: changed }));
    a.daemon.reload(conf({ priority: 200, addresses: changed }));
    await lab.untilHeldBy("10.9.0.102", ["a"]);
    await lab.untilHeldBy("10.9.0.101", []);
    await lab.untilHeldBy(VIP, ["a"]);
    expect(lab.capture.adverts(mark).filter(({ priority }) => priority === 0)).to.be.empty;
  });

  if (!kinds.includes("vipd")) return;

  for (const [title, broken] of [
    ["a missing brace", conf({ priority: 50 }).replace(/\}\s*\}\s*$/, "")],
    ["a missing virtual_router_id", conf({ priority: 50 }).replace(/virtual_router_id.*/, "")],
    ["an interface that does not exist", conf({ priority: 50, interface: "nosuch0" })],
  ] as const) {
    it(`${title} changes nothing [vipd]`, () =>
      withLab({ hosts: ["a"] }, async (lab) => {
        const { host, daemon } = startNode(lab, "a", { a: "vipd", b: "vipd" }, { priority: 200 });
        await untilMaster(lab, "a");
        const child = daemon.vrrpPid;
        const mark = lab.capture.mark();
        const said = daemon.log.length;
        daemon.reload(broken);
        await daemon.loggedSince(said, /reload/i);
        const settled = lab.capture.mark();
        await lab.capture.untilCount(10, "advertisements from a", isAdvert({ sender: "a" }), settled);
        expect(new Set(lab.capture.adverts(mark).map(({ priority }) => priority))).to.deep.equal(new Set([200]));
        expect(daemon.vrrpPid).to.equal(child);
        expect(await host.prefixes()).to.deep.equal(["10.9.0.1/24", `${VIP}/24`]);
        const { whole } = await daemon.status();
        expect(whole["lastReload"]).to.include({ ok: false });
        await daemon.sigterm();
        expect(await host.leftovers()).to.deep.equal([]);
      }));
  }
});
