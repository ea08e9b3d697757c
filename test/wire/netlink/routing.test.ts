// Requests for routes and rules, octet by octet where no kernel of ours takes them, and read back.
import { expect } from "chai";
import fc from "fast-check";
import { type IpFamily, ip, ipFromOctets, maxPrefixLength, octetCount } from "../../../src/base/ip.js";
import { Malformed } from "../../../src/wire/netlink/kind.js";
import { writeRequest } from "../../../src/wire/netlink/message.js";
import { deleteRoute, newRoute, readRoute, routeMessage } from "../../../src/wire/netlink/route.js";
import { newRule, readRule, ruleMessage } from "../../../src/wire/netlink/rule.js";
import type { Encap, NextHop, Route } from "../../../src/wire/route.js";
import type { Rule } from "../../../src/wire/rule.js";
import { message, messageIn, requestHex, written } from "../../support/netlink.js";

const hex = (text: string): string => text.replaceAll(/\s/g, "");
const plain: Route<number> = {
  type: "unicast",
  destination: { address: ip("10.1.0.0"), length: 16 },
  trafficClass: 0,
  table: 254,
  protocol: 18,
  scope: 0,
  metrics: [],
  hops: [{ via: ip("10.0.0.9"), device: 3, weight: 1, onLink: false }],
  placement: "prepend",
};
const through = (encap: Encap): string =>
  requestHex(newRoute({ ...plain, hops: [{ device: 3, weight: 1, onLink: false, encap }] }));

