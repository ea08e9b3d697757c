// Virtual links, made by us and looked at with ip(8).
import { expect } from "chai";
import { macFromOctets } from "../../src/base/mac.js";
import { type Rtnl, openRtnl } from "../../src/host/rtnl.js";
import { type SystemError, isSystemError } from "../../src/native/index.js";
import { inPrivateNamespace, ip, kernelKnows } from "./namespace.js";

function succeeded<T extends object>(outcome: T | SystemError): T {
  if (isSystemError(outcome)) throw new Error(`${outcome.syscall}: ${outcome.code}`);
  return outcome;
}

const parseLinks: (json: string) => readonly unknown[] = JSON.parse;

describe("kernel: virtual links", () => {
  inPrivateNamespace();

  let rtnl: Rtnl;
  let interfaceIndex: number;

  const linkNamed = (name: string) => succeeded(rtnl.links()).find((link) => link.name === name);

  before(() => {
    ip("link add v0 type veth peer name v1");
    for (const name of ["v0", "v1"]) ip(`link set ${name} addrgenmode none up`);
    rtnl = succeeded(openRtnl());
    interfaceIndex = linkNamed("v0")?.index ?? 0;
  });

  after(() => {
    rtnl.close();
  });

  const alias = "vipd";
  const mac = macFromOctets([0, 0, 0x5e, 0, 1, 51]);
  const shownLink = (name: string): unknown => parseLinks(ip(`-d -j link show dev ${name}`))[0];

  afterEach(() => {
    for (const link of succeeded(rtnl.links())) if (link.alias === alias) rtnl.removeLink(link.index);
  });

  it("a macvlan is made, switched off, and removed", () => {
    const form = { kind: "macvlan", mac } as const;
    expect(rtnl.ensureLink({ name: "vrrp.51", lower: interfaceIndex, alias, group: 7, form })).to.equal(undefined);
    expect(shownLink("vrrp.51")).to.deep.include({
      address: "00:00:5e:00:01:33",
      link: "v0",
      ifalias: "vipd",
      group: "7",
      operstate: "DOWN",
    });
    const made = linkNamed("vrrp.51");
    expect(made).to.deep.include({
      enabled: false,
      mac,
      kind: "macvlan",
      macvlanMode: 4,
      lower: interfaceIndex,
      alias,
    });
    expect(rtnl.removeLink(made?.index ?? 0)).to.equal(undefined);
    expect(linkNamed("vrrp.51")).to.equal(undefined);
    expect(rtnl.removeLink(made?.index ?? 0)).to.equal(undefined);
    rtnl.ensureLink({ name: "vrrp.51", lower: interfaceIndex, alias, form });
    expect(rtnl.removeLink("vrrp.51")).to.equal(undefined);
    expect(rtnl.removeLink("vrrp.51")).to.equal(undefined);
    expect(linkNamed("vrrp.51")).to.equal(undefined);
  });

  it("a macvlan is switched on and off", () => {
    rtnl.ensureLink({ name: "vrrp.51", lower: interfaceIndex, alias, form: { kind: "macvlan", mac } });
    const index = linkNamed("vrrp.51")?.index ?? 0;
    expect(rtnl.switchLink(index, true)).to.equal(undefined);
    expect(linkNamed("vrrp.51")).to.include({ enabled: true, up: true });
    expect(rtnl.switchLink(index, false)).to.equal(undefined);
    expect(linkNamed("vrrp.51")).to.include({ enabled: false, up: false });
  });

  it("a macvlan that is there is changed into what is asked for", () => {
    ip("link add link v0 name vrrp.51 up type macvlan mode private");
    rtnl.ensureLink({ name: "vrrp.51", lower: interfaceIndex, alias, form: { kind: "macvlan", mac } });
    expect(linkNamed("vrrp.51")).to.deep.include({ mac, macvlanMode: 4, alias, enabled: false });
  });

  // Not every kernel is built with it.
  for (const mode of kernelKnows("ipvlan") ? (["bridge", "private", "vepa"] as const) : []) {
    it(`an ipvlan of mode ${mode} has the MAC address below it`, () => {
      const form = { kind: "ipvlan", mode } as const;
      expect(rtnl.ensureLink({ name: "ipv0", lower: interfaceIndex, alias, form })).to.equal(undefined);
      expect(linkNamed("ipv0")).to.deep.include({ kind: "ipvlan", mac: linkNamed("v0")?.mac });
      expect(shownLink("ipv0")).to.have.deep.nested.property("linkinfo.info_data", { mode: "l2", [mode]: true });
    });
  }

  it("what the kernel refuses is named in its words", () => {
    ip("link add name other type bridge");
    const form = { kind: "macvlan", mac } as const;
    expect(rtnl.ensureLink({ name: "other", lower: interfaceIndex, alias, form })?.error.code).to.equal("ENOTSUP");
    expect(rtnl.ensureLink({ name: "vrrp.51", lower: 4242, alias, form })?.error.code).to.equal("ENODEV");
    expect(rtnl.switchLink(4242, true)?.error.code).to.equal("ENODEV");
    ip("link delete dev other");
  });
});
