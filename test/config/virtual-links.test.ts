// use_vmac and its relatives: which links come out, what goes on them, and who accepts what.
import { expect } from "chai";
import { formatIp, formatPrefix } from "../../src/base/ip.js";
import { formatMac } from "../../src/base/mac.js";
import type { VirtualRouterParams } from "../../src/vrrp/params.js";
import { problemsOf, read } from "./machine.js";

interface Options {
  readonly lines?: readonly string[];
  readonly addresses?: readonly string[];
  readonly excluded?: readonly string[];
  readonly interfaceName?: string;
}

let vrid = 50;
const instance = ({
  lines = [],
  addresses = ["10.0.0.1/24"],
  excluded = [],
  interfaceName = "eth0",
}: Options): string =>
  `vrrp_instance V${++vrid} {
interface ${interfaceName}
virtual_router_id ${vrid}
${lines.join("\n")}
virtual_ipaddress {
${addresses.join("\n")}
}
${excluded.length > 0 ? `virtual_ipaddress_excluded {\n${excluded.join("\n")}\n}` : ""}
}
`;

const lower = (text: string): readonly VirtualRouterParams[] => read(text).params?.vrrp.instances ?? [];
const links = (params: VirtualRouterParams | undefined): readonly string[] =>
  (params?.virtualLinks ?? []).map(({ name, baseName, form }) =>
    [name, baseName, form.kind === "macvlan" ? formatMac(form.mac) : `${form.kind} ${form.mode}`].join(" "),
  );
const placed = (params: VirtualRouterParams | undefined): readonly string[] =>
  [...(params?.addresses ?? []), ...(params?.excludedAddresses ?? [])].map(
    ({ prefix, interfaceName }) => `${formatPrefix(prefix)} ${interfaceName ?? "-"}`,
  );

