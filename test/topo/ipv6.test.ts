// IPv6: elections, neighbour advertisements, and the address that advertisements come from.
import { expect } from "chai";
import { type Mark, isAdvert, isNeighbour } from "./lab/capture.js";
import { type InstanceConf, conf } from "./lab/conf.js";
import type { Daemon } from "./lab/daemon.js";
import type { Lab } from "./lab/lab.js";
import { masterDownMicros, skewMicros } from "./lab/pairing.js";
import { type Pair, forEachPair, kinds, topologySuite, withLab } from "./lab/scenario.js";
import { eventuallyTrue } from "./lab/wait.js";

const LINK_LOCAL_VIP = "fe80::100";
const VIP = "2001:db8::100";
const INTERVAL_MICROS = 100_000;

const instance = (priority: number, more: Partial<InstanceConf> = {}): string =>
  conf({ priority, addresses: [`${LINK_LOCAL_VIP}/64`, `${VIP}/128`], ...more });

interface Nodes {
  readonly a: Daemon;
  readonly b: Daemon;
  readonly mark: Mark;
}

/** a is master with priority 200, b backup with 100, and both know it. */
async function open(lab: Lab, pair: Pair, more: Partial<InstanceConf> = {}): Promise<Nodes> {
  await Promise.all(lab.hosts.map((host) => host.enableIpv6()));
  const a = lab.host("a").start({ kind: pair.a, conf: instance(200, more) });
  await lab.untilHeldBy(VIP, ["a"]);
  const b = lab.host("b").start({ kind: pair.b, conf: instance(100, more) });
  await b.inState("VI_1", "BACKUP");
  return { a, b, mark: lab.capture.mark() };
}

