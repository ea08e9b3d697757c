// Routes, rules and static items in the kernel: the same file leaves the same with both daemons, through reloads and
// crashes, and what another program changes is put right.
import { expect } from "chai";
import { VIP, block, confWith } from "./lab/conf.js";
import type { Daemon, DaemonKind } from "./lab/daemon.js";
import type { Host } from "./lab/host.js";
import type { Lab } from "./lab/lab.js";
import { kinds, topologySuite, withLab } from "./lab/scenario.js";
import { eventually, eventuallyTrue } from "./lab/wait.js";

const ROUTES = [
  "192.168.1.0/24 dev eth0",
  "192.168.2.0/24 via 10.9.0.200 dev eth0 metric 10 table 100",
  "192.168.3.0/24 dev eth0 src 10.9.0.100 scope link tos 0x10",
  "192.168.4.0/24 via 10.9.0.200 dev eth0 mtu lock 1400 advmss 1000 rtt 3200 rttvar 400ms rto_min 300 realms 3/4",
  "192.168.5.0/24 nexthop via 10.9.0.200 dev eth0 weight 3 nexthop via 10.9.1.200 dev eth1 onlink",
  "192.168.6.0/24 encap ip id 5 dst 192.0.2.4 src 192.0.2.5 tos 4 ttl 7 flags 1024 dev eth0",
  "192.168.7.0/24 dev eth0 protocol 99 no_track",
  "192.168.8.0/24 via 10.9.0.200",
  "blackhole 192.168.9.0/24",
  "default via 10.9.0.200 dev eth0 table 101",
  "2001:db8:1::/48 dev eth0",
  "2001:db8:2::/48 via 2001:db8::2 dev eth0 metric 5 pref high",
  "2001:db8:3::/48 nexthop via 2001:db8::2 dev eth0 nexthop via 2001:db8::3 dev eth0 weight 2",
  "unreachable 2001:db8:4::/48",
  "default via 2001:db8::2 dev eth0 table 102",
];
const RULES = [
  "from 192.168.1.0/24 table 100 preference 100",
  "from 192.168.1.0/24 to 192.168.2.0/24 table 100 iif eth0 tos 0x10 fwmark 24/0xff preference 101 realms 30/20",
  "to 192.168.3.0/24 table 100 preference 102 no_track",
  "not from 192.168.4.0/24 iif eth1 goto 400 preference 103",
  "iif eth1 prohibit preference 104",
  "iif eth0 table 100 suppress_prefixlength 3 suppress_ifgroup 4 preference 105",
  "iif eth1 uidrange 1-2 ipproto tcp sport 10-20 dport 30-40 tunnel-id 5 table 100 preference 106",
  "from 2001:db8:1::/48 table 102 preference 107",
  "fwmark 5 table 100",
  "fwmark 6 table 100",
];
const STATIC_ADDRESSES = ["10.77.0.1/24 dev eth0", "10.77.1.1/32 dev eth1 scope link"];
const STATIC_ROUTES = ["192.168.50.0/24 via 10.9.0.200 dev eth0", "192.168.51.0/24 dev eth1 table 100 track_group G"];
const STATIC_RULES = ["from 192.168.50.0/24 table 100 preference 50"];

interface Items {
  readonly routes?: readonly string[];
  readonly rules?: readonly string[];
  readonly staticAddresses?: readonly string[];
  readonly staticRoutes?: readonly string[];
  readonly staticRules?: readonly string[];
}

const EVERYTHING: Items = {
  routes: ROUTES,
  rules: RULES,
  staticAddresses: STATIC_ADDRESSES,
  staticRoutes: STATIC_ROUTES,
  staticRules: STATIC_RULES,
};

const textOf = (items: Items, priority = 200): string =>
  confWith(
    [
      "track_group G {\n    group {\n        VI_1\n    }\n}",
      block("static_ipaddress", items.staticAddresses ?? []),
      block("static_routes", items.staticRoutes ?? []),
      block("static_rules", items.staticRules ?? []),
    ],
    {
      priority,
      lines: [
        "virtual_ipaddress_excluded {\n        2001:db8::100/64\n    }",
        `virtual_routes {\n        ${(items.routes ?? []).join("\n        ")}\n    }`,
        `virtual_rules {\n        ${(items.rules ?? []).join("\n        ")}\n    }`,
      ],
    },
  );

