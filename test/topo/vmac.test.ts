// The virtual router MAC address (RFC 5798 §7.3), beside keepalived in both roles.
import { expect } from "chai";
import type { Advert, Frame } from "./lab/frames.js";
import { VIP, conf } from "./lab/conf.js";
import type { DaemonKind } from "./lab/daemon.js";
import type { Lab } from "./lab/lab.js";
import { forgetNeighbours, kernelSettings, knock, linkNames, neighbour } from "./lab/neighbours.js";
import { type Node, startNode } from "./lab/pairing.js";
import { type Pair, forEachKind, forEachPair, kinds, pairs, topologySuite, withLab } from "./lab/scenario.js";
import { eventuallyTrue } from "./lab/wait.js";

const VIRTUAL_MAC = "00:00:5e:00:01:33";
const REAL = ["eth0", "lo"];
const hosts = ["a", "b", "c"];
const lines = ["use_vmac"];

/** With one MAC address for all, the source address tells who speaks. */
const ADDRESSES: Readonly<Record<string, string>> = { a: "10.9.0.1", b: "10.9.0.2" };

const advertOf =
  (name: string, priority?: number) =>
  (frame: Frame): frame is Advert =>
    frame.kind === "advert" &&
    frame.source === ADDRESSES[name] &&
    (priority === undefined || frame.priority === priority);

async function open(
  lab: Lab,
  pair: Pair,
  own: { readonly a?: readonly string[]; readonly b?: readonly string[] } = {},
): Promise<{ readonly a: Node; readonly b: Node }> {
  const a = startNode(lab, "a", pair, { priority: 200, lines: own.a ?? lines });
  await lab.untilHeldBy(VIP, ["a"]);
  const b = startNode(lab, "b", pair, { priority: 100, lines: own.b ?? lines });
  await b.daemon.inState("VI_1", "BACKUP");
  return { a, b };
}

/**
 * The client reaches the address, and what it has learned is the virtual MAC address. Not where keepalived answers: when
 * that asks for its neighbour's MAC address itself, it teaches that the virtual address is at its interface's own.
 */
async function expectClientSees(lab: Lab, { daemon }: Node, mac = VIRTUAL_MAC): Promise<void> {
  const client = lab.host("c");
  await eventuallyTrue(`${VIP} answers`, async () => (await knock(client, VIP)) === "refused");
  if (daemon.kind === "vipd") expect(await neighbour(client, VIP)).to.equal(mac);
}

