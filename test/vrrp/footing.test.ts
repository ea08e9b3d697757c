// Links of their own, settings and the filter: what the VRRP router asks of the machine, and when.
import { expect } from "chai";
import { ip } from "../../src/base/ip.js";
import { macFromOctets } from "../../src/base/mac.js";
import type { RouterEffect } from "../../src/vrrp/effects.js";
import type { RouterEvent } from "../../src/vrrp/events.js";
import type { VirtualLink, VirtualRouterParams } from "../../src/vrrp/params.js";
import { newVrrpRouter } from "../../src/vrrp/vrrp-router.js";
import { wantedSettings } from "../../src/vrrp/tuning.js";
import type { Link } from "../../src/wire/link.js";
import { after, millis } from "../../src/base/time.js";
import { RouterBench, kinds, link, linkAddress, routerParams } from "../support/router.js";
import { address, ms, params } from "../support/vrrp.js";

const mac = macFromOctets([0, 0, 0x5e, 0, 1, 51]);
const vmac: VirtualLink = { name: "vrrp.51", baseName: "eth0", form: { kind: "macvlan", mac }, families: [4] };
const onVmac = address("10.0.0.100/24", { interfaceName: "vrrp.51" });
const instance = (options: Partial<VirtualRouterParams> = {}): VirtualRouterParams =>
  params({ virtualLinks: [vmac], ownLink: "vrrp.51", advertMac: mac, addresses: [onVmac], ...options });

const made = (options: Partial<Link> = {}): Link =>
  link(9, "vrrp.51", { up: false, enabled: false, mac, kind: "macvlan", lower: 2, macvlanMode: 4, ...options });
const appears = (options: Partial<Link> = {}): RouterEvent => ({ kind: "linkChanged", link: made(options) });
const refused = (effect: "createLink" | "filter", code: string): RouterEvent => ({
  kind: "refused",
  refusal: { effect, syscall: "sendto", errno: 1, code, subject: effect === "filter" ? "rules" : "vrrp.51" },
});
const links = (bench: RouterBench, ...more: readonly Link[]): RouterEvent => ({
  kind: "resync",
  links: [...bench.state.world.links.values()].filter(({ name }) => name !== "vrrp.51").concat(more),
  addresses: [linkAddress(2, "10.0.0.2/24"), linkAddress(3, "10.1.0.2/24")],
});
/** A router that knows the links and has no configuration yet. */
function beginning(...more: readonly Link[]): RouterBench {
  const bench = new RouterBench([]);
  const known = links(bench, ...more);
  bench.state = newVrrpRouter();
  bench.log.length = 0;
  bench.give(known);
  return bench;
}

const find = <Kind extends RouterEffect["kind"]>(effects: readonly RouterEffect[], kind: Kind) =>
  effects.filter((effect): effect is Extract<RouterEffect, { kind: Kind }> => effect.kind === kind);

/** Lets the instance become master; what that caused. */
function takeOver(bench: RouterBench): readonly RouterEffect[] {
  for (;;) {
    const effects = bench.wake();
    if (bench.stateOf() === "master") return effects;
  }
}