/** Everything that daemons put into the kernel, line by line and sorted; what the kernel adds by itself is left out. */
async function kernelOf(host: Host): Promise<string> {
  const shown = await Promise.all([
    host.ip("-oneline -4 address show"),
    host.ip("-oneline -6 address show scope global"),
    host.ip("-oneline -4 route show table all"),
    host.ip("-oneline -6 route show table all"),
    host.ip("-4 rule show"),
    host.ip("-6 rule show"),
  ]);
  const lines = shown.flatMap((text) => text.split("\n"));
  const own = lines.filter((line) => line !== "" && !/proto kernel|lookup (local|main|default)\b/.test(line));
  return own
    .map((line) => line.replaceAll(/\s+/g, " ").replace(/^\d+: (eth\d|lo) /, "$1 "))
    .sort()
    .join("\n");
}

const start = (lab: Lab, name: string, kind: DaemonKind, text: string, slot = "1"): { host: Host; daemon: Daemon } => {
  const host = lab.host(name);
  return { host, daemon: host.start({ kind, conf: text, slot }) };
};

/** The same twice in a row: the daemon has done all it wants to do. */
async function settled(host: Host, isThere: (shown: string) => boolean): Promise<string> {
  let last = "";
  return eventually(`the kernel of ${host.name} has settled`, async () => {
    const shown = await kernelOf(host);
    const same = shown === last && isThere(shown);
    last = shown;
    return same ? shown : undefined;
  });
}

const isMaster = (shown: string): boolean => shown.includes(`${VIP}/24`) && shown.includes("2001:db8::100/64");
/** Of the last item that is installed. */
const isWhole = (shown: string): boolean => isMaster(shown) && shown.includes("fwmark 0x6 lookup 100");

async function prepare(host: Host): Promise<string> {
  await host.ip("-6 address add 2001:db8::1/64 dev eth0 nodad");
  return kernelOf(host);
}

const routeFrom = (source: string): readonly string[] => [
  `virtual_routes {\n        192.168.1.0/24 dev eth0 src ${source}\n    }`,
];

/** The status follows the counters a moment later. */
const counted = (daemon: Daemon, counters: Readonly<Record<string, number>>): Promise<void> =>
  eventuallyTrue(`counted ${JSON.stringify(counters)}`, async () => {
    const { statistics } = await daemon.instance("VI_1");
    return Object.entries(counters).every(([name, count]) => statistics[name] === count);
  });