describe("config: virtual links", () => {
  beforeEach(() => {
    vrid = 50;
  });

  it("use_vmac takes the addresses without dev, and advertises with its MAC address", () => {
    const [params] = lower(instance({ lines: ["use_vmac"], addresses: ["10.0.0.1/24", "10.0.1.1/24 dev eth1"] }));
    expect(links(params)).to.deep.equal(["vrrp.51 eth0 00:00:5e:00:01:33"]);
    expect(placed(params)).to.deep.equal(["10.0.0.1/24 vrrp.51", "10.0.1.1/24 eth1"]);
    expect(params?.advertMac && formatMac(params.advertMac)).to.equal("00:00:5e:00:01:33");
  });

  it("names are keepalived's, each once", () => {
    const six = { lines: ["use_vmac"], addresses: ["fe80::9/64"] };
    const text =
      instance({ lines: ["use_vmac"] }) + instance(six).replace("virtual_router_id 52", "virtual_router_id 51");
    const third = instance({ lines: ["use_vmac"], interfaceName: "eth1" }).replace("_id 53", "_id 51");
    expect(lower(text + third).map((params) => links(params)[0])).to.deep.equal([
      "vrrp.51 eth0 00:00:5e:00:01:33",
      "vrrp6.51 eth0 00:00:5e:00:02:33",
      "vrrp1.51 eth1 00:00:5e:00:01:33",
    ]);
    const prefixed = `global_defs {\nvmac_prefix vm\n}\n${instance({ lines: ["use_vmac"] })}`;
    expect(lower(prefixed).map((params) => params.virtualLinks[0]?.name)).to.deep.equal(["vm.54"]);
  });

  it("a name, a whole MAC address, or five octets that the VRID completes", () => {
    const whole = lower(instance({ lines: ["use_vmac fast0 02:00:00:00:00:09"] }));
    expect(whole.flatMap(links)).to.deep.equal(["fast0 eth0 02:00:00:00:00:09"]);
    expect(lower(instance({ lines: ["use_vmac 02:00:00:00:09"] })).flatMap(links)).to.deep.equal([
      "vrrp.52 eth0 02:00:00:00:09:34",
    ]);
  });

  it("vmac_xmit_base advertises with the MAC address of the interface, and strict mode does not", () => {
    const lines = ["use_vmac 02:00:00:00:00:09", "vmac_xmit_base"];
    expect(lower(instance({ lines }))[0]).to.not.have.property("advertMac");
    const text = instance({ lines: [...lines, "strict_mode on"] });
    expect(links(lower(text)[0])).to.deep.equal(["vrrp.52 eth0 00:00:5e:00:01:34"]);
    expect(lower(text)[0]?.advertMac).to.deep.equal({ octets: [0, 0, 0x5e, 0, 1, 52] });
    expect(problemsOf(read(text)).filter((problem) => problem.endsWith("ignoredSetting"))).to.have.length(2);
  });

  it("use_vmac_addr makes links for what is elsewhere, and use_vmac behind an address for that one", () => {
    const text = `global_defs {\nvmac_addr_prefix va\n}\n${instance({
      lines: ["use_vmac", "use_vmac_addr"],
      addresses: ["10.0.0.1/24", "10.0.1.1/24 dev eth1"],
      excluded: ["2001:db8::1/64"],
    })}`;
    expect(links(lower(text)[0])).to.deep.equal([
      "vrrp.51 eth0 00:00:5e:00:01:33",
      "va.51 eth1 00:00:5e:00:01:33",
      "va6.51 eth0 00:00:5e:00:02:33",
    ]);
    const [one] = lower(
      instance({ addresses: ["10.0.0.1/24", "10.0.1.1/24 dev eth1 use_vmac", "10.0.1.2/24 dev eth1"] }),
    );
    expect(links(one)).to.deep.equal(["vrrp.52 eth1 00:00:5e:00:01:34"]);
    expect(placed(one)).to.deep.equal(["10.0.0.1/24 -", "10.0.1.1/24 vrrp.52", "10.0.1.2/24 eth1"]);
  });

  it("a link of IPv6 without a link-local address gets that of its MAC address", () => {
    const [params] = lower(instance({ lines: ["use_vmac"], addresses: ["2001:db8::1/64"] }));
    expect(placed(params)).to.deep.equal(["2001:db8::1/64 vrrp.51", "fe80::200:5eff:fe00:233/64 vrrp.51"]);
    const [own] = lower(instance({ lines: ["use_vmac"], addresses: ["fe80::1/64", "2001:db8::1/64"] }));
    expect(placed(own)).to.have.length(2);
  });

  it("use_ipvlan has its own address, which advertisements come from", () => {
    const [params] = lower(instance({ lines: ["use_ipvlan ip0 10.0.0.77 private"] }));
    expect(links(params)).to.deep.equal(["ip0 eth0 ipvlan private"]);
    expect(placed(params)).to.deep.equal(["10.0.0.1/24 ip0"]);
    expect(params?.sourceAddress && formatIp(params.sourceAddress)).to.equal("10.0.0.77");
    expect(params).to.not.have.property("advertMac");
  });
});

describe("config: Accept_Mode", () => {
  const accepts = (...lines: readonly string[]): boolean | undefined => lower(instance({ lines }))[0]?.acceptMode;

  it("is keepalived's default, the strict one, or what is written", () => {
    expect(accepts()).to.equal(true);
    expect(accepts("no_accept")).to.equal(false);
    expect(accepts("accept")).to.equal(true);
    expect(accepts("strict_mode on")).to.equal(false);
    expect(accepts("strict_mode on", "priority 255", "state MASTER")).to.equal(true);
    expect(accepts("strict_mode on", "version 3", "accept")).to.equal(true);
    expect(accepts("strict_mode on", "version 2", "accept")).to.equal(false);
  });

  it("has the table that global_defs names", () => {
    const filter = (lines: string) => read(`global_defs {\n${lines}\n}\n`).params?.vrrp.filter;
    expect(filter("")).to.deep.equal({ table: "keepalived", priority: -1, counters: false, byIndex: false });
    expect(filter("nftables t\nnftables_priority -9\nnftables_counters\nnftables_ifindex")).to.deep.equal({
      table: "t",
      priority: -9,
      counters: true,
      byIndex: true,
    });
  });
});