describe("vrrp: virtual links", () => {
  it("are made before their instance starts", () => {
    const bench = new RouterBench([instance()]);
    expect(find(bench.log, "createLink")).to.deep.equal([{ kind: "createLink", link: vmac, lower: 2, alias: "vipd" }]);
    expect(bench.stateOf()).to.equal("initialize");
    expect(kinds(bench.give(appears()))).to.deep.equal(["tune", "initialize>backup"]);
  });

  it("are switched on by a new master behind its first advertisement, and off before its addresses go", () => {
    const bench = new RouterBench([instance()]);
    bench.give(appears());
    const taking = takeOver(bench);
    expect(kinds(taking)).to.deep.equal(["transmit", "switchLinks", "installAddresses", "announce", "backup>master"]);
    expect(find(taking, "transmit")[0]).to.deep.include({ sourceMac: mac });
    expect(find(taking, "switchLinks")[0]).to.deep.include({
      on: true,
      links: [{ interfaceIndex: 9, interfaceName: "vrrp.51" }],
    });
    const leaving = bench.give({ kind: "shutdown" });
    expect(kinds(leaving)).to.deep.equal([
      "transmit",
      "switchLinks",
      "removeAddresses",
      "master>stopped",
      "stopListening",
      "removeLink",
      "tune",
      "finished",
    ]);
    expect(find(leaving, "switchLinks")[0]).to.include({ on: false });
    expect(find(leaving, "tune")[0]?.settings).to.deep.equal([]);
  });

  it("are removed by a stop that comes before the kernel has told of them", () => {
    const bench = new RouterBench([instance()]);
    expect(find(bench.give({ kind: "shutdown" }), "removeLink")).to.deep.equal([
      { kind: "removeLink", interfaceName: "vrrp.51" },
    ]);
  });

  it("of a killed predecessor are taken over, switched off where this one is not master", () => {
    const bench = beginning(made({ alias: "vipd", enabled: true, up: true }));
    const started = bench.give({ kind: "configure", params: routerParams([instance()]), resume: [] });
    expect(kinds(started)).to.deep.equal(["tune", "listen", "switchLinks", "initialize>backup"]);
    expect(kinds(bench.give({ kind: "shutdown" }))).to.include("removeLink");
  });

  it("of a killed predecessor are made anew where they hold what nobody knows", () => {
    const bench = beginning(made({ alias: "vipd" }));
    bench.give({ kind: "addressAdded", address: linkAddress(9, "10.0.0.66/24") });
    const started = bench.give({ kind: "configure", params: routerParams([instance()]), resume: [] });
    expect(find(started, "removeLink")).to.deep.equal([
      { kind: "removeLink", interfaceIndex: 9, interfaceName: "vrrp.51" },
    ]);
    expect(find(bench.give({ kind: "linkRemoved", index: 9 }), "createLink")).to.have.length(1);
  });

  it("stay with an address that somebody adds while they are in use", () => {
    const bench = beginning(made({ alias: "vipd" }));
    bench.give({ kind: "configure", params: routerParams([instance()]), resume: [] });
    expect(bench.stateOf()).to.equal("backup");
    const effects = bench.give({ kind: "addressAdded", address: linkAddress(9, "10.0.0.66/24") });
    expect(kinds(effects)).to.not.include("removeLink");
  });

  it("of a killed predecessor are removed where nobody wants them", () => {
    const bench = beginning(made({ alias: "vipd" }));
    expect(bench.log).to.deep.equal([]);
    expect(kinds(bench.give({ kind: "configure", params: routerParams([]), resume: [] }))).to.deep.equal([
      "removeLink",
    ]);
    const other = beginning(made({ alias: "vipd other" }));
    expect(kinds(other.give({ kind: "configure", params: routerParams([]), resume: [] }))).to.deep.equal([]);
  });

  it("that an administrator has made are used and changed, but not removed", () => {
    const bench = beginning(made({ macvlanMode: 1 }));
    const started = bench.give({ kind: "configure", params: routerParams([instance()]), resume: [] });
    expect(find(started, "createLink")).to.deep.equal([{ kind: "createLink", link: vmac, lower: 2 }]);
    bench.give(appears());
    expect(kinds(bench.give({ kind: "shutdown" }))).to.not.include("removeLink");
  });

  it("whose name another interface has are a fault", () => {
    const bench = beginning(link(9, "vrrp.51", { kind: "bridge" }));
    bench.give({ kind: "configure", params: routerParams([instance()]), resume: [] });
    expect(bench.stateOf()).to.equal("fault");
    expect(bench.member().router.causes).to.have.nested.property("[0].kind", "virtualLinkRefused");
    bench.give({ kind: "linkRemoved", index: 9 });
    expect(find(bench.log, "createLink")).to.have.length(1);
    bench.give(appears());
    expect(bench.stateOf()).to.equal("backup");
  });

  it("that the kernel refuses are a fault, said once, and asked for again every second", () => {
    const bench = new RouterBench([instance()]);
    expect(kinds(bench.give(refused("createLink", "ENOTSUP")))).to.include.members([
      "complain refused",
      "initialize>fault",
    ]);
    bench.runUntil(ms(1000));
    expect(find(bench.log, "createLink")).to.have.length(2);
    expect(bench.give(refused("createLink", "ENOTSUP"))).to.deep.equal([]);
    bench.give(appears());
    expect(bench.stateOf()).to.equal("backup");
  });

  it("wait for the interface below them", () => {
    const bench = new RouterBench([]);
    bench.give({ kind: "linkRemoved", index: 2 });
    bench.give({ kind: "configure", params: routerParams([instance()]), resume: [] });
    expect(bench.stateOf()).to.equal("fault");
    expect(find(bench.log, "createLink")).to.deep.equal([]);
    bench.give({ kind: "linkChanged", link: link(2, "eth0") });
    expect(find(bench.log, "createLink")).to.have.length(1);
  });

  it("of a master come back when they are removed or switched off", () => {
    const bench = new RouterBench([instance()]);
    bench.give(appears());
    takeOver(bench);
    bench.give(appears({ enabled: true, up: true }));
    bench.give({ kind: "addressAdded", address: linkAddress(9, "10.0.0.100/24") });
    const off = bench.log.length;
    bench.give(appears());
    bench.runUntil(after(bench.now, millis(20)));
    expect(kinds(bench.log.slice(off))).to.include.members(["switchLinks", "installAddresses", "announce"]);
    expect(kinds(bench.give({ kind: "linkRemoved", index: 9 }))).to.include("createLink");
    bench.give(appears({ index: 10 }));
    // A new link has default settings.
    expect(find(bench.log, "tune").map(({ settings }) => settings.length > 1)).to.deep.equal([true, true]);
    const at = bench.log.length;
    bench.runUntil(ms(8000));
    expect(find(bench.log.slice(at), "switchLinks")[0]).to.deep.include({ on: true });
  });

  it("are no business of garp_extra_if where advertisements go by them", () => {
    const elsewhere = address("10.1.0.100/24", { interfaceName: "va.51" });
    const announce = { ...params().announce, extraPeriod: millis(2000) };
    const other: VirtualLink = { ...vmac, name: "va.51", baseName: "eth1" };
    const bench = new RouterBench([
      instance({ announce, addresses: [onVmac, elsewhere], virtualLinks: [vmac, other] }),
    ]);
    bench.give(appears());
    bench.give({ kind: "linkChanged", link: made({ index: 10, name: "va.51", lower: 3 }) });
    takeOver(bench);
    const at = bench.log.length;
    bench.runUntil(after(bench.now, millis(2000)));
    const frames = find(bench.log.slice(at), "announce").flatMap((effect) => effect.frames);
    expect(frames.map(({ interfaceIndex }) => interfaceIndex)).to.deep.equal([10]);
  });

  it("go with the instance that a reload takes away", () => {
    const bench = new RouterBench([instance()]);
    bench.give(appears());
    takeOver(bench);
    bench.give(appears({ enabled: true, up: true }));
    const effects = kinds(bench.give({ kind: "configure", params: routerParams([]), resume: [] }));
    expect(effects).to.include.members(["transmit", "switchLinks", "removeAddresses", "removeLink", "tune"]);
  });
});