describe("wire/netlink: routes and rules", () => {
  it("a route names its destination, its gateway, its link and its table", () => {
    const body = hex(`02 10 00 00 fe 12 00 01 00000000
      0800 0100 0a010000  0800 0400 03000000  0800 0f00 fe000000  0800 0500 0a000009`);
    expect(requestHex(newRoute(plain))).to.equal(`3c000000180001040700000000000000${body}`);
    expect(requestHex(deleteRoute(plain))).to.equal(`3c000000190001000700000000000000${body}`);
  });

  it("the placement is in the flags: NLM_F_CREATE alone, with NLM_F_EXCL, with NLM_F_APPEND", () => {
    const flags = (["prepend", "add", "append"] as const).map((placement) =>
      requestHex(newRoute({ ...plain, placement })).slice(12, 16),
    );
    expect(flags).to.deep.equal(["0104", "0106", "010c"]);
  });

  it("MPLS labels stand in network order, and the last one is the bottom of the stack (RFC 3032)", () => {
    expect(through({ kind: "mpls", labels: [100, 200, 0xfffff] })).to.include(
      hex("0600 1500 0100 0000  1400 1600  1000 0100 00064000 000c8000 fffff100"),
    );
  });

  it("an ILA locator is eight octets in network order", () => {
    expect(through({ kind: "ila", locator: [0x20, 1, 0xd, 0xb8, 0, 0, 0, 1] })).to.include(
      hex("0600 1500 0300 0000  1000 1600  0c00 0100 20010db800000001"),
    );
  });

  const addresses = (family: IpFamily) =>
    fc.array(fc.nat(255), { minLength: octetCount(family), maxLength: octetCount(family) }).map(ipFromOctets);
  const prefixes = (family: IpFamily) =>
    fc.record({ address: addresses(family), length: fc.nat(maxPrefixLength(family)) });
  const u32 = fc.nat(0xffffffff);
  const hops = (family: IpFamily): fc.Arbitrary<NextHop<number>> =>
    fc.record(
      {
        via: addresses(family),
        device: fc.nat(0x7fffffff),
        weight: fc.integer({ min: 1, max: 256 }),
        onLink: fc.boolean(),
        realms: u32,
      },
      { requiredKeys: ["weight", "onLink"] },
    );
  const routes = fc.constantFrom<IpFamily>(4, 6).chain((family): fc.Arbitrary<Route<number>> =>
    fc.record(
      {
        type: fc.constantFrom("unicast", "blackhole", "local", "throw"),
        destination: prefixes(family),
        preferredSource: addresses(family),
        trafficClass: fc.nat(255),
        table: u32,
        protocol: fc.nat(255),
        scope: fc.nat(255),
        priority: u32,
        metrics: fc.uniqueArray(
          fc.record({ word: fc.constantFrom("mtu", "rtt", "cwnd", "hoplimit"), value: u32, locked: fc.boolean() }),
          { selector: ({ word }) => word },
        ),
        hops: fc.array(hops(family), { maxLength: 5 }),
        placement: fc.constantFrom("add", "prepend", "append"),
      },
      {
        requiredKeys: [
          "type",
          "destination",
          "trafficClass",
          "table",
          "protocol",
          "scope",
          "metrics",
          "hops",
          "placement",
        ],
      },
    ),
  );

  it("a route reads back as it was written", () => {
    fc.assert(
      fc.property(routes, (route) => {
        const told = messageIn(written((out) => writeRequest(out, newRoute(route), 7)));
        const { destination, table, protocol } = route;
        expect(readRoute(told)).to.deep.equal({ destination, table, protocol });
        const read = routeMessage.read(told.view, told.start, told.end);
        if (read instanceof Malformed) throw new Error(read.reason);
        const several = read.attributes.nextHops ?? [];
        expect(several).to.have.length(route.hops.length > 1 ? route.hops.length : 0);
        for (const [index, hop] of several.entries()) {
          const asked = route.hops[index];
          expect(hop.weight).to.equal(asked?.weight);
          expect(hop.interfaceIndex).to.equal(asked?.device ?? 0);
          expect(hop.attributes.gateway).to.deep.equal(asked?.via);
          expect(hop.attributes.realms).to.equal(asked?.realms);
        }
        for (const { word, value } of route.metrics) expect(read.attributes.metrics).to.include({ [word]: value });
        expect(read.attributes.priority).to.equal(route.priority);
        expect(read.attributes.preferredSource).to.deep.equal(route.preferredSource);
      }),
    );
  });

  const range = fc.tuple(fc.nat(65_535), fc.nat(65_535)).map(([from, to]) => ({ from, to }));
  const rules: fc.Arbitrary<Rule> = fc.record(
    {
      family: fc.constant<IpFamily>(4),
      preference: u32,
      not: fc.boolean(),
      from: prefixes(4),
      to: prefixes(4),
      trafficClass: fc.nat(255),
      fwmark: fc.record({ mark: u32, mask: u32 }),
      inputInterface: fc.stringMatching(/^[a-z0-9.]{1,15}$/),
      userIds: range,
      ipProtocol: fc.nat(255),
      sourcePorts: range,
      destinationPorts: range,
      action: fc.oneof(
        fc.record({ kind: fc.constant("table" as const), table: u32 }),
        fc.record({ kind: fc.constant("goto" as const), preference: u32 }),
        fc.record({ kind: fc.constant("prohibit" as const) }),
      ),
      realms: u32,
      protocol: fc.nat(255),
    },
    { requiredKeys: ["family", "preference", "not", "trafficClass", "action"] },
  );

  it("a rule reads back as it was written", () => {
    fc.assert(
      fc.property(rules, (rule) => {
        const told = messageIn(written((out) => writeRequest(out, newRule(rule), 7)));
        expect(readRule(told)).to.deep.equal({ family: 4, preference: rule.preference });
        const read = ruleMessage.read(told.view, told.start, told.end);
        if (read instanceof Malformed) throw new Error(read.reason);
        const { attributes, header } = read;
        expect(attributes.inputInterface).to.equal(rule.inputInterface);
        expect(attributes.sourcePorts).to.deep.equal(rule.sourcePorts);
        expect(attributes.destinationPorts).to.deep.equal(rule.destinationPorts);
        expect(attributes.userIds).to.deep.equal(rule.userIds);
        expect([attributes.mark, attributes.mask]).to.deep.equal([rule.fwmark?.mark, rule.fwmark?.mask]);
        expect(attributes.table).to.equal(rule.action.kind === "table" ? rule.action.table : undefined);
        expect([header.sourceLength, header.destinationLength]).to.deep.equal([
          rule.from?.length ?? 0,
          rule.to?.length ?? 0,
        ]);
      }),
    );
  });

  it("whatever octets come, reading gives a value or a reason", () => {
    fc.assert(
      fc.property(fc.constantFrom(24, 25, 32, 33), fc.constantFrom(2, 10), fc.uint8Array(), (type, family, octets) => {
        const told = messageIn(message(type, Uint8Array.from([family, ...octets])));
        const outcome = type < 30 ? readRoute(told) : readRule(told);
        expect(outcome === undefined || typeof outcome === "object").to.equal(true);
      }),
    );
  });
});