topologySuite("virtual MAC", () => {
  forEachPair(
    "a client keeps the MAC address over a takeover, and nothing is left behind",
    { hosts },
    async (lab, pair) => {
      const found = await kernelSettings(lab.host("a"));
      const { a, b } = await open(lab, pair);
      await expectClientSees(lab, a);
      await a.daemon.sigterm();
      await lab.untilHeldBy(VIP, ["b"]);
      await expectClientSees(lab, b);
      await forgetNeighbours(lab.host("c"));
      await expectClientSees(lab, b);
      expect(lab.capture.adverts(0).map(({ sourceMac }) => sourceMac)).to.satisfy((macs: string[]) =>
        macs.every((mac) => mac === VIRTUAL_MAC),
      );
      expect(lab.capture.announcements(0).map(({ senderMac }) => senderMac)).to.satisfy((macs: string[]) =>
        macs.every((mac) => mac === VIRTUAL_MAC),
      );
      expect(await linkNames(a.host)).to.deep.equal(REAL);
      expect(await a.host.leftovers()).to.deep.equal([]);
      // keepalived 2.2.7 leaves arp_filter and arp_ignore of the interface at 1.
      if (a.daemon.kind === "vipd") expect(await kernelSettings(a.host)).to.equal(found);
      await b.daemon.sigterm();
      expect(await linkNames(b.host)).to.deep.equal(REAL);
    },
  );

  forEachPair("the higher priority takes over from the master, and back", { hosts }, async (lab, pair) => {
    const b = startNode(lab, "b", pair, { priority: 100, lines });
    await lab.untilHeldBy(VIP, ["b"]);
    const a = startNode(lab, "a", pair, { priority: 200, lines });
    await lab.untilHeldBy(VIP, ["a"]);
    await b.daemon.inState("VI_1", "BACKUP");
    await expectClientSees(lab, a);
    const settled = lab.capture.mark();
    await lab.capture.untilCount(10, "advertisements from a", advertOf("a"), settled);
    expect(lab.capture.frames.slice(settled).filter(advertOf("b"))).to.be.empty;
    await a.daemon.sigterm();
    await lab.untilHeldBy(VIP, ["b"]);
  });

  const xmitBase = [...lines, "vmac_xmit_base"];
  for (const [who, own] of [
    ["a", { a: xmitBase }],
    ["b", { b: xmitBase }],
    ["both", { a: xmitBase, b: xmitBase }],
  ] as const) {
    for (const pair of pairs) {
      // keepalived does not hear what has its own virtual MAC address while it listens on the real interface.
      if (who !== "both" && pair[who] === "keepalived") continue;
      it(`vmac_xmit_base on ${who} [${pair.a}/${pair.b}]`, () =>
        withLab({ hosts }, async (lab) => {
          const { a, b } = await open(lab, pair, own);
          const mark = lab.capture.mark();
          const [advert] = await lab.capture.untilCount(5, "advertisements from a", advertOf("a"), mark);
          expect(advert?.sourceMac).to.equal(who === "b" ? VIRTUAL_MAC : "02:00:00:00:00:01");
          expect(lab.capture.frames.slice(mark).filter(advertOf("b"))).to.be.empty;
          await expectClientSees(lab, a);
          await a.daemon.sigterm();
          await lab.untilHeldBy(VIP, ["b"]);
          await expectClientSees(lab, b);
        }));
    }
  }

  forEachKind("a MAC address and a name of one's own", { hosts }, async (lab, kind) => {
    const own = ["use_vmac fast0 02:00:00:00:05"];
    const a = startNode(lab, "a", { a: kind, b: kind }, { priority: 200, lines: own });
    await lab.untilHeldBy(VIP, ["a"]);
    expect(await linkNames(a.host)).to.deep.equal(["eth0", "fast0", "lo"]);
    await expectClientSees(lab, a, "02:00:00:00:05:33");
    await a.daemon.sigterm();
    expect(await linkNames(a.host)).to.deep.equal(REAL);
  });

  forEachKind(
    "SIGKILL of everything, then a start: one link, no address twice, nothing left",
    { hosts },
    async (lab, kind) => {
      const pair = { a: kind, b: kind };
      const first = startNode(lab, "a", pair, { priority: 200, lines });
      await lab.untilHeldBy(VIP, ["a"]);
      await first.daemon.killTree();
      const mark = lab.capture.mark();
      const second = startNode(lab, "a", pair, { priority: 200, lines });
      await lab.capture.untilCount(3, "advertisements from a", advertOf("a"), mark);
      await lab.untilHeldBy(VIP, ["a"]);
      expect(await linkNames(second.host)).to.deep.equal(["eth0", "lo", "vrrp.51"]);
      expect(await second.host.prefixes()).to.deep.equal(["10.9.0.1/24", `${VIP}/24`]);
      await expectClientSees(lab, second);
      await second.daemon.sigterm();
      // keepalived takes what it finds for somebody else's, and leaves it.
      if (kind === "vipd") expect(await linkNames(second.host)).to.deep.equal(REAL);
    },
  );

  if (!kinds.includes("vipd")) return;
  const vipd = { a: "vipd", b: "vipd" } as const;

  it("sends octet for octet what keepalived sends, the MAC addresses included", async () => {
    const [theirs, ours] = await Promise.all([record("keepalived"), record("vipd")]);
    expect(ours).to.deep.equal(theirs);
  });

  it("a backup's link is off: nothing comes in by it, and nothing goes out", () =>
    withLab({ hosts }, async (lab) => {
      const { b } = await open(lab, vipd);
      expect(await b.host.ip("link show vrrp.51")).to.contain("state DOWN");
      await b.daemon.sigterm();
      expect(await linkNames(b.host)).to.deep.equal(REAL);
    }));

  it("the machine never teaches that a virtual address is at the interface's own MAC address", () =>
    withLab({ hosts }, async (lab) => {
      const { a } = await open(lab, vipd);
      await forgetNeighbours(a.host);
      const mark = lab.capture.mark();
      // What is sent from the virtual address leaves by the first route to the subnet, which is that of eth0.
      const send = `require("dgram").createSocket("udp4").bind(0,"${VIP}",function(){this.send("x",9,"10.9.0.3",()=>this.close())})`;
      await a.host.run(process.execPath, "-e", send);
      await eventuallyTrue("a has asked", () => lab.capture.frames.slice(mark).some(({ kind }) => kind === "arp"));
      const taught = lab.capture.frames.slice(mark).filter((frame) => frame.kind === "arp" && frame.senderIp === VIP);
      for (const frame of taught) expect(frame.sourceMac).to.equal(VIRTUAL_MAC);
    }));

  it("a killed vrrp process: its successor goes on with the same link, and the settings are put back in the end", () =>
    withLab({ hosts }, async (lab) => {
      const found = await kernelSettings(lab.host("a"));
      const { a } = await open(lab, vipd);
      const child = a.daemon.vrrpPid;
      a.daemon.killVrrpChild();
      await eventuallyTrue(
        "the vrrp child was replaced",
        () => a.daemon.runningVrrpPid() !== undefined && a.daemon.vrrpPid !== child,
      );
      const mark = lab.capture.mark();
      await lab.capture.untilCount(5, "advertisements from a", advertOf("a"), mark);
      await lab.untilHeldBy(VIP, ["a"]);
      await expectClientSees(lab, a);
      await a.daemon.sigterm();
      expect(await linkNames(a.host)).to.deep.equal(REAL);
      expect(await kernelSettings(a.host)).to.equal(found);
    }));

  it("a link that somebody removes or switches off is made and switched on again", () =>
    withLab({ hosts }, async (lab) => {
      const { a } = await open(lab, vipd);
      await a.host.ip("link set vrrp.51 down");
      await eventuallyTrue("vrrp.51 is on", async () => (await a.host.ip("link show vrrp.51")).includes("state UP"));
      await expectClientSees(lab, a);
      await a.host.ip("link delete vrrp.51");
      await eventuallyTrue("vrrp.51 is back", async () => (await linkNames(a.host)).includes("vrrp.51"));
      await a.host.untilHolds(VIP);
      await expectClientSees(lab, a);
    }));

  it("a reload that takes use_vmac away moves the address, and removes the link", () =>
    withLab({ hosts }, async (lab) => {
      const { a } = await open(lab, vipd);
      a.daemon.reload(conf({ priority: 200 }));
      await eventuallyTrue("the link is gone", async () => (await linkNames(a.host)).join() === REAL.join());
      await lab.untilHeldBy(VIP, ["a"]);
      expect(await a.host.prefixes()).to.deep.equal(["10.9.0.1/24", `${VIP}/24`]);
    }));
});

/** Advertisement, five gratuitous ARPs and resignation of a lone master: whole frames, without IP id and checksum. */
async function record(kind: DaemonKind): Promise<readonly string[]> {
  let frames: readonly Frame[] = [];
  await withLab({ hosts: ["a"] }, async (lab) => {
    const { daemon } = startNode(lab, "a", { a: kind, b: kind }, { priority: 200, lines });
    await lab.untilHeldBy(VIP, ["a"]);
    const arps = await lab.capture.untilCount(5, "gratuitous ARP", (frame): frame is Frame => frame.kind === "arp", 0);
    await daemon.sigterm();
    const last = await lab.capture.until("the resignation", advertOf("a", 0), 0);
    const first = lab.capture.adverts(0)[0];
    frames = [...(first === undefined ? [] : [first]), ...arps, last];
  });
  return frames.map(({ kind: of, bytes }) => {
    const copy = Buffer.from(bytes);
    if (of === "advert") copy.fill(0, 18, 20).fill(0, 24, 26);
    return copy.toString("hex");
  });
}
