// The virtual MAC address of IPv6, beside keepalived in both roles, and that nobody else speaks with it.
import { expect } from "chai";
import { run } from "./lab/commands.js";
import { conf } from "./lab/conf.js";
import type { Advert, Frame } from "./lab/frames.js";
import type { Lab } from "./lab/lab.js";
import { linkNames } from "./lab/neighbours.js";
import { forEachPair, kinds, topologySuite, withLab } from "./lab/scenario.js";

const VIP = "2001:db8::100";
const VIRTUAL_MAC = "00:00:5e:00:02:33";
const ADDRESSES = [`fe80::100/64`, `${VIP}/64`];

const instance = (priority: number, addresses = ADDRESSES): string =>
  conf({ priority, addresses, lines: ["use_vmac"], advertInt: 0.2 });

const advertOf =
  (source: string) =>
  (frame: Frame): frame is Advert =>
    frame.kind === "advert" && frame.source === source;

topologySuite("virtual MAC of IPv6", () => {
  forEachPair("takeover and return", {}, async (lab, pair) => {
    await Promise.all(lab.hosts.map((host) => host.enableIpv6()));
    const b = lab.host("b").start({ kind: pair.b, conf: instance(100) });
    await lab.untilHeldBy(VIP, ["b"]);
    const a = lab.host("a").start({ kind: pair.a, conf: instance(200) });
    await lab.untilHeldBy(VIP, ["a"]);
    await b.inState("VI_1", "BACKUP");
    await a.sigterm();
    await lab.untilHeldBy(VIP, ["b"]);
    await b.sigterm();
    for (const frame of lab.capture.adverts(0)) expect(frame.sourceMac, frame.source).to.equal(VIRTUAL_MAC);
    for (const frame of lab.capture.frames) {
      if (frame.kind === "neighbour" && frame.target === VIP) expect(frame.targetMac).to.equal(VIRTUAL_MAC);
    }
    expect(await linkNames(lab.host("a"))).to.deep.equal(["eth0", "lo"]);
    expect(await linkNames(lab.host("b"))).to.deep.equal(["eth0", "lo"]);
  });

  if (!kinds.includes("vipd")) return;

  it("a link without a link-local address of the configuration has that of its MAC address while master", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      await host.enableIpv6();
      const daemon = host.start({ kind: "vipd", conf: instance(200, [`${VIP}/64`]) });
      await lab.untilHeldBy(VIP, ["a"]);
      expect(await host.ip("-6 address show vrrp.51")).to.contain("fe80::200:5eff:fe00:233/64");
      await daemon.sigterm();
    }));

  it("neither a backup nor a router that has given way sends a frame with the virtual MAC, forwarding or not", () =>
    withLab({}, async (lab) => {
      await Promise.all(lab.hosts.map((host) => host.enableIpv6()));
      for (const host of lab.hosts) await host.run("sysctl", "-qw", "net.ipv6.conf.all.forwarding=1");
      const b = lab.host("b").start({ kind: "vipd", conf: instance(100) });
      await lab.untilHeldBy(VIP, ["b"]);
      const watched = framesFrom(lab, "b");
      const mark = lab.capture.mark();
      lab.host("a").start({ kind: "vipd", conf: instance(200) });
      const first = await lab.capture.until("an advertisement from a", advertOf("fe80::1"), mark);
      await lab.untilHeldBy(VIP, ["a"]);
      await b.inState("VI_1", "BACKUP");
      await lab.capture.untilCount(15, "advertisements from a", advertOf("fe80::1"), mark);
      const late = (await watched).filter(({ at }) => at > first.at + 150_000);
      expect(late.map(({ line }) => line)).to.deep.equal([]);
    }));
});

/** Frames with the virtual MAC address that come out of a host within six seconds: kernel time in microseconds, and text. */
async function framesFrom(lab: Lab, name: string): Promise<readonly { readonly at: number; readonly line: string }[]> {
  const namespace = lab.segments[0]?.namespace ?? "";
  const tcpdump = `tcpdump -tt -n -l --immediate-mode -i ${name} -Q in ether src ${VIRTUAL_MAC} 2>/dev/null`;
  const said = await run("ip", ["netns", "exec", namespace, "bash", "-c", `timeout 6 ${tcpdump}; true`]);
  return said
    .split("\n")
    .filter(Boolean)
    .map((line) => ({ at: Number.parseFloat(line) * 1_000_000, line }));
}
