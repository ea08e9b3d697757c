// What another program removes or adds: put right, said, and more and more slowly where it does not stop.
import { expect } from "chai";
import type { RouterEffect } from "../../src/vrrp/effects.js";
import type { ItemOutcome } from "../../src/vrrp/events.js";
import { PATIENCE } from "../../src/vrrp/fights.js";
import type { RoutingItem, StaticParams, VirtualRouterParams } from "../../src/vrrp/params.js";
import { viewInstance } from "../../src/status/instance-view.js";
import { ip } from "../../src/base/ip.js";
import { after } from "../../src/base/time.js";
import { RouterBench, fromPeer, kinds, link, linkAddress, routerParams } from "../support/router.js";
import { address, advert, params, seconds } from "../support/vrrp.js";
import { instanceText, vrrpParams } from "../support/conf.js";

type Installing = Extract<RouterEffect, { kind: "installRouting" | "removeRouting" }>;
type Answer = (name: string, effect: Installing) => ItemOutcome;

/** A kernel with routes and rules: what is asked for is done, unless `answer` says otherwise. */
class Kernel extends RouterBench {
  readonly items = new Set<string>();
  answer: Answer | undefined;

  constructor(instances: readonly VirtualRouterParams[]) {
    super([]);
    this.log.length = 0;
    this.give({ kind: "configure", params: routerParams(instances), resume: [] });
  }

  override give(event: Parameters<RouterBench["give"]>[0]): readonly RouterEffect[] {
    const effects = super.give(event);
    const all = [...effects];
    for (const effect of effects) {
      if (effect.kind !== "installRouting" && effect.kind !== "removeRouting") continue;
      const outcomes = effect.items.map(({ name }) => this.answer?.(name, effect) ?? this.#carryOut(name, effect));
      const { instance, checking } = effect;
      all.push(...super.give({ kind: "routingDone", ...(instance !== undefined && { instance }), checking, outcomes }));
    }
    return all;
  }

  #carryOut(name: string, { kind }: Installing): ItemOutcome {
    const there = this.items.has(name);
    if (kind === "removeRouting") return { name, result: this.items.delete(name) ? "removed" : "absent" };
    this.items.add(name);
    return { name, result: there ? "present" : "added" };
  }

  pass(span: number): void {
    this.runUntil(after(this.now, seconds(span)));
  }

  /** What has been said since the last time. */
  complaints(): string[] {
    const said = kinds(this.log.splice(0)).filter((kind) => kind.startsWith("complain"));
    return said.map((kind) => kind.replace("complain ", ""));
  }
}

const routing = (lines: string): readonly RoutingItem[] =>
  vrrpParams(instanceText(`virtual_routes {\n${lines}\n}`)).instances[0]?.routing ?? [];
const VIA = "10.5.0.0/16 via 10.0.0.9 dev eth0";
const ROUTE = "route 10.5.0.0/16 via 10.0.0.9 dev eth0";
const news = (kind: "routeAdded" | "routeRemoved") =>
  ({ kind, route: { destination: { address: ip("10.5.0.0"), length: 16 }, table: 254, protocol: 18 } }) as const;

function masterWith(options: Partial<VirtualRouterParams>): Kernel {
  const kernel = new Kernel([params(options)]);
  while (kernel.stateOf() !== "master") kernel.wake();
  kernel.give({ kind: "addressAdded", address: linkAddress(2, "10.0.0.100/24") });
  kernel.pass(0.2);
  kernel.log.length = 0;
  return kernel;
}

const later = (kernel: Kernel, span: number): readonly string[] => {
  kernel.pass(span);
  return kernel.complaints();
};

