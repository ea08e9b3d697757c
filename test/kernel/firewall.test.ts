// The rules of nf_tables, looked at with nft(8), and what they do to packets.
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { type Server, connect, createServer } from "node:net";
import { ip as address } from "../../src/base/ip.js";
import { type Firewall, openFirewall } from "../../src/host/firewall.js";
import { isSystemError } from "../../src/native/index.js";
import type { BlockedAddress, PacketFilter } from "../../src/vrrp/effects.js";
import { inPrivateNamespace, ip } from "./namespace.js";

const blocked = (text: string, interfaceName = "lo"): BlockedAddress => ({
  address: address(text),
  interfaceName,
  interfaceIndex: 1,
});

const filter = (addresses: readonly BlockedAddress[], options: Partial<PacketFilter> = {}): PacketFilter => ({
  table: "keepalived",
  priority: -1,
  counters: false,
  byIndex: false,
  blocked: addresses,
  ...options,
});

const nft = (...words: readonly string[]): string =>
  execFileSync("nft", words, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
/** Without the flag and the remark that tell the owner, which depend on the kernel and on nft. */
const ruleset = (): string => nft("list", "ruleset").replaceAll(/ # progname.*|\tflags owner\n\n?/g, "");

const PORT = 7;
/** Long enough for a connection over the loopback interface, which needs no time. */
const SILENCE_MS = 300;

/** Whether the machine can connect to itself. */
const answers = (to: string): Promise<boolean> =>
  new Promise((resolve) => {
    const connection = connect({ host: to, port: PORT, timeout: SILENCE_MS });
    const end = (reached: boolean) => () => {
      connection.destroy();
      resolve(reached);
    };
    connection.on("connect", end(true)).on("timeout", end(false)).on("error", end(false));
  });

describe("kernel: firewall", () => {
  inPrivateNamespace();

  let firewall: Firewall;
  let server: Server;

  before("listen", (done) => {
    server = createServer((connection) => connection.destroy()).listen(PORT, "::", done);
  });

  after("listen no more", () => {
    server.close();
  });

  before("give the machine addresses", () => {
    for (const own of ["10.0.0.1/32", "10.0.0.2/32", "2001:db8::1/128", "2001:db8::2/128"]) {
      ip(`address add ${own} dev lo`);
    }
  });

  beforeEach(() => {
    const opened = openFirewall();
    if (isSystemError(opened)) throw new Error(`${opened.syscall}: ${opened.code}`);
    firewall = opened;
  });

  afterEach(() => {
    firewall.close();
  });

  it("drops what comes for a virtual address of IPv4 or from it, and nothing else", async () => {
    expect(firewall.apply(filter([blocked("10.0.0.1")]))).to.equal(undefined);
    expect(ruleset()).to.equal(`table ip keepalived {
	set vips {
		type ipv4_addr
		elements = { 10.0.0.1 }
	}

	chain in {
		type filter hook input priority filter - 1; policy accept;
		ip daddr @vips drop
	}

	chain out {
		type filter hook output priority filter - 1; policy accept;
		ip saddr @vips drop
	}
}
`);
    expect(await answers("10.0.0.1")).to.equal(false);
    expect(await answers("10.0.0.2")).to.equal(true);
    expect(firewall.apply(undefined)).to.equal(undefined);
    expect(ruleset()).to.equal("");
    expect(await answers("10.0.0.1")).to.equal(true);
  });

  it("lets neighbour discovery of IPv6 pass, and tells link-local addresses by their link", async () => {
    expect(firewall.apply(filter([blocked("2001:db8::1"), blocked("fe80::1")], { counters: true }))).to.equal(
      undefined,
    );
    expect(ruleset().replaceAll(/packets \d+ bytes \d+/g, "packets 0 bytes 0")).to.equal(`table ip6 keepalived {
	set vips {
		type ipv6_addr
		elements = { 2001:db8::1 }
	}

	set vips_link_local {
		type ipv6_addr . ifname
		elements = { fe80::1 . "lo" }
	}

	set neighbor-discovery {
		type icmpv6_type
		elements = { nd-neighbor-solicit,
			     nd-neighbor-advert }
	}

	chain in {
		type filter hook input priority filter - 1; policy accept;
		icmpv6 type @neighbor-discovery accept
		ip6 daddr . iifname @vips_link_local counter packets 0 bytes 0 drop
		ip6 daddr @vips counter packets 0 bytes 0 drop
	}

	chain out {
		type filter hook output priority filter - 1; policy accept;
		icmpv6 type @neighbor-discovery accept
		ip6 saddr . oifname @vips_link_local counter packets 0 bytes 0 drop
		ip6 saddr @vips counter packets 0 bytes 0 drop
	}
}
`);
    expect(await answers("2001:db8::1")).to.equal(false);
    expect(await answers("2001:db8::2")).to.equal(true);
  });

  it("tells links by number where that is asked for, in a table and at a priority of one's own", () => {
    const options = { byIndex: true, table: "vips", priority: -7 };
    expect(firewall.apply(filter([blocked("fe80::1")], options))).to.equal(undefined);
    const rules = nft("-n", "list", "table", "ip6", "vips");
    expect(rules)
      .to.match(/elements = \{ fe80::1 \. (1|"lo") \}/)
      .and.to.contain("type ipv6_addr . iface_index");
    expect(rules).to.contain("ip6 daddr . iif @vips_link_local drop").and.to.contain("priority -7;");
  });

  it("replaces what was in force, also what a predecessor left", () => {
    nft("add", "table", "ip", "keepalived");
    nft("add", "chain", "ip", "keepalived", "left-over");
    expect(firewall.apply(filter([blocked("10.0.0.1"), blocked("2001:db8::1")]))).to.equal(undefined);
    expect(firewall.apply(filter([blocked("10.0.0.2")]))).to.equal(undefined);
    expect(ruleset()).to.contain("elements = { 10.0.0.2 }").and.to.not.contain("left-over");
    expect(nft("list", "tables").split("\n")).to.have.length(2);
  });

  it("takes thousands of addresses", () => {
    const many = Array.from({ length: 3000 }, (_, i) => blocked(`10.${i >> 8}.${i & 0xff}.1`));
    expect(firewall.apply(filter(many))).to.equal(undefined);
    expect(ruleset().match(/10\.\d+\.\d+\.1\b/g)).to.have.length(3000);
  });

  it("changes nothing where the kernel refuses, and says why", () => {
    expect(firewall.apply(filter([blocked("10.0.0.1")]))).to.equal(undefined);
    const before = ruleset();
    const refusal = firewall.apply(filter([blocked("10.0.0.2")], { table: "x".repeat(300) }));
    expect(refusal?.error.code).to.equal("ERANGE");
    expect(ruleset()).to.equal(before);
  });

  it("leaves nothing when its process ends", () => {
    expect(firewall.apply(filter([blocked("10.0.0.1")]))).to.equal(undefined);
    const owned = nft("list", "ruleset").includes("owner");
    firewall.close();
    if (owned) expect(ruleset()).to.equal("");
    else nft("delete", "table", "ip", "keepalived");
  });
});
