// Options that change when something is sent or decided (keepalived.conf(5)): beside keepalived, seen from outside.
import { expect } from "chai";
import { isAdvert, isAnnouncement } from "./lab/capture.js";
import { type InstanceConf, VIP, block, conf, confWith } from "./lab/conf.js";
import type { Host } from "./lab/host.js";
import { EARLY_MICROS, masterDownMicros, startNode, untilMaster } from "./lab/pairing.js";
import { forEachKind, forEachPair, kinds, pairs, topologySuite, withLab } from "./lab/scenario.js";
import { eventuallyTrue } from "./lab/wait.js";

const globals = (...lines: readonly string[]): string => block("global_defs", lines);
const owner = (lines: readonly string[] = []): InstanceConf => ({ priority: 255, lines: ["state MASTER", ...lines] });
const startConf = (host: Host, kind: "vipd" | "keepalived", text: string) => host.start({ kind, conf: text });

topologySuite("timing options", () => {
  forEachKind(
    "vrrp_garp_interval: a gap between announcements of an interface",
    { hosts: ["a"] },
    async (lab, kind) => {
      // keepalived drops the repetitions of an address while others wait.
      const count = kind === "vipd" ? 6 : 4;
      const mark = lab.capture.mark();
      const addresses = [101, 102, 103].map((last) => `10.9.0.${last}/24`);
      const lines = ["garp_master_repeat 2", "garp_master_delay 0"];
      const text = confWith([globals("vrrp_garp_interval 0.2")], { priority: 100, addresses, lines });
      startConf(lab.host("a"), kind, text);
      const sent = await lab.capture.untilCount(count, "gratuitous ARP from a", isAnnouncement({ sender: "a" }), mark);
      const expected = addresses.map((address) => address.replace("/24", ""));
      if (kind === "vipd") expect(sent.map(({ senderIp }) => senderIp)).to.deep.equal([...expected, ...expected]);
      const gaps = sent.slice(1).map(({ at }, index) => at - (sent[index]?.at ?? at));
      expect(Math.min(...gaps)).to.be.at.least(200_000 - 10_000);
    },
  );

  forEachKind("garp_group: interfaces share the gap", { hosts: ["a"], segments: 2 }, async (lab, kind) => {
    const on = (segment: number): InstanceConf => ({
      name: `VI_${segment}`,
      interface: `eth${segment}`,
      vrid: 60 + segment,
      priority: 100,
      addresses: [`10.9.${segment}.100/24`],
      lines: ["garp_master_repeat 2", "garp_master_delay 0"],
    });
    const group = block("garp_group", ["garp_interval 0.3", "interfaces {", "    eth0", "    eth1", "}"]);
    const marks = [lab.captureOf(0).mark(), lab.captureOf(1).mark()];
    startConf(lab.host("a"), kind, confWith([group], on(0), on(1)));
    const sent = await Promise.all(
      marks.map((mark, segment) => lab.captureOf(segment).untilCount(2, "gratuitous ARP", isAnnouncement({}), mark)),
    );
    const times = sent.flat().map(({ at }) => at);
    times.sort((a, b) => a - b);
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? at));
    expect(Math.min(...gaps)).to.be.at.least(300_000 - 10_000);
  });

  forEachPair("two address owners: one gives way", {}, async (lab, pair) => {
    const a = lab.host("a");
    startConf(a, pair.a, conf(owner()));
    await untilMaster(lab, "a");
    await a.cut();
    startConf(lab.host("b"), pair.b, conf(owner()));
    await lab.untilHeldBy(VIP, ["a", "b"]);
    await a.heal();
    await eventuallyTrue("one host holds it", async () => (await lab.holders(VIP)).length === 1);
    const [master = ""] = await lab.holders(VIP);
    const settled = lab.capture.mark();
    await lab.capture.untilCount(10, "advertisements of one", isAdvert({ sender: master }), settled);
    expect(lab.capture.adverts(settled).filter(({ sender }) => sender !== master)).to.be.empty;
    // keepalived 2.2.7 gives way at once; of two vipd it is the lower address, as between equal priorities.
    if (pair.a === "vipd" && pair.b === "vipd") expect(master).to.equal("b");
  });

  if (!kinds.includes("vipd")) return;

  // keepalived 2.2.7 was seen to wait for ever after it while it heard a master of lower priority.
  for (const pair of pairs.filter(({ a }) => a === "vipd")) {
    it(`vrrp_startup_delay: nothing is heard or said meanwhile [${pair.a}/${pair.b}]`, () =>
      withLab({}, async (lab) => {
        startNode(lab, "b", pair, { priority: 100 });
        await untilMaster(lab, "b");
        const mark = lab.capture.mark();
        const started = lab.capture.adverts(mark - 1).at(-1)?.at ?? 0;
        startConf(lab.host("a"), pair.a, confWith([globals("vrrp_startup_delay 2")], { priority: 200 }));
        const first = await lab.capture.until("an advertisement from a", isAdvert({ sender: "a" }), mark);
        expect(first.at - started).to.be.at.least(2_000_000 + masterDownMicros(200, 100_000) - EARLY_MICROS);
        await lab.untilHeldBy(VIP, ["a"]);
      }));
  }

  it("two address owners: of one that does not yield and advertises often, the other one gives way [vipd]", () =>
    withLab({}, async (lab) => {
      startConf(lab.host("a"), "vipd", conf(owner(["owner_ignore_adverts"])));
      await untilMaster(lab, "a");
      const a = lab.host("a");
      await a.cut();
      const b = startConf(lab.host("b"), "vipd", conf({ ...owner(), advertInt: 1 }));
      await lab.untilHeldBy(VIP, ["a", "b"]);
      const mark = lab.capture.mark();
      await a.heal();
      await lab.untilHeldBy(VIP, ["a"]);
      expect(await b.instance("VI_1")).to.include({ state: "backup", effectivePriority: 254 });
      // It insisted first.
      expect(lab.capture.adverts(mark, "b").length).to.be.at.least(2);
      await a.daemons[0]?.sigterm();
      await lab.untilHeldBy(VIP, ["b"]);
      const again = lab.capture.mark();
      await lab.capture.until("priority 255 from b", isAdvert({ sender: "b", priority: 255 }), again);
    }));

  it("timer_expired_backup: a process that stood still gives way without a word [vipd/keepalived]", () =>
    withLab({}, async (lab) => {
      const lines = ["state BACKUP", "nopreempt"];
      const pair = { a: "vipd", b: "keepalived" } as const;
      const a = startNode(lab, "a", pair, { priority: 200, lines: [...lines, "timer_expired_backup 100"] });
      await untilMaster(lab, "a");
      const b = startNode(lab, "b", pair, { priority: 100, lines });
      await b.daemon.inState("VI_1", "BACKUP");
      const mark = lab.capture.mark();
      const child = a.daemon.vrrpPid;
      a.daemon.freezeVrrpChild();
      await lab.capture.until("an advertisement from b", isAdvert({ sender: "b" }), mark);
      const thawed = lab.capture.mark();
      a.daemon.thaw(child);
      await lab.untilHeldBy(VIP, ["b"]);
      await a.daemon.inState("VI_1", "BACKUP");
      expect(a.daemon.vrrpPid, "it was not replaced").to.equal(child);
      await lab.capture.untilCount(10, "advertisements from b", isAdvert({ sender: "b" }), thawed);
      expect(lab.capture.adverts(thawed, "a")).to.be.empty;
    }));
});