describe("vrrp: routes and rules of an instance", () => {
  it("come with mastership behind the addresses, and go before them", () => {
    const kernel = new Kernel([params({ routing: routing(`${VIA}\n10.6.0.0/16 dev eth0`) })]);
    kernel.log.length = 0;
    const taken = kinds(kernel.wake());
    expect(taken.indexOf("installRouting")).to.be.above(taken.indexOf("installAddresses"));
    expect([...kernel.items]).to.deep.equal([ROUTE, "route 10.6.0.0/16 dev eth0"]);
    const left = kinds(kernel.give(fromPeer(advert(200))));
    expect(left.indexOf("removeRouting")).to.be.below(left.indexOf("removeAddresses"));
    expect([...kernel.items]).to.deep.equal([]);
  });

  it("wait for an interface that does not exist yet, and say so", () => {
    const kernel = masterWith({ routing: routing("10.5.0.0/16 dev eth1") });
    kernel.give({ kind: "linkRemoved", index: 3 });
    kernel.items.clear();
    later(kernel, 1);
    const view = viewInstance(kernel.member(), kernel.state.world);
    expect(view.routing).to.deep.equal([
      { item: "route 10.5.0.0/16 dev eth1", present: false, trouble: "there is no interface eth1" },
    ]);
    kernel.give({ kind: "linkChanged", link: link(9, "eth1") });
    later(kernel, 0.1);
    expect([...kernel.items]).to.deep.equal(["route 10.5.0.0/16 dev eth1"]);
  });

  it("are put back when somebody removes them, at once where the kernel tells, and said", () => {
    const kernel = masterWith({ routing: routing(VIA) });
    kernel.items.clear();
    kernel.give(news("routeRemoved"));
    expect(later(kernel, 0.1)).to.deep.equal(["routingRestored"]);
    expect([...kernel.items]).to.deep.equal([ROUTE]);
    expect(kernel.member().router.statistics.routingRestored).to.equal(1);
  });

  it("are put back within a second where the kernel does not tell", () => {
    const kernel = masterWith({ routing: routing(VIA) });
    kernel.items.clear();
    expect(later(kernel, 1)).to.deep.equal(["routingRestored"]);
    expect([...kernel.items]).to.deep.equal([ROUTE]);
  });

  it("are not asked for again with no_track, nor with a lifetime", () => {
    const kernel = masterWith({
      routing: routing(`${VIA} no_track\n2001:db8::/32 dev eth0 expires 60`),
    });
    kernel.items.clear();
    kernel.give(news("routeRemoved"));
    expect(later(kernel, 5)).to.deep.equal([]);
    expect([...kernel.items]).to.deep.equal([]);
  });

  it("count as there when the kernel refuses them the second time: a gateway can go out of reach", () => {
    const kernel = masterWith({ routing: routing(VIA) });
    kernel.answer = (name) => ({ name, result: "refused", code: "EINVAL (Nexthop has invalid gateway)" });
    expect(later(kernel, 5)).to.deep.equal([]);
    expect(viewInstance(kernel.member(), kernel.state.world).routing).to.deep.equal([{ item: ROUTE, present: true }]);
  });

  it("are refused once in words, and tried until they are there", () => {
    const kernel = new Kernel([params({ routing: routing(VIA) })]);
    kernel.answer = (name) => ({ name, result: "refused", code: "ENETUNREACH" });
    kernel.wake();
    expect(later(kernel, 5)).to.deep.equal(["refused"]);
    expect(viewInstance(kernel.member(), kernel.state.world).routing[0]?.trouble).to.include("ENETUNREACH");
    kernel.answer = undefined;
    expect(later(kernel, 1)).to.deep.equal([]);
    expect([...kernel.items]).to.deep.equal([ROUTE]);
  });

  it("are removed when somebody adds them while we are not master", () => {
    const kernel = masterWith({ routing: routing(VIA) });
    kernel.give(fromPeer(advert(200)));
    kernel.complaints();
    kernel.items.add(ROUTE);
    kernel.give(news("routeAdded"));
    kernel.pass(0.1);
    expect(kernel.complaints()).to.deep.equal(["strangersRemoved"]);
    expect([...kernel.items]).to.deep.equal([]);
    expect(kernel.member().router.statistics.strangersRemoved).to.equal(1);
  });

  it("become a fight: it is said once, and the answers get rare", () => {
    const kernel = masterWith({ routing: routing(VIA) });
    let restored = 0;
    const said: string[] = [];
    for (let i = 0; i < 600; i++) {
      if (kernel.items.delete(ROUTE)) restored += 1;
      kernel.give(news("routeRemoved"));
      said.push(...later(kernel, 0.1));
    }
    expect(said).to.deep.equal([...new Array<string>(PATIENCE).fill("routingRestored"), "fight"]);
    expect(restored).to.be.within(PATIENCE, 18);
    expect(later(kernel, 20)).to.deep.equal([]);
    expect([...kernel.items], "when the other gives up it is there").to.deep.equal([ROUTE]);
    later(kernel, 180);
    kernel.items.clear();
    kernel.give(news("routeRemoved"));
    expect(later(kernel, 0.1), "long after, it is news again").to.deep.equal(["routingRestored"]);
  });

  it("follow a reload: what is gone goes, what is new comes, what stays is asked for", () => {
    const kernel = masterWith({ routing: routing(`${VIA}\n10.6.0.0/16 dev eth0`) });
    const changed = params({ routing: routing(`10.6.0.0/16 dev eth0\n10.7.0.0/16 dev eth0`) });
    kernel.give({ kind: "configure", params: routerParams([changed]), resume: [] });
    expect([...kernel.items]).to.deep.equal(["route 10.6.0.0/16 dev eth0", "route 10.7.0.0/16 dev eth0"]);
    expect(kernel.complaints()).to.deep.equal([]);
  });
});