topologySuite("routes, rules and static items", () => {
  it(`the same file leaves the same with ${kinds.join(" and ")}, and nothing after the end`, async () => {
    const seen: string[] = [];
    for (const kind of kinds) {
      await withLab({ hosts: ["a"], segments: 2 }, async (lab) => {
        const before = await prepare(lab.host("a"));
        const { host, daemon } = start(lab, "a", kind, textOf(EVERYTHING));
        seen.push(await settled(host, isWhole));
        await daemon.sigterm();
        expect(await kernelOf(host), `${kind} has left something`).to.equal(before);
      });
    }
    expect(seen[0]).to.include("192.168.4.0/24 via 10.9.0.200 dev eth0");
    expect(seen[0]).to.include("192.168.51.0/24 dev eth1 table 100");
    expect(new Set(seen).size, seen.join("\n\n---\n\n")).to.equal(1);
  });

  it(`a reload leaves the same with ${kinds.join(" and ")}`, async () => {
    const seen: string[] = [];
    const changed: Items = {
      routes: [...ROUTES.slice(1, 8), "192.168.30.0/24 dev eth0"],
      rules: ["to 192.168.30.0/24 table 100 preference 90", ...RULES.slice(1)],
      staticAddresses: [...STATIC_ADDRESSES.slice(1), "10.77.2.1/24 dev eth0"],
      staticRoutes: ["192.168.52.0/24 dev eth1"],
      staticRules: ["from 192.168.52.0/24 table 100 preference 51"],
    };
    for (const kind of kinds) {
      await withLab({ hosts: ["a"], segments: 2 }, async (lab) => {
        await prepare(lab.host("a"));
        const { host, daemon } = start(lab, "a", kind, textOf(EVERYTHING));
        await settled(host, isWhole);
        daemon.reload(textOf(changed));
        seen.push(await settled(host, (shown) => isWhole(shown) && shown.includes("from 192.168.52.0/24")));
      });
    }
    expect(seen[0]).to.include("192.168.30.0/24 dev eth0").and.not.include("192.168.1.0/24 dev eth0");
    expect(new Set(seen).size, seen.join("\n\n---\n\n")).to.equal(1);
  });

  if (!kinds.includes("vipd")) return;

  const DELETIONS = [
    "route delete 192.168.1.0/24 dev eth0",
    "route delete 192.168.2.0/24 table 100",
    "route delete 192.168.8.0/24",
    "route delete blackhole 192.168.9.0/24",
    "-6 route delete 2001:db8:2::/48",
    "rule delete preference 100",
    "-6 rule delete preference 107",
    `address delete ${VIP}/24 dev eth0`,
    "address delete 10.77.0.1/24 dev eth0",
    "route delete 192.168.50.0/24",
    "rule delete preference 50",
  ];
  it("what somebody deletes is back within a second, and said, and the master stays master [vipd]", () =>
    withLab({ hosts: ["a"], segments: 2 }, async (lab) => {
      await prepare(lab.host("a"));
      const { host, daemon } = start(lab, "a", "vipd", textOf(EVERYTHING));
      const whole = await settled(host, isWhole);
      for (const deletion of DELETIONS) {
        const said = daemon.log.length;
        const deleted = performance.now();
        await host.ip(deletion);
        await eventuallyTrue(`put right: ${deletion}`, async () => (await kernelOf(host)) === whole);
        expect(performance.now() - deleted, deletion).to.be.below(1_000);
        await daemon.loggedSince(said, /put back/);
      }
      expect(daemon.log.match(/Entering/g)).to.have.length(2);
      // Seven that were deleted, and the one whose source address was.
      await counted(daemon, { addressesRestored: 1, routingRestored: 8 });
    }));

  it("routes that went with their link are back when it is [vipd]", () =>
    withLab({ hosts: ["a"], segments: 2 }, async (lab) => {
      const { host, daemon } = start(
        lab,
        "a",
        "vipd",
        textOf({ routes: ["192.168.1.0/24 dev eth1", "192.168.2.0/24 via 10.9.1.200"] }),
      );
      const has = (shown: string): boolean => isMaster(shown) && shown.includes("192.168.1.0/24");
      const whole = await settled(host, has);
      await host.linkDown("eth1");
      await settled(host, (shown) => !has(shown));
      await eventuallyTrue("the status tells why", async () =>
        JSON.stringify((await daemon.instance("VI_1")).whole["routing"]).includes("ENETDOWN"),
      );
      await host.linkUp("eth1");
      expect(await settled(host, has)).to.equal(whole);
      await daemon.inState("VI_1", "MASTER");
    }));

  it("an instance of a track_group is in FAULT while the interface of the static item is down [vipd]", () =>
    withLab({ hosts: ["a"], segments: 2 }, async (lab) => {
      const { host, daemon } = start(lab, "a", "vipd", textOf({ staticRoutes: STATIC_ROUTES }));
      await settled(host, isMaster);
      await host.linkDown("eth1");
      await daemon.inState("VI_1", "FAULT");
      await host.linkUp("eth1");
      await daemon.inState("VI_1", "MASTER");
    }));

  it("a backup removes the address and the route that somebody adds, and says so [vipd]", () =>
    withLab({ segments: 2 }, async (lab) => {
      const items = { routes: ["192.168.1.0/24 dev eth0"], rules: ["from 192.168.1.0/24 table 100 preference 100"] };
      start(lab, "a", "vipd", textOf(items));
      await settled(lab.host("a"), isMaster);
      const before = await prepare(lab.host("b"));
      const { host, daemon } = start(lab, "b", "vipd", textOf(items, 100));
      await daemon.inState("VI_1", "BACKUP");
      for (const addition of [
        `address add ${VIP}/24 dev eth0`,
        "route add 192.168.1.0/24 dev eth0 scope global protocol keepalived",
        "rule add from 192.168.1.0/24 table 100 preference 100 protocol keepalived",
      ]) {
        const said = daemon.log.length;
        const added = performance.now();
        await host.ip(addition);
        await eventuallyTrue(`removed: ${addition}`, async () => (await kernelOf(host)) === before);
        expect(performance.now() - added, addition).to.be.below(1_000);
        await daemon.loggedSince(said, /somebody else added it/);
      }
      await counted(daemon, { strangersRemoved: 3 });
    }));

  it("the first address of a network goes with a reload, and the others of both instances stay [vipd]", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const text = (first: readonly string[]): string =>
        confWith(
          [],
          { priority: 200, name: "A", vrid: 1, addresses: [...first, "10.55.0.2/24"] },
          { priority: 200, name: "B", vrid: 2, addresses: ["10.55.0.3/24"], lines: routeFrom("10.55.0.3") },
        );
      const { host, daemon } = start(lab, "a", "vipd", text(["10.55.0.1/24"]));
      await settled(host, (shown) => shown.includes("10.55.0.3/24") && shown.includes("192.168.1.0/24"));
      daemon.reload(text([]));
      await daemon.logged(/Reload complete/);
      const shown = await settled(host, (now) => !now.includes("10.55.0.1/24"));
      for (const kept of ["10.55.0.2/24", "10.55.0.3/24", "192.168.1.0/24"]) expect(shown).to.include(kept);
      expect(daemon.log).to.not.include("put back");
    }));

  it("a program that deletes a route as often as it comes back is called a fight, once [vipd]", () =>
    withLab({ hosts: ["a"], segments: 2 }, async (lab) => {
      const { host, daemon } = start(lab, "a", "vipd", textOf({ routes: ["192.168.1.0/24 dev eth0"] }));
      await settled(host, (shown) => isMaster(shown) && shown.includes("192.168.1.0/24"));
      await eventuallyTrue("the fight is said", async () => {
        await host.ip("route flush 192.168.1.0/24");
        return daemon.log.includes("a fight with another program");
      });
      const until = performance.now() + 2_000;
      let deletions = 0;
      while (performance.now() < until) {
        if ((await kernelOf(host)).includes("192.168.1.0/24")) deletions++;
        await host.ip("route flush 192.168.1.0/24");
      }
      expect(deletions, "in two seconds").to.be.within(0, 3);
      expect(daemon.log.match(/a fight with/g)).to.have.length(1);
      expect(daemon.log.match(/was put back/g)?.length).to.be.below(7);
    }));

  it("the vrrp process killed: its successor has all as configured, and nothing twice [vipd]", () =>
    withLab({ hosts: ["a"], segments: 2 }, async (lab) => {
      const before = await prepare(lab.host("a"));
      const { host, daemon } = start(lab, "a", "vipd", textOf(EVERYTHING));
      const whole = await settled(host, isWhole);
      for (let round = 0; round < 3; round++) {
        const child = daemon.vrrpPid;
        daemon.killVrrpChild();
        await eventuallyTrue(
          "the vrrp child was replaced",
          () => daemon.runningVrrpPid() !== undefined && daemon.vrrpPid !== child,
        );
        await daemon.inState("VI_1", "MASTER");
        expect(await settled(host, isWhole)).to.equal(whole);
      }
      await daemon.sigterm();
      expect(await kernelOf(host)).to.equal(before);
    }));

  it("the vrrp process killed, and the configuration changed before its successor starts: nothing is left [vipd]", () =>
    withLab({ hosts: ["a"], segments: 2 }, async (lab) => {
      const before = await prepare(lab.host("a"));
      const { host, daemon } = start(lab, "a", "vipd", textOf(EVERYTHING));
      await settled(host, isWhole);
      // The second death in a row: the successor comes a second later.
      for (let death = 0; death < 2; death++) {
        const child = daemon.vrrpPid;
        daemon.killVrrpChild();
        if (death === 1) break;
        await eventuallyTrue(
          "the vrrp child was replaced",
          () => daemon.runningVrrpPid() !== undefined && daemon.vrrpPid !== child,
        );
        await daemon.inState("VI_1", "MASTER");
      }
      daemon.reload(textOf({}));
      await daemon.logged(/Reload complete/);
      await settled(host, (shown) => isMaster(shown) && !shown.includes("keepalived") && !shown.includes("10.77."));
      await daemon.sigterm();
      expect(await kernelOf(host)).to.equal(before);
    }));

  it("all processes killed, then a start as backup: nothing is left of the master; as master: all is there once [vipd]", () =>
    withLab({ segments: 2 }, async (lab) => {
      const items = { routes: ROUTES, rules: RULES };
      const before = await prepare(lab.host("a"));
      await prepare(lab.host("b"));
      const first = start(lab, "a", "vipd", textOf(items));
      const whole = await settled(first.host, isWhole);
      await first.daemon.killTree();
      expect(await kernelOf(first.host), "a crash leaves all behind").to.equal(whole);
      const again = start(lab, "a", "vipd", textOf(items));
      expect(await settled(again.host, isWhole)).to.equal(whole);
      await again.daemon.killTree();
      const other = start(lab, "b", "vipd", textOf(items, 150));
      await settled(other.host, isMaster);
      const third = start(lab, "a", "vipd", textOf(items, 100));
      await third.daemon.inState("VI_1", "BACKUP");
      await eventuallyTrue("nothing is left on a", async () => (await kernelOf(third.host)) === before);
    }));
});
