// Where an instance advertises to, in which family, and how it sums: multicast, unicast, IPv6.
import { expect } from "chai";
import { formatIp, formatPrefix } from "../../src/base/ip.js";
import type { VirtualRouterParams } from "../../src/vrrp/params.js";
import { problemsOf, read } from "./machine.js";

interface Reading {
  readonly params: VirtualRouterParams | undefined;
  readonly problems: readonly string[];
}

function instance(lines: string, before = ""): Reading {
  const reading = read(`${before}\nvrrp_instance VI {\nvirtual_router_id 5\n${lines}\n}`);
  return {
    params: reading.params?.vrrp.instances[0],
    problems: problemsOf(reading).map((line) => line.replace(/.* /, "")),
  };
}

const V4 = "interface eth0\nvirtual_ipaddress { 10.0.0.100 }\n";
const V6 = "interface eth0\nvirtual_ipaddress { fe80::100/64 }\n";
const unicast = (lines: string) => `unicast_peer {\n${lines}\n}\n`;

function targets({ params }: Reading): string {
  const to = params?.destination;
  if (to === undefined) return "nobody";
  if (to.kind === "multicast") return formatIp(to.group);
  const peers = to.peers.map(({ address, minTtl, maxTtl }) => `${formatIp(address)} ${minTtl}..${maxTtl}`);
  return `${peers.join(", ")}; ttl ${to.ttl}${to.checkSource ? ", checked" : ""}`;
}

describe("config: destinations", () => {
  const cases: readonly (readonly [string, string, string?])[] = [
    [V4, "224.0.0.18"],
    [V6, "ff02::12"],
    [`${V6}mcast_dst_ip ff02::99`, "ff02::99"],
    [V6, "ff02::77", "global_defs {\nvrrp_mcast_group6 ff02::77\n}"],
    [
      V4 + unicast("10.0.0.2\n10.0.0.3 min_ttl 250 max_ttl 254"),
      "10.0.0.2 0..255, 10.0.0.3 250..254; ttl 255, checked",
    ],
    [V4 + unicast("10.0.0.2"), "10.0.0.2 0..255; ttl 255"],
    [`${V4}unicast_ttl 9\n${unicast("10.0.0.2")}`, "10.0.0.2 0..255; ttl 9"],
    [`${V4}check_unicast_src\n${unicast("10.0.0.2")}`, "10.0.0.2 0..255; ttl 255, checked"],
    [V4 + unicast("10.0.0.2"), "10.0.0.2 0..255; ttl 255, checked", "global_defs {\nvrrp_check_unicast_src\n}"],
    [V6 + unicast("fe80::2"), "fe80::2 0..255; ttl 255"],
    [`${V4}unicast_fault_no_peer`, "; ttl 255, checked"],
    [`${V4}unicast_fault_no_peer\nunicast_src_ip 10.0.0.1`, "; ttl 255, checked"],
  ];
  for (const [lines, expected, before] of cases) {
    it(`${lines.replaceAll("\n", " ")}→ ${expected}`, () => {
      const reading = instance(lines, before);
      expect(targets(reading)).to.equal(expected);
      expect(reading.problems).to.deep.equal([]);
    });
  }

  it("a group of IPv6 that leaves the link is left out", () => {
    const reading = instance(`${V6}mcast_dst_ip ff05::12`);
    expect([targets(reading), reading.problems]).to.deep.equal(["ff02::12", ["invalidAddress"]]);
  });

  it("unicast needs no interface; its addresses go where they say, or to the default interface", () => {
    const lines = `unicast_src_ip 10.0.0.1\nvirtual_ipaddress {\n10.0.0.100 dev eth1\n10.0.0.101\n}\n${unicast("10.0.0.2")}`;
    const { params } = instance(lines, "global_defs {\ndefault_interface eth0\n}");
    expect(params).not.to.have.property("interfaceName");
    expect(params?.addresses.map(({ interfaceName }) => interfaceName)).to.deep.equal(["eth1", "eth0"]);
  });

  it("both families: the first address decides, the others belong to the excluded", () => {
    const { params, problems } = instance(`${V6}virtual_ipaddress_excluded { 10.0.0.100/24 }`);
    expect(problems).to.deep.equal([]);
    expect([params?.family, params?.version]).to.deep.equal([6, 3]);
    expect(params?.excludedAddresses.map(({ prefix }) => formatPrefix(prefix))).to.deep.equal(["10.0.0.100/24"]);
  });

  it("an IPv6 advertisement has room for as many addresses as the link carries", () => {
    const many = Array.from({ length: 100 }, (_, n) => `2001:db8::${(n + 1).toString(16)}/64`).join("\n");
    const { params, problems } = instance(`interface eth0\nvirtual_ipaddress {\n${many}\n}`);
    // 1,500 octets less 40 of IPv6 and 8 of VRRP, 16 each.
    expect(params?.addresses).to.have.length(90);
    expect(params?.excludedAddresses).to.have.length(10);
    expect(problems).to.deep.equal(["adjusted"]);
  });

  it("native_ipv6 makes it an IPv6 instance without an IPv6 address", () => {
    const { params } = instance("interface eth0\nnative_ipv6\nno_virtual_ipaddress");
    expect(params?.family).to.equal(6);
  });

  it("the same VRID may be used by unicast instances that share no peer, or speak from different addresses", () => {
    const two = (first: string, second: string): readonly number[] => {
      const block = (name: string, lines: string): string =>
        `vrrp_instance ${name} {\nvirtual_router_id 5\n${lines}\n}\n`;
      const { params } = read(block("A", V4 + first) + block("B", V4.replace("100", "101") + second));
      return [params?.vrrp.instances.length ?? 0, params?.vrrp.impossible.length ?? 0];
    };
    expect(two(unicast("10.0.0.2"), unicast("10.0.0.3"))).to.deep.equal([2, 0]);
    expect(two(unicast("10.0.0.2\n10.0.0.3"), unicast("10.0.0.3"))).to.deep.equal([1, 1]);
    expect(
      two(`unicast_src_ip 10.0.0.1\n${unicast("10.0.0.2")}`, `unicast_src_ip 10.0.0.7\n${unicast("10.0.0.2")}`),
    ).to.deep.equal([2, 0]);
    expect(two("", unicast("10.0.0.3"))).to.deep.equal([2, 0]);
    expect(two("", "mcast_dst_ip 224.0.0.99")).to.deep.equal([2, 0]);
  });

  it("how it sums: as written, or as the peers do", () => {
    const sums = (lines: string): unknown => instance(lines).params?.checksum;
    const plain = { cover: "message", recognises: [], adapts: false };
    expect(sums(V4)).to.deep.equal(plain);
    expect(sums(V6)).to.deep.equal({ ...plain, cover: "pseudoHeader" });
    const peers = unicast("10.0.0.2");
    expect(sums(`${V4}version 3\n${peers}`)).to.deep.equal({
      cover: "pseudoHeader",
      recognises: ["message", "groupPseudoHeader"],
      adapts: true,
    });
    expect(sums(`${V4}version 3\nold_unicast_checksum\n${peers}`)).to.deep.equal({
      cover: "groupPseudoHeader",
      recognises: ["pseudoHeader", "message"],
      adapts: false,
    });
    expect(sums(`${V4}version 3\nold_unicast_checksum never\n${peers}`)).to.deep.equal({
      cover: "pseudoHeader",
      recognises: ["message"],
      adapts: true,
    });
  });
});
