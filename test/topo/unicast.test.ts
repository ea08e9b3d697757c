// Unicast: elections between peers, whose advertisements are taken, and what is said where the two kinds are mixed.
import { expect } from "chai";
import { isAdvert, isAnnouncement } from "./lab/capture.js";
import { type InstanceConf, VIP, block, conf, confWith } from "./lab/conf.js";
import { type Opening, masterDownMicros, openWithMasterA, startNode, untilMaster } from "./lab/pairing.js";
import type { Daemon } from "./lab/daemon.js";
import type { Lab } from "./lab/lab.js";
import { type Pair, forEachPair, topologySuite, withLab } from "./lab/scenario.js";
import { eventuallyTrue } from "./lab/wait.js";

const peers = (...lines: readonly string[]): string[] => ["unicast_peer {", ...lines.map((line) => `    ${line}`), "}"];

const openUnicast = (lab: Lab, pair: Pair, common: Partial<InstanceConf> = {}): Promise<Opening> =>
  openWithMasterA(lab, pair, common, {
    a: { lines: [...(common.lines ?? []), ...peers("10.9.0.2")] },
    b: { lines: [...(common.lines ?? []), ...peers("10.9.0.1")] },
  });

const untilRejected = (daemon: Daemon, reason: string): Promise<void> =>
  eventuallyTrue(`${reason} is counted`, async () => ((await daemon.instance("VI_1")).rejected[reason] ?? 0) > 0);