describe("vrrp: settings for virtual links", () => {
  const settings = (...instances: readonly VirtualRouterParams[]): Record<string, string> => {
    const bench = new RouterBench([]);
    bench.give(links(bench, made()));
    return Object.fromEntries(
      wantedSettings(routerParams(instances), bench.state.world).map((setting) =>
        setting.kind === "value" ? [setting.path, setting.value] : ["loose", setting.exempt.join()],
      ),
    );
  };

  it("let each link answer for its own addresses only, and no reverse path filter in the way", () => {
    expect(settings(instance())).to.deep.equal({
      "ipv4/conf/vrrp.51/arp_ignore": "1",
      "ipv4/conf/vrrp.51/accept_local": "1",
      "ipv4/conf/vrrp.51/promote_secondaries": "1",
      "ipv4/conf/eth0/arp_ignore": "1",
      "ipv4/conf/eth0/arp_filter": "1",
      "ipv4/conf/eth0/arp_announce": "2",
      "ipv6/conf/vrrp.51/disable_ipv6": "1",
      loose: "vrrp.51",
    });
  });

  it("keep an IPv6 link from speaking on its own", () => {
    const ipv6 = instance({ family: 6, virtualLinks: [{ ...vmac, families: [6] }] });
    expect(settings(ipv6)).to.deep.equal({
      "ipv4/conf/vrrp.51/arp_ignore": "1",
      "ipv6/conf/vrrp.51/addr_gen_mode": "1",
      "ipv6/conf/vrrp.51/accept_ra": "0",
      "ipv6/conf/vrrp.51/autoconf": "0",
      "ipv6/conf/vrrp.51/router_solicitations": "0",
    });
  });

  it("are none for what does not exist, and promote_secondaries is for the interface itself", () => {
    expect(settings(instance({ virtualLinks: [{ ...vmac, name: "vrrp.52" }] }))).to.deep.equal({});
    expect(settings(params({ promoteSecondaries: true }))).to.deep.equal({ "ipv4/conf/eth0/promote_secondaries": "1" });
  });
});

