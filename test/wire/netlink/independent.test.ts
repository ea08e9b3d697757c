// Our codecs held against somebody else's: the npm package `netlink`, of which only the part without a socket is used.
import { expect } from "chai";
import fc from "fast-check";
import ifla from "netlink/dist/rt/ifla.js";
import rt from "netlink/dist/rt/structs.js";
import structs from "netlink/dist/structs.js";
import { formatIp, ip } from "../../../src/base/ip.js";
import { Malformed } from "../../../src/wire/netlink/kind.js";
import { type AddressRequest, newAddress, readAddress } from "../../../src/wire/netlink/address.js";
import { linkMessage, readLink } from "../../../src/wire/netlink/link.js";
import { readAnswer, writeRequest } from "../../../src/wire/netlink/message.js";
import { message, messageIn, written } from "../../support/netlink.js";

const collect = (write: (out: InstanceType<typeof structs.AttrStream>) => void): Buffer => {
  const stream = new structs.AttrStream();
  write(stream);
  return Buffer.concat(stream.bufs);
};

const quad = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((octets) => ip(octets.join(".")));
const label = fc.stringMatching(/^[a-z0-9:.]{1,15}$/);
const flagNames = { 0x02: "nodad", 0x10: "homeaddress", 0x100: "managetempaddr", 0x200: "noprefixroute" } as const;

describe("wire/netlink beside an independent implementation", () => {
  it("its decoder reads our address requests", () => {
    const requests: fc.Arbitrary<AddressRequest> = fc.record({
      interfaceIndex: fc.nat(0x7fffffff),
      prefix: fc.record({ address: quad, length: fc.nat(32) }),
      scope: fc.nat(255),
      flags: fc.constantFrom(0, 0x02, 0x10, 0x100, 0x200),
      label,
      broadcast: quad,
      preferredLifetimeSeconds: fc.nat(0xffffffff),
    });
    fc.assert(
      fc.property(requests, fc.nat(0xffffffff), (request, sequence) => {
        const bytes = written((out) => writeRequest(out, newAddress(request), sequence));
        const [outer, ...others] = structs.parseMessages(Buffer.from(bytes));
        expect(others).to.deep.equal([]);
        expect(outer).to.include({ type: 20, flags: 0x501, seq: sequence, port: 0 });
        const { data, attrs } = rt.parseAddressMessage(outer?.data ?? Buffer.alloc(0));
        expect(data).to.include({
          family: 2,
          prefixlen: request.prefix.length,
          scope: request.scope,
          index: request.interfaceIndex,
        });
        expect(attrs.local?.join(".")).to.equal(formatIp(request.prefix.address));
        expect(attrs.address?.join(".")).to.equal(formatIp(request.prefix.address));
        expect(attrs.broadcast?.join(".")).to.equal(request.broadcast === undefined ? "" : formatIp(request.broadcast));
        expect(attrs.label).to.equal(request.label);
        expect(attrs.cacheInfo).to.include({ ifaPrefered: request.preferredLifetimeSeconds, ifaValid: 0xffffffff });
        const named = Object.entries(flagNames).find(([bit]) => Number(bit) === request.flags)?.[1];
        expect(attrs.flags).to.deep.equal(named === undefined ? {} : { [named]: true });
      }),
    );
  });

  it("we read the addresses of its encoder", () => {
    fc.assert(
      fc.property(
        quad,
        quad,
        fc.nat(32),
        label,
        fc.nat(255),
        fc.nat(0x7fffffff),
        (local, peer, length, name, scope, index) => {
          const body = collect((out) => {
            rt.formatAddressMessage(
              {
                kind: "address",
                data: { family: 2, prefixlen: length, flags: {}, scope, index },
                attrs: {
                  address: Buffer.from(peer.octets),
                  local: Buffer.from(local.octets),
                  label: name,
                  flags: { permanent: true, noprefixroute: true },
                  cacheInfo: { ifaPrefered: 0, ifaValid: 0xffffffff, cstamp: 1, tstamp: 2 },
                },
              },
              out,
            );
          });
          expect(readAddress(messageIn(message(20, body)))).to.deep.equal({
            interfaceIndex: index,
            prefix: { address: local, length },
            ...(formatIp(local) === formatIp(peer) ? {} : { peer }),
            label: name,
            scope,
            flags: 0x280,
          });
        },
      ),
    );
  });

  it("we read the links of its encoder", () => {
    const mac = fc.uint8Array({ minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(label, mac, fc.nat(0xffff), fc.boolean(), fc.boolean(), (ifname, address, mtu, up, running) => {
        const body = collect((out) => {
          rt.formatLinkMessage(
            {
              kind: "link",
              data: {
                family: 0,
                type: "ETHER",
                index: 7,
                flags: { ...(up ? { up } : {}), ...(running ? { running } : {}) },
                change: {},
              },
              attrs: { ifname, address: Buffer.from(address), mtu, txqlen: 1000, group: 0, qdisc: "noqueue" },
            },
            out,
          );
        });
        expect(readLink(messageIn(message(16, body)))).to.deep.equal({
          index: 7,
          name: ifname,
          enabled: up,
          up: up && running,
          loopback: false,
          arp: true,
          mtu,
          mac: { octets: Array.from(address) },
        });
      }),
    );
  });

  it("its decoder reads our links", () => {
    const header = { family: 0, padding: 0, hardwareType: 1, index: 7, flags: 0x41, change: 0 };
    const bytes = written((out) =>
      linkMessage.write(out, header, { name: "eth0", mtu: 1500, info: { kind: "macvlan" } }),
    );
    const { data, attrs } = rt.parseLinkMessage(Buffer.from(bytes));
    expect(data).to.deep.include({ index: 7, type: "ETHER", flags: { up: true, running: true } });
    expect(attrs).to.include({ ifname: "eth0", mtu: 1500 });
    expect(ifla.parseInfo(attrs.linkinfo ?? Buffer.alloc(0)).kind).to.equal("macvlan");
  });

  it("we agree on what an error says", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 133 }), (errno) => {
        const body = Buffer.alloc(20);
        body.writeInt32LE(-errno, 0);
        body.writeUInt32LE(16, 4);
        const outcome = readAnswer(messageIn(message(2, body)));
        if (outcome instanceof Malformed || outcome.kind !== "acknowledgement") throw new Error("no acknowledgement");
        expect(outcome.verdict.errno).to.equal(Math.abs(structs.parseError(body, 0).errno));
      }),
    );
  });
});
