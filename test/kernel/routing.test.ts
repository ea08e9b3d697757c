// Every option of a route or a rule: a line of the configuration, read, lowered and given to the kernel, leaves there
// what ip(8) with the same words leaves.
import { expect } from "chai";
import { type Rtnl, openRtnl } from "../../src/host/rtnl.js";
import { openRtnlMonitor } from "../../src/host/rtnl-monitor.js";
import { type SystemError, isSystemError } from "../../src/native/index.js";
import type { PlacedItem } from "../../src/vrrp/effects.js";
import type { ItemOutcome } from "../../src/vrrp/events.js";
import { placeItem } from "../../src/vrrp/routing.js";
import { emptyWorld, withDump } from "../../src/vrrp/world.js";
import { read } from "../config/machine.js";
import { inPrivateNamespace, ip } from "./namespace.js";

const PORTS = ["v0", "v1", "lo"];

function succeeded<T extends object>(outcome: T | SystemError): T {
  if (isSystemError(outcome)) throw new Error(`${outcome.syscall}: ${outcome.code}`);
  return outcome;
}

/** Lines of `virtual_routes`, and the words of `ip route add` where they are others. */
const IPV4_ROUTES: readonly (readonly [line: string, words?: string])[] = [
  ["10.1.0.0/16 dev v0", "10.1.0.0/16 dev v0 scope global"],
  ["10.1.0.1 dev v0", "10.1.0.1 dev v0 scope global"],
  ["10.1.0.0/16 via 10.0.0.9"],
  ["10.1.0.0/16 via 10.0.0.9 dev v0 metric 7 tos 0x10 table 1000"],
  ["10.1.0.0/16 dev v0 scope link src 10.0.0.1"],
  ["10.1.0.0/16 via 10.200.0.9 dev v0 onlink"],
  ["default via 10.0.0.9 table 77", "0.0.0.0/0 via 10.0.0.9 table 77"],
  ["10.1.0.0/16 via inet6 2001:db8::9 dev v0"],
  ["10.1.0.0/16 dev v0 protocol 99 no_track", "10.1.0.0/16 dev v0 scope global protocol 99"],
  ["10.1.0.0/16 via 10.0.0.9 realms 3/4"],
  ["10.1.0.0/16 via 10.0.0.9 mtu 1400 hoplimit 5 advmss 1000 reordering 4 window 5000 cwnd 9 ssthresh 12"],
  ["10.1.0.0/16 via 10.0.0.9 mtu lock 1400 advmss lock 1000 reordering lock 4 cwnd lock 9 ssthresh lock 12"],
  ["10.1.0.0/16 via 10.0.0.9 rtt 300ms rttvar 400ms rto_min 500ms initcwnd 10 initrwnd 11"],
  ["10.1.0.0/16 via 10.0.0.9 rtt 3200 rttvar 1600 rto_min 500"],
  [
    "10.1.0.0/16 via 10.0.0.9 rtt lock 0.3s rttvar lock 1.5s rto_min lock 2s",
    "10.1.0.0/16 via 10.0.0.9 rtt lock 0.3s rttvar lock 1.5s rto_min 2s",
  ],
  ["10.1.0.0/16 via 10.0.0.9 features ecn quickack 1 fastopen_no_cookie 1"],
  ["10.1.0.0/16 via 10.0.0.9 congctl cubic"],
  ["10.1.0.0/16 via 10.0.0.9 congctl lock cubic"],
  ["10.1.0.0/16 via 10.0.0.9 ttl-propagate enabled"],
  ["unicast 10.1.0.0/16 via 10.0.0.9", "10.1.0.0/16 via 10.0.0.9"],
  ["local 10.1.0.1 dev v0"],
  ["broadcast 10.1.0.255 dev v0"],
  ["blackhole 10.1.0.0/16"],
  ["unreachable 10.1.0.0/16"],
  ["prohibit 10.1.0.0/16"],
  ["throw 10.1.0.0/16 table 77"],
  ["10.1.0.0/16 nexthop via 10.0.0.8 dev v0 weight 3 nexthop via 10.0.0.9 dev v0 weight 256"],
  ["10.1.0.0/16 nexthop via 10.200.0.8 dev v0 onlink realms 4/5 nexthop dev v1"],
  [
    "10.1.0.0/16 dev v0 nexthop via 10.0.0.8 nexthop via 10.0.0.9",
    "10.1.0.0/16 nexthop via 10.0.0.8 dev v0 nexthop via 10.0.0.9 dev v0",
  ],
  [
    "10.1.0.0/16 encap ip id 5 dst 192.0.2.4 src 192.0.2.5 tos 4 ttl 7 dev v0",
    "10.1.0.0/16 encap ip id 5 dst 192.0.2.4 src 192.0.2.5 tos 4 ttl 7 dev v0 scope global",
  ],
  [
    "10.1.0.0/16 encap ip6 id 6 dst 2001:db8::4 src 2001:db8::5 tc 4 hoplimit 7 dev v0",
    "10.1.0.0/16 encap ip6 id 6 dst 2001:db8::4 src 2001:db8::5 tc 4 hoplimit 7 dev v0 scope global",
  ],
  [
    "10.1.0.0/16 nexthop encap ip id 5 dst 192.0.2.4 dev v0 nexthop via 10.0.0.9 dev v0",
    "10.1.0.0/16 nexthop encap ip id 5 dst 192.0.2.4 tos 0 ttl 0 dev v0 nexthop via 10.0.0.9 dev v0",
  ],
  ["10.1.0.0/16 via 10.0.0.9 add", "10.1.0.0/16 via 10.0.0.9"],
  ["10.1.0.0/16 via 10.0.0.9 append", "10.1.0.0/16 via 10.0.0.9"],
];

