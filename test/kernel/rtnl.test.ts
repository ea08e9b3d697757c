// The kernel's links and addresses, changed by us and looked at with ip(8), and the other way round.
import { expect } from "chai";
import { setTimeout as pause } from "node:timers/promises";
import { type IpAddress, formatIp, ip as address } from "../../src/base/ip.js";
import { type RtnlEvent, type RtnlMonitor, openRtnlMonitor } from "../../src/host/rtnl-monitor.js";
import { type Rtnl, openRtnl } from "../../src/host/rtnl.js";
import { type SystemError, isSystemError } from "../../src/native/index.js";
import type { PlacedAddress } from "../../src/vrrp/effects.js";
import type { VirtualAddress } from "../../src/vrrp/params.js";
import { inPrivateNamespace, ip, withAnotherNamespace } from "./namespace.js";

const plain = {
  scope: 0,
  home: false,
  nodad: true,
  manageTempAddress: false,
  noPrefixRoute: false,
  autoJoin: false,
  tracked: true,
};

interface ShownLink {
  readonly addr_info?: readonly Readonly<Record<string, unknown>>[];
}

const parseLinks: (json: string) => readonly ShownLink[] = JSON.parse;

function succeeded<T extends object>(outcome: T | SystemError): T {
  if (isSystemError(outcome)) throw new Error(`${outcome.syscall}: ${outcome.code}`);
  return outcome;
}

