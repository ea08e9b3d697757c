import { expect } from "chai";
import fc from "fast-check";
import { parseMac } from "../../../src/base/mac.js";
import { readChange } from "../../../src/wire/netlink/change.js";
import { Malformed } from "../../../src/wire/netlink/kind.js";
import { dumpLinks, linkMessage, readLink } from "../../../src/wire/netlink/link.js";
import { message, messageIn, octets, requestHex, written } from "../../support/netlink.js";

const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const AF_BRIDGE = 7;
const IFF_UP = 0x1;
const IFF_RUNNING = 0x40;

type Header = Parameters<typeof linkMessage.write>[1];
type Attributes = Parameters<typeof linkMessage.write>[2];

const ethernet: Header = { family: 0, padding: 0, hardwareType: 1, index: 3, flags: IFF_UP | IFF_RUNNING, change: 0 };
const described: Attributes = {
  address: octets("7a7d750dc3fb"),
  name: "v0",
  mtu: 1500,
  info: { kind: "veth" },
  unknown: [{ type: 23, payload: new Uint8Array(200) }],
};

const told = (header: Partial<Header>, attributes: Attributes, type = RTM_NEWLINK) =>
  messageIn(message(type, written((out) => linkMessage.write(out, { ...ethernet, ...header }, attributes)).slice()));
const link = (header: Partial<Header>, attributes: Attributes = described) => readLink(told(header, attributes));

/** What Linux sent when the port v0 left its bridge. */
const portLeftBridge = octets(`
  54000000 1100 0000 00000000 00000000  07 00 0100 03000000 02100000 00000000
  0700 0300 76300000  0800 0a00 04000000  0800 0400 dc050000  0500 1000 02000000
  0a00 0100 7a7d750dc3fb 0000  0800 0500 02000000`);

describe("wire/netlink: links", () => {
  it("are listed without their counters", () => {
    expect(requestHex(dumpLinks)).to.equal(
      "28000000" + "1200" + "0103" + "07000000" + "00000000" + "00000000" + "00000000".repeat(3) + "08001d0008000000",
    );
  });

  it("are read with what the engines ask for", () => {
    expect(link({})).to.deep.equal({
      index: 3,
      name: "v0",
      enabled: true,
      up: true,
      loopback: false,
      arp: true,
      mtu: 1500,
      mac: parseMac("7a:7d:75:0d:c3:fb"),
      kind: "veth",
    });
  });

  it("are up only when they are switched on and have a carrier", () => {
    expect(link({ flags: IFF_UP })).to.include({ enabled: true, up: false });
    expect(link({ flags: IFF_RUNNING })).to.include({ enabled: false, up: false });
    expect(link({ flags: IFF_UP | IFF_RUNNING })).to.include({ enabled: true, up: true });
  });

  it("have an Ethernet address only where they are Ethernet", () => {
    const loopback = link({ hardwareType: 772, flags: 0x49 }, { ...described, address: octets("000000000000") });
    expect(loopback).to.include({ loopback: true, up: true }).and.to.not.have.property("mac");
    expect(link({ hardwareType: 65534, flags: 0x80 }, { name: "tun0", mtu: 1500 })).to.include({ arp: false });
    expect(link({ hardwareType: 1 }, { ...described, address: octets("00112233") })).to.not.have.property("mac");
  });

  it("are not what a bridge says about its ports", () => {
    expect(readChange(messageIn(portLeftBridge))).to.equal(undefined);
    expect(link({ family: AF_BRIDGE })).to.equal(undefined);
    // Its attributes have meanings of their own.
    expect(link({ family: AF_BRIDGE }, { unknown: [{ type: 4, payload: octets("00") }] })).to.equal(undefined);
    expect(readChange(told({ family: AF_BRIDGE }, described, RTM_NEWLINK))).to.equal(undefined);
    expect(readChange(told({ family: AF_BRIDGE }, described, RTM_DELLINK))).to.equal(undefined);
  });

  it("are not what IPv6 and wireless drivers say", () => {
    expect(link({ family: 10 })).to.equal(undefined);
    expect(link({}, { name: "wlan0", wireless: new Uint8Array(8) })).to.equal(undefined);
  });

  it("are malformed without a name or an MTU", () => {
    expect(link({}, { name: "v0" })).to.deep.equal(new Malformed("link: no IFLA_IFNAME or no IFLA_MTU"));
    expect(link({}, { mtu: 1500 })).to.deep.equal(new Malformed("link: no IFLA_IFNAME or no IFLA_MTU"));
  });

  it("are read from any octets or given a reason", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(), fc.nat(255), (garbage, place, octet) => {
        readLink(messageIn(message(RTM_NEWLINK, garbage)));
        const bytes = written((out) => linkMessage.write(out, ethernet, described)).slice();
        bytes[place % bytes.length] = octet;
        readLink(messageIn(message(RTM_NEWLINK, bytes)));
      }),
      { numRuns: 500 },
    );
  });
});

describe("wire/netlink: changes", () => {
  const newAddress = octets("02 18 80 00 02000000 0800 0100 0a000001 0800 0200 0a000001");

  it("name the event that the engine knows", () => {
    expect(readChange(told({}, described))).to.deep.equal({ kind: "linkChanged", link: link({}) });
    expect(readChange(told({}, described, RTM_DELLINK))).to.deep.equal({ kind: "linkRemoved", index: 3 });
    expect(readChange(messageIn(message(20, newAddress)))).to.deep.include({ kind: "addressAdded" });
    expect(readChange(messageIn(message(21, newAddress)))).to.deep.include({ kind: "addressRemoved" });
  });

  it("are nothing for other messages", () => {
    expect(readChange(messageIn(message(24, newAddress)))).to.equal(undefined);
  });

  it("are malformed as their parts are", () => {
    expect(readChange(messageIn(message(RTM_NEWLINK, octets("00"))))).to.be.instanceOf(Malformed);
    expect(readChange(messageIn(message(20, octets("02"))))).to.be.instanceOf(Malformed);
  });
});