topologySuite("IPv6", () => {
  forEachPair("SIGTERM of the master: the backup takes over after the skew time", {}, async (lab, pair) => {
    const { a, mark } = await open(lab, pair);
    await a.sigterm();
    const resigned = await lab.capture.until("the resignation", isAdvert({ sender: "a", priority: 0 }), mark);
    const first = await lab.capture.until("an advertisement from b", isAdvert({ sender: "b" }), mark);
    expect(first).to.include({ source: "fe80::2", destination: "ff02::12", ttl: 255, version: 3 });
    expect(first.at - resigned.at).to.be.within(skewMicros(100, INTERVAL_MICROS) - 1_500, 3 * INTERVAL_MICROS);
    await lab.untilHeldBy(VIP, ["b"]);
    await lab.untilHeldBy(LINK_LOCAL_VIP, ["b"]);
  });

  forEachPair("SIGKILL of the master: the backup takes over, and back again when it returns", {}, async (lab, pair) => {
    const { a, mark } = await open(lab, pair);
    await a.killTree();
    const last = lab.capture.adverts(mark, "a").at(-1);
    const first = await lab.capture.until("an advertisement from b", isAdvert({ sender: "b" }), mark);
    if (last !== undefined) {
      expect(first.at - last.at).to.be.greaterThan(masterDownMicros(100, INTERVAL_MICROS) - 1_500);
    }
    const returned = lab.capture.mark();
    lab.host("a").start({ kind: pair.a, conf: instance(200), slot: "2" });
    await lab.capture.until("an advertisement from a", isAdvert({ sender: "a" }), returned);
    await lab.untilHeldBy(VIP, ["a"]);
  });

  forEachPair("two masters of equal priority meet: the higher link-local address wins", {}, async (lab, pair) => {
    await Promise.all(lab.hosts.map((host) => host.enableIpv6()));
    await lab.host("b").cut();
    for (const name of ["a", "b"] as const) lab.host(name).start({ kind: pair[name], conf: instance(150) });
    await lab.untilHeldBy(VIP, ["a", "b"]);
    await lab.host("b").heal();
    await lab.untilHeldBy(VIP, ["b"]);
    await lab.capture.untilCount(10, "advertisements from b", isAdvert({ sender: "b" }), lab.capture.mark());
    await lab.untilHeldBy(VIP, ["b"]);
  });

  forEachPair(
    "neighbours learn from the takeover where the address is",
    { hosts: ["a", "b", "c"] },
    async (lab, pair) => {
      const { a } = await open(lab, pair);
      const client = lab.host("c");
      const entry = (): Promise<string> => client.ip(`-6 neigh show ${VIP} dev eth0`);
      await client.ip(`-6 route add ${VIP}/128 dev eth0`);
      // Any packet makes the kernel ask who has the address.
      await client.run("bash", "-c", `echo > /dev/udp/${VIP}/9`);
      await eventuallyTrue("the client has an entry", async () => (await entry()).includes("02:00:00:00:00:01"));
      await a.sigterm();
      await eventuallyTrue("the entry of the client follows", async () =>
        (await entry()).includes("02:00:00:00:00:02"),
      );
    },
  );

  it(`addresses have the flags that keepalived gives them [${kinds.join(" and ")}]`, async () => {
    const seen: string[][] = [];
    for (const kind of new Set([...kinds, "keepalived" as const])) {
      await withLab({ hosts: ["a"] }, async (lab) => {
        await lab.host("a").enableIpv6();
        const addresses = ["fe80::100/64", "2001:db8::100/64", "2001:db8::101", "2001:db8::102/64 -nodad home"];
        lab.host("a").start({ kind, conf: instance(200, { addresses }) });
        await eventuallyTrue("duplicate address detection is over", async () => {
          const all = await lab.host("a").ipv6Addresses();
          return all.length === 6 && !all.some((line) => line.includes("tentative"));
        });
        seen.push((await lab.host("a").ipv6Addresses()).sort());
      });
    }
    for (const other of seen.slice(1)) expect(other).to.deep.equal(seen[0]);
  });

  it("the router flag of neighbour advertisements is the forwarding of the link, now", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      await host.enableIpv6();
      host.start({ kind: "vipd", conf: instance(200, { lines: ["garp_master_refresh 1"] }) });
      const first = await lab.capture.until("a neighbour advertisement", isNeighbour({ sender: "a", target: VIP }), 0);
      expect(first).to.include({
        source: VIP,
        destination: "ff02::1",
        hopLimit: 255,
        override: true,
        router: false,
        targetMac: "02:00:00:00:00:01",
        destinationMac: "33:33:00:00:00:01",
      });
      for (const [value, router] of [
        ["1", true],
        ["0", false],
      ] as const) {
        await host.run("sysctl", "-qw", `net.ipv6.conf.eth0.forwarding=${value}`);
        await lab.capture.until(
          `one with the router flag ${String(router)}`,
          isNeighbour({ sender: "a", router }),
          lab.capture.mark(),
        );
      }
    }));

  it("without a link-local address it stands in FAULT, and begins when there is one that is not tentative", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      const daemon = host.start({ kind: "vipd", conf: instance(200) });
      await daemon.inState("VI_1", "FAULT");
      await daemon.logged(/has no IPv6 link-local address to send from/);
      // Half a minute of probes.
      await host.run("sysctl", "-qw", "net.ipv6.conf.eth0.dad_transmits=30");
      await host.ip("address add fe80::1/64 dev eth0");
      await eventuallyTrue("the fault is that it is tentative", async () =>
        JSON.stringify((await daemon.instance("VI_1")).whole["faults"]).includes("sourceAddressTentative"),
      );
      const mark = lab.capture.mark();
      await host.ip("address delete fe80::1/64 dev eth0");
      await host.ip("address add fe80::1/64 dev eth0 nodad");
      const first = await lab.capture.until("an advertisement", isAdvert({ sender: "a" }), mark);
      expect(first.source).to.equal("fe80::1");
      // It is followed when it changes, and missed when it goes.
      await host.ip("address add fe80::5/64 dev eth0 nodad");
      const changed = lab.capture.mark();
      await host.ip("address delete fe80::1/64 dev eth0");
      await lab.capture.until("one from fe80::5", isAdvert({ source: "fe80::5" }), changed);
      await host.ip("address delete fe80::5/64 dev eth0");
      await daemon.inState("VI_1", "FAULT");
      await lab.untilHeldBy(VIP, []);
    }));

  it("a link-local address that another host has is named as the fault", () =>
    withLab({}, async (lab) => {
      await lab.host("b").ip("address add fe80::1/64 dev eth0 nodad");
      const daemon = lab.host("a").start({ kind: "vipd", conf: instance(200) });
      await lab.host("a").ip("address add fe80::1/64 dev eth0");
      await daemon.logged(/source address fe80::1 on eth0 is a duplicate: another host on the link has it/);
    }));

  it("-nodad: a virtual address that another host has is named, and shown; one that is free is announced late", () =>
    withLab({}, async (lab) => {
      const [a, b] = [lab.host("a"), lab.host("b")];
      await Promise.all([a.enableIpv6(), b.enableIpv6()]);
      await b.ip("address add 2001:db8::101/64 dev eth0 nodad");
      const addresses = ["fe80::100/64", "2001:db8::101/64 -nodad", "2001:db8::102/64 -nodad"];
      const daemon = a.start({ kind: "vipd", conf: instance(200, { addresses, lines: ["garp_master_delay 0"] }) });
      await daemon.logged(/another host on eth0 has virtual address 2001:db8::101/);
      const free = await lab.capture.until(
        "one of 2001:db8::102",
        isNeighbour({ sender: "a", target: "2001:db8::102" }),
        0,
      );
      const first = await lab.capture.until("one of fe80::100", isNeighbour({ sender: "a", target: "fe80::100" }), 0);
      expect(free.at - first.at, "detection takes a second or so").to.be.greaterThan(300_000);
      expect(lab.capture.frames.filter(isNeighbour({ sender: "a", target: "2001:db8::101" }))).to.be.empty;
      await eventuallyTrue("the status shows the duplicate", async () =>
        JSON.stringify((await daemon.instance("VI_1")).whole).includes('"detection":"duplicate"'),
      );
    }));
});