describe("kernel: rtnl", () => {
  inPrivateNamespace();

  let rtnl: Rtnl;
  let interfaceIndex: number;

  const linkNamed = (name: string) => succeeded(rtnl.links()).find((link) => link.name === name);

  const placed = (text: string, length: number, options: Partial<VirtualAddress> = {}): PlacedAddress => ({
    interfaceIndex,
    interfaceName: "v0",
    address: { ...plain, prefix: { address: address(text), length }, ...options },
  });

  /** Addresses 10.7.x.y/32, as many as asked for. */
  const many = (count: number): PlacedAddress[] =>
    Array.from({ length: count }, (_, i) => placed(`10.7.${i >> 8}.${i & 0xff}`, 32));

  /** What ip(8) shows of one address on v0; undefined when it is not there. */
  function shown(local: string): Readonly<Record<string, unknown>> | undefined {
    const links = parseLinks(ip("-j address show dev v0"));
    return links.flatMap((link) => link.addr_info ?? []).find((info) => info["local"] === local);
  }

  const ours = (): readonly string[] =>
    succeeded(rtnl.addresses())
      .filter((one) => one.interfaceIndex === interfaceIndex)
      .map((one) => `${formatIp(one.prefix.address)}/${one.prefix.length}`);

  before(() => {
    ip("link add v0 type veth peer name v1");
    for (const name of ["v0", "v1"]) ip(`link set ${name} addrgenmode none up`);
    rtnl = succeeded(openRtnl());
    interfaceIndex = linkNamed("v0")?.index ?? 0;
  });

  afterEach(() => {
    ip("address flush dev v0");
  });

  after(() => {
    rtnl.close();
  });

  describe("links", () => {
    it("are listed with their properties", () => {
      expect(linkNamed("lo")).to.include({ index: 1, loopback: true, up: true, arp: true, mtu: 65536 });
      const link = linkNamed("v0");
      expect(link).to.include({ loopback: false, arp: true, mtu: 1500, kind: "veth" });
      expect(link?.mac?.octets).to.have.length(6);
      ip("link set v0 arp off mtu 1400");
      expect(linkNamed("v0")).to.include({ arp: false, mtu: 1400 });
      ip("link set v0 arp on mtu 1500");
    });
  });

  describe("adding", () => {
    it("puts an address on its link", () => {
      expect(rtnl.add([placed("10.0.0.1", 24)])).to.deep.equal([]);
      expect(shown("10.0.0.1")).to.include({ family: "inet", prefixlen: 24, scope: "global", label: "v0" });
      expect(ours()).to.deep.equal(["10.0.0.1/24"]);
    });

    // The words that ip(8) has for each token of an address line.
    const tokens: readonly {
      readonly token: string;
      readonly local: string;
      readonly length: number;
      readonly options: Partial<VirtualAddress>;
      readonly shows: Readonly<Record<string, unknown>>;
    }[] = [
      {
        token: "brd",
        local: "10.0.0.1",
        length: 24,
        options: { broadcast: address("10.0.0.99") },
        shows: { broadcast: "10.0.0.99" },
      },
      { token: "scope", local: "10.0.0.1", length: 24, options: { scope: 253 }, shows: { scope: "link" } },
      { token: "label", local: "10.0.0.1", length: 24, options: { label: "v0:vip" }, shows: { label: "v0:vip" } },
      {
        token: "peer",
        local: "10.0.0.1",
        length: 32,
        options: { peer: { address: address("10.9.0.2"), length: 30 } },
        shows: { address: "10.9.0.2", prefixlen: 30 },
      },
      {
        token: "noprefixroute",
        local: "10.0.0.1",
        length: 24,
        options: { noPrefixRoute: true },
        shows: { noprefixroute: true },
      },
      { token: "autojoin", local: "239.1.1.1", length: 32, options: { autoJoin: true }, shows: { autojoin: true } },
      {
        token: "preferred_lft 0",
        local: "10.0.0.1",
        length: 24,
        options: { preferredLifetimeSeconds: 0 },
        shows: { deprecated: true, valid_life_time: 4294967295 },
      },
      { token: "nodad", local: "2001:db8::1", length: 64, options: {}, shows: { nodad: true, prefixlen: 64 } },
      { token: "home", local: "2001:db8::1", length: 64, options: { home: true }, shows: { home: true } },
      {
        token: "mngtmpaddr",
        local: "2001:db8::1",
        length: 64,
        options: { manageTempAddress: true },
        shows: { mngtmpaddr: true },
      },
      {
        token: "noprefixroute",
        local: "2001:db8::1",
        length: 64,
        options: { noPrefixRoute: true },
        shows: { noprefixroute: true },
      },
      {
        token: "preferred_lft 0",
        local: "2001:db8::1",
        length: 128,
        options: { preferredLifetimeSeconds: 0 },
        shows: { deprecated: true, preferred_life_time: 0, valid_life_time: 4294967295 },
      },
      {
        token: "peer",
        local: "2001:db8::1",
        length: 128,
        options: { peer: { address: address("2001:db8::2"), length: 126 } },
        shows: { address: "2001:db8::2", prefixlen: 126 },
      },
    ];
    for (const { token, local, length, options, shows } of tokens) {
      it(`honours ${token} of ${local.includes(":") ? "IPv6" : "IPv4"}, and removes it again`, () => {
        const virtual = placed(local, length, options);
        expect(rtnl.add([virtual])).to.deep.equal([]);
        expect(shown(local)).to.include(shows);
        expect(rtnl.remove([virtual])).to.deep.equal([]);
        expect(shown(local)).to.equal(undefined);
      });
    }

    it("leaves out duplicate address detection only where it is told to", () => {
      rtnl.add([placed("2001:db8::1", 64, { nodad: false })]);
      expect(shown("2001:db8::1")).to.not.have.property("nodad");
    });

    it("takes over an address that is there already, with its new lifetime", () => {
      ip("address add 10.0.0.1/24 label v0:old dev v0");
      expect(rtnl.add([placed("10.0.0.1", 24, { label: "v0:new", preferredLifetimeSeconds: 0 })])).to.deep.equal([]);
      expect(ours()).to.deep.equal(["10.0.0.1/24"]);
      expect(shown("10.0.0.1")).to.include({ label: "v0:old", deprecated: true });
    });

    it("says of each refused address why, and adds the others", () => {
      const good = placed("10.0.0.1", 24);
      const elsewhere = { ...placed("10.0.0.2", 24), interfaceIndex: 4242 };
      const mislabelled = placed("10.0.0.3", 24, { label: "a-label-too-long-for-the-kernel" });
      const last = placed("10.0.0.4", 24);
      const refusals = rtnl.add([good, elsewhere, mislabelled, last]);
      expect(refusals.map(({ placed: whom }) => whom)).to.deep.equal([elsewhere, mislabelled]);
      expect(refusals[0]?.error).to.include({ code: "ENODEV", errno: 19 });
      expect(refusals[1]?.error).to.include({ code: "ERANGE" });
      expect(refusals[1]?.text).to.match(/attribute/i);
      expect(ours()).to.deep.equal(["10.0.0.1/24", "10.0.0.4/24"]);
    });

    it("takes more addresses than fit one send", () => {
      expect(rtnl.add(many(450))).to.deep.equal([]);
      expect(ours()).to.have.length(450);
      expect(rtnl.remove(many(450))).to.deep.equal([]);
      expect(ours()).to.have.length(0);
    });

    it("reports every one of many refusals", () => {
      const misplaced = many(450).map((one) => ({ ...one, interfaceIndex: 4242 }));
      const refusals = rtnl.add(misplaced);
      expect(refusals.map(({ placed: whom }) => whom)).to.deep.equal(misplaced);
      expect(new Set(refusals.map(({ error }) => error.code))).to.deep.equal(new Set(["ENODEV"]));
    });
  });

  describe("removing", () => {
    it("removes an address that has another label", () => {
      ip("address add 10.0.0.1/24 label v0:old dev v0");
      expect(rtnl.remove([placed("10.0.0.1", 24, { label: "v0:new" })])).to.deep.equal([]);
      expect(ours()).to.deep.equal([]);
    });

    it("leaves the same address with another prefix length alone, for IPv4 knows them apart", () => {
      ip("address add 10.0.0.1/25 dev v0");
      expect(rtnl.remove([placed("10.0.0.1", 24)])).to.deep.equal([]);
      expect(ours()).to.deep.equal(["10.0.0.1/25"]);
    });

    it("removes an IPv6 address that was taken over with another prefix length", () => {
      ip("address add 2001:db8::1/64 nodad dev v0");
      expect(rtnl.add([placed("2001:db8::1", 128)])).to.deep.equal([]);
      expect(rtnl.remove([placed("2001:db8::1", 128)])).to.deep.equal([]);
      expect(ours()).to.deep.equal([]);
    });

    it("finds nothing wrong with an address or a link that is not there", () => {
      const elsewhere = { ...placed("10.0.0.2", 24), interfaceIndex: 4242 };
      expect(rtnl.remove([placed("10.0.0.1", 24), placed("2001:db8::1", 64), elsewhere])).to.deep.equal([]);
    });
  });

  describe("monitor", () => {
    let monitor: RtnlMonitor;
    let events: RtnlEvent[];

    beforeEach(() => {
      monitor = succeeded(openRtnlMonitor());
      events = [];
    });

    afterEach(() => {
      monitor.close();
    });

    /** Reads everything that is there now. */
    function readAll(): "drained" | "overrun" {
      for (;;) {
        const outcome = monitor.read((event) => events.push(event));
        if (outcome !== "more") return outcome;
      }
    }

    /** Reads until an event of the kernel's own making has come. */
    async function readUntil(found: (event: RtnlEvent) => boolean): Promise<void> {
      readAll();
      while (!events.some(found)) {
        await pause(1);
        readAll();
      }
    }

    const isLink =
      (name: string, up: boolean) =>
      (event: RtnlEvent): boolean =>
        event.kind === "linkChanged" && event.link.name === name && event.link.up === up;

    const isAddress = (kind: RtnlEvent["kind"], local: IpAddress) => (event: RtnlEvent) =>
      event.kind === kind && "address" in event && formatIp(event.address.prefix.address) === formatIp(local);

    it("has nothing to tell when nothing happens", () => {
      expect(readAll()).to.equal("drained");
      expect(events).to.deep.equal([]);
    });

    it("tells of addresses, ours and others'", async () => {
      rtnl.add([placed("10.0.0.1", 24, { label: "v0:vip" })]);
      ip("address add 2001:db8::1/64 nodad dev v0");
      rtnl.remove([placed("10.0.0.1", 24)]);
      readAll();
      const prefix = { address: address("10.0.0.1"), length: 24 };
      const told = { interfaceIndex, prefix, label: "v0:vip", scope: 0, flags: 0x80 };
      expect(events).to.deep.include({ kind: "addressAdded", address: told });
      expect(events).to.deep.include({ kind: "addressRemoved", address: told });
      // The kernel finishes an IPv6 address behind the back of whoever added it.
      await readUntil(isAddress("addressAdded", address("2001:db8::1")));
    });

    it("tells when a link goes down and comes up, and when its carrier does", async () => {
      ip("link set v0 down");
      await readUntil(isLink("v0", false));
      await readUntil(isLink("v1", false));
      events.length = 0;
      ip("link set v0 up");
      await readUntil(isLink("v0", true));
      await readUntil(isLink("v1", true));
    });

    it("tells of a new link, its new name and its end", () => {
      ip("link add w0 type veth peer name w1");
      ip("link set w0 name renamed");
      readAll();
      const names = events.flatMap((event) => (event.kind === "linkChanged" ? [event.link] : []));
      const index = names.find((link) => link.name === "w0")?.index;
      expect(index).to.be.a("number");
      expect(names.find((link) => link.name === "renamed")?.index).to.equal(index);
      ip("link delete renamed");
      readAll();
      expect(events).to.deep.include({ kind: "linkRemoved", index });
    });

    it("takes a link that moves to another namespace for removed", () => {
      ip("link add w0 type veth peer name w1");
      const index = linkNamed("w0")?.index;
      withAnotherNamespace((path) => {
        ip(`link set w0 netns ${path}`);
        readAll();
        expect(events).to.deep.include({ kind: "linkRemoved", index });
        expect(linkNamed("w0")).to.equal(undefined);
        ip("link delete w1");
      });
    });

    it("is not misled by a bridge about its ports", () => {
      ip("link add br0 type bridge");
      readAll();
      events.length = 0;
      ip("link set v0 master br0");
      ip("link set v0 nomaster");
      readAll();
      expect(events.filter((event) => event.kind === "linkRemoved")).to.deep.equal([]);
      for (const event of events) if (event.kind === "linkChanged") expect(event.link.mtu).to.equal(1500);
      expect(linkNamed("v0")).to.include({ index: interfaceIndex });
      ip("link delete br0");
    });

    it("reads a bounded part at a time", () => {
      rtnl.add(many(200));
      expect(monitor.read((event) => events.push(event))).to.equal("more");
      expect(events).to.have.length.lessThan(200);
      expect(readAll()).to.equal("drained");
      expect(events).to.have.length(200);
    });

    it("reports an overrun after which a listing is the truth", () => {
      monitor.close();
      monitor = succeeded(openRtnlMonitor(4096));
      rtnl.add(many(200));
      expect(readAll()).to.equal("overrun");
      expect(events).to.have.length.lessThan(200);
      expect(ours()).to.have.length(200);
      expect(readAll()).to.equal("drained");
      events.length = 0;
      rtnl.remove([placed("10.7.0.7", 32)]);
      readAll();
      expect(events.some(isAddress("addressRemoved", address("10.7.0.7")))).to.equal(true);
    });
  });
});