topologySuite("unicast", () => {
  for (const version of [2, 3] as const) {
    const advertInt = version === 2 ? 1 : 0.1;
    forEachPair(`version ${version}: SIGKILL of the master, and its return`, {}, async (lab, pair) => {
      const { a, mark } = await openUnicast(lab, pair, { version, advertInt });
      const [one] = lab.capture.adverts(0, "a");
      expect(one).to.include({ source: "10.9.0.1", destination: "10.9.0.2", destinationMac: "02:00:00:00:00:02" });
      await a.daemon.killTree();
      const last = lab.capture.adverts(0, "a").at(-1);
      const first = await lab.capture.until("an advertisement from b", isAdvert({ sender: "b" }), mark);
      if (version === 3) expect(first.at - (last?.at ?? 0)).to.be.greaterThan(masterDownMicros(100, 100_000) - 1_500);
      await lab.capture.until("gratuitous ARP from b", isAnnouncement({ sender: "b", address: VIP }), mark);
      const returned = lab.capture.mark();
      a.host.start({
        kind: pair.a,
        conf: conf({ priority: 200, version, advertInt, lines: peers("10.9.0.2") }),
        slot: "2",
      });
      await lab.capture.until("an advertisement from a", isAdvert({ sender: "a" }), returned);
      await lab.untilHeldBy(VIP, ["a"]);
    });
  }

  forEachPair("SIGTERM of the master: its peer takes over at once", {}, async (lab, pair) => {
    const { a, mark } = await openUnicast(lab, pair);
    await a.daemon.sigterm();
    await lab.capture.until("the resignation", isAdvert({ sender: "a", priority: 0 }), mark);
    await untilMaster(lab, "b", mark);
  });

  forEachPair("three peers with a password: each hears all", { hosts: ["a", "b", "c"] }, async (lab, pair) => {
    const pass = ["authentication {", "    auth_type PASS", "    auth_pass secret12", "}"];
    const start = (name: "a" | "b" | "c", priority: number, others: readonly string[]) =>
      lab.host(name).start({
        kind: name === "c" ? pair.b : pair[name],
        conf: conf({ priority, version: 2, advertInt: 1, lines: [...pass, ...peers(...others)] }),
      });
    const a = start("a", 200, ["10.9.0.2", "10.9.0.3"]);
    const b = start("b", 150, ["10.9.0.1", "10.9.0.3"]);
    start("c", 100, ["10.9.0.1", "10.9.0.2"]);
    await lab.untilHeldBy(VIP, ["a"]);
    await a.sigterm();
    await lab.untilHeldBy(VIP, ["b"]);
    await b.sigterm();
    await lab.untilHeldBy(VIP, ["c"]);
  });

  forEachPair("IPv6 peers, over link-local addresses", {}, async (lab, pair) => {
    await Promise.all(lab.hosts.map((host) => host.enableIpv6()));
    const ipv6 = (priority: number, peer: string): string =>
      conf({ priority, addresses: ["2001:db8::100/128"], lines: peers(peer) });
    const a = lab.host("a").start({ kind: pair.a, conf: ipv6(200, "fe80::2") });
    await lab.untilHeldBy("2001:db8::100", ["a"]);
    const b = lab.host("b").start({ kind: pair.b, conf: ipv6(100, "fe80::1") });
    await b.inState("VI_1", "BACKUP");
    await a.killTree();
    await lab.capture.until("an advertisement from b", isAdvert({ sender: "b" }), lab.capture.mark());
  });

  forEachPair("IPv6 peers with global addresses and unicast_src_ip", {}, async (lab, pair) => {
    await Promise.all(lab.hosts.map((host) => host.enableIpv6()));
    const ipv6 = (priority: number, own: string, peer: string): string =>
      conf({ priority, addresses: ["2001:db8::100/128"], lines: [`unicast_src_ip ${own}`, ...peers(peer)] });
    lab.host("a").start({ kind: pair.a, conf: ipv6(200, "2001:db8::1", "2001:db8::2") });
    await lab.untilHeldBy("2001:db8::100", ["a"]);
    const b = lab.host("b").start({ kind: pair.b, conf: ipv6(100, "2001:db8::2", "2001:db8::1") });
    await b.inState("VI_1", "BACKUP");
    await lab.capture.untilCount(10, "advertisements from a", isAdvert({ sender: "a" }), lab.capture.mark());
    expect(await lab.holders("2001:db8::100")).to.deep.equal(["a"]);
  });

  forEachPair("two instances with one VRID: by multicast and by unicast", {}, async (lab, pair) => {
    const both = (priority: number, peer: string): string =>
      confWith([], { priority }, { name: "VI_2", priority, addresses: ["10.9.0.200/24"], lines: peers(peer) });
    const a = lab.host("a").start({ kind: pair.a, conf: both(200, "10.9.0.2") });
    await lab.untilHeldBy(VIP, ["a"]);
    await lab.untilHeldBy("10.9.0.200", ["a"]);
    const b = lab.host("b").start({ kind: pair.b, conf: both(100, "10.9.0.1") });
    await b.inState("VI_1", "BACKUP");
    await b.inState("VI_2", "BACKUP");
    await a.sigterm();
    await lab.untilHeldBy(VIP, ["b"]);
    await lab.untilHeldBy("10.9.0.200", ["b"]);
  });

  forEachPair("one VRID, two groups: neither hears the other", {}, async (lab, pair) => {
    const both = (priority: number): string =>
      confWith(
        [],
        { priority },
        { name: "VI_2", priority: 300 - priority, addresses: ["10.9.0.200/24"], lines: ["mcast_dst_ip 224.0.0.99"] },
      );
    for (const [name, priority] of [
      ["a", 200],
      ["b", 100],
    ] as const) {
      lab.host(name).start({ kind: pair[name], conf: both(priority) });
    }
    await lab.untilHeldBy(VIP, ["a"]);
    await lab.untilHeldBy("10.9.0.200", ["b"]);
    await lab.capture.untilCount(20, "advertisements", isAdvert({}), lab.capture.mark());
    await lab.untilHeldBy(VIP, ["a"]);
    await lab.untilHeldBy("10.9.0.200", ["b"]);
  });

  forEachPair("one VRID, two groups of IPv6", {}, async (lab, pair) => {
    await Promise.all(lab.hosts.map((host) => host.enableIpv6()));
    const both = (priority: number): string =>
      confWith(
        [block("global_defs", ["vrrp_mcast_group6 ff02::77"])],
        { priority, addresses: ["2001:db8::100/128"] },
        {
          name: "VI_2",
          priority: 300 - priority,
          addresses: ["2001:db8::200/128"],
          lines: ["mcast_dst_ip ff02::99"],
        },
      );
    lab.host("a").start({ kind: pair.a, conf: both(200) });
    lab.host("b").start({ kind: pair.b, conf: both(100) });
    await lab.untilHeldBy("2001:db8::100", ["a"]);
    await lab.untilHeldBy("2001:db8::200", ["b"]);
    await lab.capture.until("one to ff02::77", isAdvert({ sender: "a", destination: "ff02::77" }), 0);
    await lab.capture.untilCount(20, "advertisements", isAdvert({}), lab.capture.mark());
    await lab.untilHeldBy("2001:db8::100", ["a"]);
    await lab.untilHeldBy("2001:db8::200", ["b"]);
  });

  for (const old of ["a", "b"] as const) {
    forEachPair(`old_unicast_checksum on ${old} alone: both understand each other`, {}, async (lab, pair) => {
      const lines = (name: "a" | "b"): string[] => [
        ...peers(name === "a" ? "10.9.0.2" : "10.9.0.1"),
        ...(name === old ? ["old_unicast_checksum"] : []),
      ];
      await openWithMasterA(lab, pair, {}, { a: { lines: lines("a") }, b: { lines: lines("b") } });
      // One that knows only the old way is recognised by its first word, and answered in kind.
      await lab.capture.untilCount(10, "advertisements from a", isAdvert({ sender: "a" }), lab.capture.mark());
      await lab.untilHeldBy(VIP, ["a"]);
      const settled = lab.capture.mark();
      await lab.capture.untilCount(10, "advertisements from a", isAdvert({ sender: "a" }), settled);
      expect(lab.capture.adverts(settled, "b")).to.be.empty;
    });
  }

  forEachPair("after a FAULT its neighbours are told anew where its source address is", {}, async (lab, pair) => {
    const { a, mark } = await openUnicast(lab, pair);
    await a.host.unplug();
    await lab.untilHeldBy(VIP, ["b"]);
    await a.host.plug();
    await lab.capture.until("gratuitous ARP for 10.9.0.1", isAnnouncement({ sender: "a", address: "10.9.0.1" }), mark);
    await untilMaster(lab, "a");
  });

  for (const [title, lines, field] of [
    ["min_ttl", ["check_unicast_src", ...peers("10.9.0.1 min_ttl 100")], "ttl"],
    ["check_unicast_src", ["check_unicast_src", ...peers("10.9.0.9")], "unicastSource"],
  ] as const) {
    it(`${title}: what does not keep to it is dropped, counted and said`, () =>
      withLab({}, async (lab) => {
        lab.host("a").start({
          kind: "keepalived",
          conf: conf({ priority: 200, lines: ["unicast_ttl 64", ...peers("10.9.0.2")] }),
        });
        await lab.untilHeldBy(VIP, ["a"]);
        const daemon = lab.host("b").start({ kind: "vipd", conf: conf({ priority: 100, lines }) });
        await daemon.inState("VI_1", "MASTER");
        await untilRejected(daemon, field);
        await daemon.logged(field === "ttl" ? /TTL is 64, expected 100 \.\. 255/ : /sender is no unicast peer/);
      }));
  }

  it("v3_checksum_as_v2 on one side alone: the other recognises it, does the same, and says so", () =>
    withLab({}, async (lab) => {
      const a = lab.host("a").start({ kind: "vipd", conf: conf({ priority: 200, lines: ["v3_checksum_as_v2"] }) });
      await lab.untilHeldBy(VIP, ["a"]);
      const b = lab.host("b").start({ kind: "vipd", conf: conf({ priority: 100 }) });
      await b.logged(
        /has a checksum of another kind: it covers the message alone \(RFC 9568\), from now on we do as it does/,
      );
      await a.sigterm();
      const first = await lab.capture.until("an advertisement from b", isAdvert({ sender: "b" }), 0);
      // Summed by hand: the complement of 3133 + 6401 + 000a + 0a09 + 0064.
      expect(first.message).to.equal("31336401" + "000a" + "6054" + "0a090064");
    }));

  it("unicast to an instance that uses multicast is named: the two do not hear each other", () =>
    withLab({}, async (lab) => {
      lab.host("a").start({ kind: "keepalived", conf: conf({ priority: 200, lines: peers("10.9.0.2") }) });
      const daemon = lab.host("b").start({ kind: "vipd", conf: conf({ priority: 100 }) });
      await daemon.logged(/sent by unicast to an instance that uses multicast/);
      await untilRejected(daemon, "destination");
    }));

  it("a source address that is missing is a FAULT until it comes, and again when it goes", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      const { daemon } = startNode(
        lab,
        "a",
        { a: "vipd", b: "vipd" },
        {
          priority: 200,
          lines: ["unicast_src_ip 10.9.0.77", ...peers("10.9.0.2")],
        },
      );
      await daemon.inState("VI_1", "FAULT");
      await daemon.logged(/source address 10\.9\.0\.77 is not on eth0/);
      await host.ip("neigh add 10.9.0.2 lladdr 02:00:00:00:00:02 dev eth0");
      await host.ip("address add 10.9.0.77/24 dev eth0");
      const first = await lab.capture.until("an advertisement", isAdvert({ sender: "a" }), 0);
      expect(first.source).to.equal("10.9.0.77");
      await host.ip("address delete 10.9.0.77/24 dev eth0");
      await daemon.inState("VI_1", "FAULT");
    }));

  it("without interface it goes where the route leads, and its addresses where they say", () =>
    withLab({ segments: 2 }, async (lab) => {
      const text = (own: string, peer: string, priority: number): string =>
        [
          block("global_defs", ["router_id topo"]),
          block("vrrp_instance VI_1", [
            "virtual_router_id 51",
            `priority ${priority}`,
            "version 3",
            "advert_int 0.1",
            `unicast_src_ip ${own}`,
            ...peers(peer),
            "virtual_ipaddress {",
            `    ${VIP}/24 dev eth0`,
            "}",
          ]),
        ].join("\n");
      const a = lab.host("a").start({ kind: "vipd", conf: text("10.9.1.1", "10.9.1.2", 200) });
      await lab.untilHeldBy(VIP, ["a"]);
      const b = lab.host("b").start({ kind: "vipd", conf: text("10.9.1.2", "10.9.1.1", 100) });
      await b.inState("VI_1", "BACKUP");
      await lab.captureOf(1).until("an advertisement", isAdvert({ sender: "a" }), 0);
      expect(lab.captureOf(0).adverts(0)).to.be.empty;
      await a.sigterm();
      await lab.untilHeldBy(VIP, ["b"]);
    }));

  it("unicast_fault_no_peer: FAULT until a reload brings a peer", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const daemon = lab
        .host("a")
        .start({ kind: "vipd", conf: conf({ priority: 200, lines: ["unicast_fault_no_peer"] }) });
      await daemon.inState("VI_1", "FAULT");
      await daemon.logged(/unicast without a peer/);
      daemon.reload(conf({ priority: 200, lines: ["unicast_fault_no_peer", ...peers("10.9.0.2")] }));
      await daemon.inState("VI_1", "MASTER");
    }));

  it("a reload that adds a peer does not disturb the master", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      for (const n of [2, 3]) await host.ip(`neigh add 10.9.0.${n} lladdr 02:00:00:00:00:0${n} dev eth0`);
      const daemon = host.start({ kind: "vipd", conf: conf({ priority: 200, lines: peers("10.9.0.2") }) });
      await daemon.inState("VI_1", "MASTER");
      const mark = lab.capture.mark();
      daemon.reload(conf({ priority: 200, lines: peers("10.9.0.2", "10.9.0.3") }));
      await lab.capture.until(
        "an advertisement to the new peer",
        isAdvert({ sender: "a", destination: "10.9.0.3" }),
        mark,
      );
      expect((await daemon.instance("VI_1")).statistics["becameMaster"]).to.equal(1);
      expect(lab.capture.adverts(mark).filter(({ priority }) => priority === 0)).to.be.empty;
      await eventuallyTrue(
        "the status names both",
        async () => JSON.stringify((await daemon.instance("VI_1")).whole["destinations"]) === '["10.9.0.2","10.9.0.3"]',
      );
    }));
});