const IPV6_ROUTES: readonly (readonly [line: string, words?: string])[] = [
  ["2001:db8:1::/48 dev v0"],
  ["2001:db8:1::/48 via 2001:db8::9 metric 5 pref high"],
  ["2001:db8:1::/48 via 2001:db8::9 dev v0 pref low table 1000"],
  ["2001:db8:1::/48 dev v0 src 2001:db8::1"],
  ["2001:db8:1::/48 from 2001:db8:2::/48 via 2001:db8::9 dev v0"],
  ["2001:db8:1::/48 via 2001:db8::9 mtu lock 1400 hoplimit 5 initcwnd 10"],
  ["2001:db8:1::/48 nexthop via 2001:db8::8 dev v0 weight 2 nexthop via 2001:db8::9 dev v0"],
  ["2001:db8:1::/48 encap ip6 id 6 dst 2001:db8::4 src 2001:db8::5 tc 4 hoplimit 7 dev v0"],
  ["blackhole 2001:db8:1::/48"],
  ["unreachable 2001:db8:1::/48"],
  ["prohibit 2001:db8:1::/48"],
  ["default6 via 2001:db8::9 table 77", "::/0 via 2001:db8::9 table 77"],
  ["default via 2001:db8::9 table 78", "::/0 via 2001:db8::9 table 78"],
];

/** Lines of `virtual_rules`; each gets preference 50. */
const RULES: readonly (readonly [line: string, words?: string])[] = [
  ["from 10.1.0.0/16 table 100"],
  ["to 10.1.0.0/16 lookup 1000"],
  ["not from 10.1.0.0/16 to 10.2.0.0/16 iif v0 oif v1 table 100"],
  ["fwmark 0x18/0xff table 100"],
  ["fwmark 24 table 100"],
  ["iif v0 tos 0x10 table 100"],
  ["from 10.1.0.0/16 realms 30/20 table 100"],
  ["iif v0 table 100 suppress_prefixlength 0 suppress_ifgroup 4"],
  ["iif v0 tunnel-id 12345678901 table 100", "iif v0 tun_id 12345678901 table 100"],
  ["iif v0 uidrange 1000-2000 table 100"],
  ["ipproto tcp sport 10-20 dport 30-40 table 100"],
  ["from 10.1.0.0/16 goto 400"],
  ["from 10.1.0.0/16 nop"],
  ["from 10.1.0.0/16 blackhole"],
  ["from 10.1.0.0/16 type unreachable", "from 10.1.0.0/16 unreachable"],
  ["from 10.1.0.0/16 prohibit"],
  ["l3mdev"],
];
const IPV6_RULES: readonly (readonly [line: string, words?: string])[] = [
  ["from 2001:db8:1::/48 table 100"],
  ["to 2001:db8:1::/48 iif v0 lookup 1000"],
  ["from 2001:db8:1::/48 prohibit"],
];

/** Rules that somebody else would have to be asked for are not tracked; these are ours. */
const OURS = "protocol keepalived";

