// The vrrp process dies or freezes while its supervisor lives.
import { expect } from "chai";
import { isAdvert } from "./lab/capture.js";
import { VIP } from "./lab/conf.js";
import type { Daemon } from "./lab/daemon.js";
import { openWithMasterA } from "./lab/pairing.js";
import { forEachPair, kinds, topologySuite, withLab } from "./lab/scenario.js";
import { eventuallyTrue } from "./lab/wait.js";

const untilReplaced = (daemon: Daemon, previous: number): Promise<void> =>
  eventuallyTrue(
    "the vrrp child was replaced",
    () => daemon.runningVrrpPid() !== undefined && daemon.vrrpPid !== previous,
  );

topologySuite("the vrrp process alone", () => {
  forEachPair("killed: it is restarted, and one master remains", {}, async (lab, pair) => {
    const { a, b } = await openWithMasterA(lab, pair);
    const child = a.daemon.vrrpPid;
    a.daemon.killVrrpChild();
    await untilReplaced(a.daemon, child);
    // What the dead child left is on its interface too: only its successor speaks.
    const replaced = lab.capture.mark();
    await lab.capture.untilCount(3, "advertisements from a", isAdvert({ sender: "a" }), replaced);
    await lab.untilHeldBy(VIP, ["a"]);
    await b.daemon.inState("VI_1", "BACKUP");
    expect(await a.host.prefixes()).to.deep.equal(["10.9.0.1/24", `${VIP}/24`]);
    await a.daemon.sigterm();
    expect(await a.host.leftovers()).to.deep.equal([]);
  });

  if (!kinds.includes("vipd")) return;
  const pair = { a: "vipd", b: "keepalived" } as const;

  it("killed at 1 s: its successor goes on as master before anybody notices [vipd/keepalived]", () =>
    withLab({}, async (lab) => {
      const { a, mark } = await openWithMasterA(lab, pair, { advertInt: 1 });
      await lab.capture.until("an advertisement from a", isAdvert({ sender: "a" }), mark);
      const child = a.daemon.vrrpPid;
      a.daemon.killVrrpChild();
      await untilReplaced(a.daemon, child);
      const replaced = lab.capture.mark();
      await lab.capture.untilCount(3, "advertisements from a", isAdvert({ sender: "a" }), replaced);
      expect(lab.capture.adverts(mark, "b")).to.be.empty;
      expect(await lab.holders(VIP)).to.deep.equal(["a"]);
      expect(await a.host.prefixes()).to.deep.equal(["10.9.0.1/24", `${VIP}/24`]);
    }));

  it("frozen at 0.1 s: the backup takes over, the frozen one is killed and replaced, and one master remains [vipd/keepalived]", () =>
    withLab({}, async (lab) => {
      const { a, mark } = await openWithMasterA(lab, pair);
      const child = a.daemon.vrrpPid;
      a.daemon.freezeVrrpChild();
      await lab.capture.until("an advertisement from b", isAdvert({ sender: "b" }), mark);
      await untilReplaced(a.daemon, child);
      await lab.untilHeldBy(VIP, ["a"]);
      const settled = lab.capture.mark();
      await lab.capture.untilCount(10, "advertisements from a", isAdvert({ sender: "a" }), settled);
      expect(lab.capture.adverts(settled, "b")).to.be.empty;
    }));

  it("the supervisor killed: its child leaves in order [vipd/keepalived]", () =>
    withLab({}, async (lab) => {
      const { a, mark } = await openWithMasterA(lab, pair);
      a.daemon.signal("SIGKILL");
      await lab.capture.until("priority 0 from a", isAdvert({ sender: "a", priority: 0 }), mark);
      await lab.untilHeldBy(VIP, ["b"]);
      await eventuallyTrue("nothing runs on a", async () => (await a.host.processes()).length === 0);
    }));
});