describe("vrrp: the filter of Accept_Mode", () => {
  const blocked = (effects: readonly RouterEffect[]): readonly string[] | undefined =>
    find(effects, "filter")
      .at(-1)
      ?.filter?.blocked.map(({ address: { octets }, interfaceName }) => `${octets.join(".")} ${interfaceName}`);

  it("has every address of those that do not own theirs, from the start to the end", () => {
    const other = address("10.1.0.9", { interfaceName: "eth1" });
    const bench = new RouterBench([
      params({ acceptMode: false, excludedAddresses: [other] }),
      params({ name: "VI_2", vrid: 52, acceptMode: false, priority: 255, addresses: [address("10.0.0.2")] }),
      params({ name: "VI_3", vrid: 53, addresses: [address("10.0.0.103")] }),
    ]);
    expect(blocked(bench.log)).to.deep.equal(["10.0.0.100 eth0", "10.1.0.9 eth1"]);
    const end = bench.give({ kind: "shutdown" });
    expect(find(end, "filter")).to.deep.equal([{ kind: "filter" }]);
    expect(kinds(end).at(-1)).to.equal("finished");
  });

  it("follows a reload", () => {
    const bench = new RouterBench([params({ acceptMode: false })]);
    const changed = params({ acceptMode: false, addresses: [address("10.0.0.101")] });
    const reload = (instances: readonly VirtualRouterParams[]): readonly RouterEffect[] =>
      bench.give({ kind: "configure", params: routerParams(instances), resume: [] });
    expect(blocked(reload([changed]))).to.deep.equal(["10.0.0.101 eth0"]);
    expect(find(reload([params()]), "filter")).to.deep.equal([{ kind: "filter" }]);
    expect(find(reload([params()]), "filter")).to.deep.equal([]);
  });

  it("that is refused is told once, and tried again, while the instance goes on", () => {
    const bench = new RouterBench([params({ acceptMode: false })]);
    expect(kinds(bench.give(refused("filter", "ENOTSUP")))).to.deep.equal(["complain filterRefused"]);
    expect(bench.state.world.filterRefusal).to.equal("sendto: ENOTSUP");
    expect(bench.stateOf()).to.equal("backup");
    const at = bench.log.length;
    bench.runUntil(ms(10_000));
    expect(find(bench.log.slice(at), "filter")).to.have.length(1);
    expect(bench.give(refused("filter", "ENOTSUP"))).to.deep.equal([]);
    bench.give({ kind: "filtered" });
    expect(bench.state.world.filterRefusal).to.equal(undefined);
  });

  it("knows addresses of both families", () => {
    const ipv6 = address("10.0.0.1");
    const both = { ...ipv6, prefix: { address: ip("2001:db8::1"), length: 64 } };
    const bench = new RouterBench([params({ acceptMode: false, excludedAddresses: [both] })]);
    expect(blocked(bench.log)).to.have.length(2);
  });
});