describe("vrrp: addresses that somebody else touches", () => {
  const added = { kind: "addressAdded", address: linkAddress(2, "10.0.0.100/24") } as const;
  const gone = { kind: "addressRemoved", address: linkAddress(2, "10.0.0.100/24") } as const;

  it("are removed when they are added while we are not master", () => {
    const kernel = new Kernel([params()]);
    kernel.give(fromPeer(advert(200)));
    kernel.log.length = 0;
    kernel.give(added);
    kernel.pass(0.1);
    expect(kinds(kernel.log)).to.deep.equal(["removeAddresses", "complain strangersRemoved"]);
  });

  it("are left to the address owner, to static addresses and to a master with the same address", () => {
    const owner = new Kernel([params({ priority: 255, startAs: "backup" })]);
    owner.give(added);
    owner.log.length = 0;
    owner.pass(0.1);
    expect(kinds(owner.log)).to.not.include("removeAddresses");

    const statics: StaticParams = { addresses: [{ ...address("10.0.0.100/24"), interfaceName: "eth0" }], routing: [] };
    const both = new Kernel([]);
    both.give({ kind: "configure", params: routerParams([params()], { statics }), resume: [] });
    both.give(fromPeer(advert(200)));
    both.give(added);
    both.log.length = 0;
    both.pass(0.1);
    expect(kinds(both.log)).to.not.include("removeAddresses");
  });

  it("become a fight like everything else", () => {
    const kernel = masterWith({});
    const said: string[] = [];
    let restored = 0;
    for (let i = 0; i < 300; i++) {
      kernel.give(gone);
      kernel.log.length = 0;
      kernel.pass(0.2);
      if (kernel.log.some(({ kind }) => kind === "installAddresses")) {
        restored += 1;
        said.push(...kernel.complaints());
        kernel.give(added);
      }
    }
    expect(said.filter((kind) => kind === "fight")).to.have.length(1);
    expect(restored).to.be.within(PATIENCE, 20);
  });
});

describe("vrrp: what a dead predecessor has left", () => {
  it("goes, as far as the configuration has it no more", () => {
    const lines = `${VIA}\n10.6.0.0/16 dev eth0`;
    const leftBy = routerParams(
      [params({ addresses: [address("10.0.0.100/24"), address("10.0.0.101/24")], routing: routing(lines) })],
      { statics: { addresses: [{ ...address("10.8.0.1/24"), interfaceName: "eth1" }], routing: [] } },
    );
    const kernel = new Kernel([]);
    for (const item of routing(lines)) kernel.items.add(item.name);
    for (const [index, text] of [
      [2, "10.0.0.100/24"],
      [2, "10.0.0.101/24"],
      [3, "10.8.0.1/24"],
    ] as const) {
      kernel.give({ kind: "addressAdded", address: linkAddress(index, text) });
    }
    kernel.log.length = 0;
    const wanted = routerParams([params({ routing: routing(VIA) })]);
    const resume = [{ instance: "VI_1", until: after(kernel.now, seconds(1)) }];
    kernel.give({ kind: "configure", params: wanted, resume, leftBy });
    const removed = kernel.log.flatMap((effect) =>
      effect.kind === "removeAddresses" ? effect.addresses.map((placed) => placed.address.prefix.address) : [],
    );
    expect(removed).to.deep.equal([ip("10.8.0.1"), ip("10.0.0.101")]);
    expect(kernel.stateOf()).to.equal("master");
    expect([...kernel.items]).to.deep.equal([ROUTE]);
  });
});

