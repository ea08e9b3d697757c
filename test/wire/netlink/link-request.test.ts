import { expect } from "chai";
import { macFromOctets } from "../../../src/base/mac.js";
import { deleteLink, nameAlias, newVirtualLink, switchLink } from "../../../src/wire/netlink/link-request.js";
import { octets, requestHex } from "../../support/netlink.js";
import { toHex } from "../../../src/base/bytes.js";

const mac = macFromOctets([0, 0, 0x5e, 0, 1, 51]);
const request = { name: "vrrp.51", lower: 2, alias: "vipd", form: { kind: "macvlan", mac } } as const;
const hex = (text: string): string => toHex(octets(text));

describe("wire/netlink: requests about links", () => {
  it("make a macvlan of mode bridge, switched off", () => {
    expect(requestHex(newVirtualLink(request))).to.equal(
      hex(`5c000000 1000 0104 07000000 00000000  00 00 0000 00000000 00000000 01000000
        0a00 0100 00005e000133 0000  0c00 0300 76727270 2e353100  0800 0500 02000000
        1c00 1280  0c00 0100 6d616376 6c616e00  0c00 0200  0800 0100 04000000`),
    );
  });

  it("make an ipvlan of mode L2, switched on, with its flag and group", () => {
    const ipvlan = { ...request, group: 7, form: { kind: "ipvlan", mode: "private" } } as const;
    expect(requestHex(newVirtualLink(ipvlan))).to.equal(
      hex(`60000000 1000 0104 07000000 00000000  00 00 0000 00000000 01000000 01000000
        0c00 0300 76727270 2e353100  0800 0500 02000000
        2400 1280  0b00 0100 6970766c616e00 00  1400 0200  0600 0100 0000 0000  0600 0200 0100 0000
        0800 1b00 07000000`),
    );
  });

  it("name, switch and delete a link", () => {
    expect(requestHex(nameAlias("vrrp.51", "vipd"))).to.equal(
      hex(`38000000 1000 0100 07000000 00000000  00 00 0000 00000000 00000000 00000000
        0c00 0300 76727270 2e353100  0900 1400 7669706400 000000`),
    );
    expect(requestHex(switchLink(9, true))).to.equal(
      hex("20000000 1000 0100 07000000 00000000  00 00 0000 09000000 01000000 01000000"),
    );
    expect(requestHex(switchLink(9, false))).to.equal(
      hex("20000000 1000 0100 07000000 00000000  00 00 0000 09000000 00000000 01000000"),
    );
    expect(requestHex(deleteLink(9))).to.equal(
      hex("20000000 1100 0100 07000000 00000000  00 00 0000 09000000 00000000 00000000"),
    );
  });
});