describe("kernel: routes and rules", () => {
  inPrivateNamespace();

  let rtnl: Rtnl;

  before(() => {
    ip("link add v0 type veth peer name v1");
    for (const name of ["v0", "v1"]) ip(`link set ${name} addrgenmode none up`);
    ip("address add 10.0.0.1/24 dev v0");
    ip("address add 2001:db8::1/64 dev v0 nodad");
    rtnl = succeeded(openRtnl());
  });

  after(() => {
    rtnl.close();
  });

  function placed(kind: "virtual_routes" | "virtual_rules", line: string): readonly PlacedItem[] {
    const text = `vrrp_instance A {\n interface v0\n virtual_router_id 1\n virtual_ipaddress {\n 10.0.0.100\n }
      ${kind} {\n ${line}\n }\n}`;
    const { params } = read(text, { interfaces: PORTS });
    const [instance] = params?.vrrp.instances ?? [];
    const world = withDump(emptyWorld, succeeded(rtnl.links()), succeeded(rtnl.addresses()));
    const items = instance?.routing.map((item) => placeItem(item, world)) ?? [];
    expect(items, `items of: ${line}`).to.have.length(1);
    return items.flatMap((item) => ("placed" in item ? [item.placed] : []));
  }

  const results = (outcomes: readonly ItemOutcome[]): readonly string[] => outcomes.map(({ result }) => result);

  /** Installs, looks, asks again, removes, and compares with what `ip` makes of its words. */
  function compare(items: readonly PlacedItem[], show: () => string, add: () => void, remove: () => void): void {
    const before = show();
    const installed = rtnl.install(items);
    expect(results(installed), JSON.stringify(installed)).to.deep.equal(["added"]);
    const ours = show();
    expect(results(rtnl.install(items))).to.deep.equal(["present"]);
    expect(show(), "asking again changes nothing").to.equal(ours);
    expect(results(rtnl.uninstall(items))).to.deep.equal(["removed"]);
    expect(results(rtnl.uninstall(items))).to.deep.equal(["absent"]);
    expect(show(), "nothing is left").to.equal(before);
    add();
    const theirs = show();
    remove();
    expect(ours).to.equal(theirs);
  }

  const showRoutes = (family: 4 | 6): string => ip(`-${family} -j route show table all`);
  const showRules = (family: 4 | 6): string => ip(`-${family} -j rule show`);

  for (const [family, routes] of [
    [4, IPV4_ROUTES],
    [6, IPV6_ROUTES],
  ] as const) {
    for (const [line, words = line] of routes) {
      it(`route ${line}`, () => {
        const spoken = words.includes("protocol") ? words : withProtocol(words);
        compare(
          placed("virtual_routes", line),
          () => showRoutes(family),
          () => ip(`-${family} route add ${spoken}`),
          () => ip(`-${family} route del ${spoken}`),
        );
      });
    }
  }

  for (const [family, rules] of [
    [4, RULES],
    [6, IPV6_RULES],
  ] as const) {
    for (const [line, words = line] of rules) {
      it(`rule ${line}`, () => {
        const spoken = `${words} preference 50 ${OURS}`;
        compare(
          placed("virtual_rules", `${line} preference 50`),
          () => showRules(family),
          () => ip(`-${family} rule add ${spoken}`),
          () => ip(`-${family} rule del ${spoken}`),
        );
      });
    }
  }

  it("leaves a route of somebody else alone that differs only in who made it", () => {
    ip("route add 10.1.0.0/16 via 10.0.0.9 protocol static");
    const items = placed("virtual_routes", "10.1.0.0/16 via 10.0.0.9");
    expect(results(rtnl.uninstall(items))).to.deep.equal(["absent"]);
    expect(results(rtnl.install(items))).to.deep.equal(["added"]);
    expect(results(rtnl.uninstall(items))).to.deep.equal(["removed"]);
    expect(ip("route show 10.1.0.0/16")).to.include("proto static");
    ip("route del 10.1.0.0/16");
  });

  it("says why the kernel refuses a route, in its own words", () => {
    const [outcome] = rtnl.install(placed("virtual_routes", "10.1.0.0/16 via 172.16.0.1"));
    expect(outcome).to.deep.include({ result: "refused" });
    expect(JSON.stringify(outcome))
      .to.match(/ENETUNREACH|EINVAL/)
      .and.to.match(/Nexthop/i);
  });

  it("hears of its own routes and of rules, and of nobody else's routes", () => {
    const monitor = succeeded(openRtnlMonitor());
    const heard: string[] = [];
    ip("route add 10.9.0.0/16 dev v0 protocol bird");
    ip("route del 10.9.0.0/16 dev v0");
    ip("route add 10.1.0.0/16 dev v0 table 1000 protocol keepalived");
    ip("route del 10.1.0.0/16 dev v0 table 1000");
    ip("-6 route add 2001:db8:1::/48 dev v0 protocol keepalived");
    ip("-6 rule add from 2001:db8:1::/48 table 9 preference 70");
    ip("-6 route del 2001:db8:1::/48 dev v0");
    ip("-6 rule del preference 70");
    monitor.read((event) => {
      if (event.kind === "routeAdded" || event.kind === "routeRemoved") {
        const { table, destination } = event.route;
        heard.push(`${event.kind} ${destination.address.octets.slice(0, 2).join(".")}/${destination.length} ${table}`);
      }
      if (event.kind === "ruleAdded" || event.kind === "ruleRemoved") {
        heard.push(`${event.kind} ${event.rule.family} ${event.rule.preference}`);
      }
    });
    monitor.close();
    expect(heard).to.deep.equal([
      "routeAdded 10.1/16 1000",
      "routeRemoved 10.1/16 1000",
      "routeAdded 32.1/48 254",
      "ruleAdded 6 70",
      "routeRemoved 32.1/48 254",
      "ruleRemoved 6 70",
    ]);
  });
});

/** iproute2 wants next hops last. */
function withProtocol(words: string): string {
  const [head = "", ...hops] = words.split(" nexthop ");
  return [`${head} ${OURS}`, ...hops].join(" nexthop ");
}