describe("vrrp: static addresses, routes and rules", () => {
  const statics: StaticParams = {
    addresses: [{ ...address("10.8.0.1/24"), interfaceName: "eth0" }],
    routing: routing(VIA),
  };
  const withStatics = (): Kernel => {
    const kernel = new Kernel([]);
    kernel.give({ kind: "configure", params: routerParams([], { statics }), resume: [] });
    return kernel;
  };

  it("are there from the start, addresses first, and gone at the end", () => {
    const kernel = withStatics();
    expect(kinds(kernel.log)).to.deep.equal(["installAddresses", "installRouting"]);
    kernel.give({ kind: "addressAdded", address: linkAddress(2, "10.8.0.1/24") });
    expect(kinds(kernel.give({ kind: "shutdown" }))).to.deep.equal(["removeRouting", "removeAddresses", "finished"]);
    expect([...kernel.items]).to.deep.equal([]);
  });

  it("are put back", () => {
    const kernel = withStatics();
    kernel.give({ kind: "addressAdded", address: linkAddress(2, "10.8.0.1/24") });
    later(kernel, 1);
    kernel.give({ kind: "addressRemoved", address: linkAddress(2, "10.8.0.1/24") });
    kernel.items.clear();
    kernel.give(news("routeRemoved"));
    kernel.log.length = 0;
    kernel.pass(0.1);
    expect(kinds(kernel.log)).to.include.members(["installAddresses", "installRouting"]);
    expect([...kernel.items]).to.deep.equal([ROUTE]);
    expect(kernel.complaints()).to.have.members(["addressesRestored", "routingRestored"]);
  });

  it("follow a reload", () => {
    const kernel = withStatics();
    kernel.give({ kind: "addressAdded", address: linkAddress(2, "10.8.0.1/24") });
    kernel.log.length = 0;
    const others: StaticParams = { addresses: [], routing: routing("10.9.0.0/16 dev eth0") };
    kernel.give({ kind: "configure", params: routerParams([], { statics: others }), resume: [] });
    expect(kinds(kernel.log)).to.deep.equal(["removeRouting", "removeAddresses", "installRouting"]);
    expect([...kernel.items]).to.deep.equal(["route 10.9.0.0/16 dev eth0"]);
  });
});

describe("vrrp: addresses of one network", () => {
  const secondary = (text: string) => ({ ...linkAddress(2, text), flags: 0x81 });
  const two = (): Kernel => {
    const one = params({ name: "A", vrid: 1, addresses: [address("10.5.0.1/24")] });
    const other = params({
      name: "B",
      vrid: 2,
      addresses: [address("10.5.0.2/24"), address("10.6.0.2/24")],
      routing: routing("10.7.0.0/16 dev eth0 src 10.5.0.2"),
    });
    const kernel = new Kernel([one, other]);
    while (kernel.stateOf("A") !== "master" || kernel.stateOf("B") !== "master") kernel.wake();
    kernel.give({ kind: "addressAdded", address: linkAddress(2, "10.5.0.1/24") });
    kernel.give({ kind: "addressAdded", address: secondary("10.5.0.2/24") });
    kernel.give({ kind: "addressAdded", address: linkAddress(2, "10.6.0.2/24") });
    kernel.pass(1);
    kernel.log.length = 0;
    return kernel;
  };
  const installed = (effects: readonly RouterEffect[]): readonly string[] =>
    effects.flatMap((effect) =>
      effect.kind === "installAddresses"
        ? effect.addresses.map(({ address: { prefix } }) => prefix.address.octets.join("."))
        : [],
    );

  it("that go with the first one of another instance come back at once, with their routes, and nothing is said", () => {
    const kernel = two();
    const effects = kernel.give(fromPeer({ ...advert(200), vrid: 1, addresses: [ip("10.5.0.1")] }));
    expect(kinds(effects)).to.deep.equal(["removeAddresses", "installAddresses", "installRouting", "master>backup"]);
    expect(installed(effects)).to.deep.equal(["10.5.0.2"]);
    kernel.give({ kind: "addressRemoved", address: linkAddress(2, "10.5.0.1/24") });
    kernel.give({ kind: "addressRemoved", address: secondary("10.5.0.2/24") });
    kernel.give({ kind: "addressAdded", address: linkAddress(2, "10.5.0.2/24") });
    expect(later(kernel, 1)).to.deep.equal([]);
  });

  it("are left alone when a secondary one goes", () => {
    const kernel = two();
    expect(kinds(kernel.give(fromPeer({ ...advert(200), vrid: 2 })))).to.not.include("installAddresses");
  });

  it("stay when a reload takes the first one out of the configuration", () => {
    const before = params({ addresses: [address("10.5.0.1/24"), address("10.5.0.2/24"), address("10.5.0.3/24")] });
    const kernel = new Kernel([before]);
    while (kernel.stateOf() !== "master") kernel.wake();
    kernel.give({ kind: "addressAdded", address: linkAddress(2, "10.5.0.1/24") });
    for (const text of ["10.5.0.2/24", "10.5.0.3/24"]) kernel.give({ kind: "addressAdded", address: secondary(text) });
    const now = params({ addresses: [address("10.5.0.2/24"), address("10.5.0.3/24")] });
    const effects = kernel.give({ kind: "configure", params: routerParams([now]), resume: [] });
    expect(installed(effects)).to.deep.equal(["10.5.0.2", "10.5.0.3"]);
  });
});
