// Authenticated advertisements on the wire: AH beside keepalived, which still speaks it, and auth_hmac among vipd's own, which
// Debian's keepalived does not know.
import { expect } from "chai";
import { isAdvert, isAnnouncement } from "./lab/capture.js";
import { VIP, conf } from "./lab/conf.js";
import type { Advert } from "./lab/frames.js";
import { openWithMasterA, startNode, untilMaster } from "./lab/pairing.js";
import { forEachPair, kinds, topologySuite, withLab } from "./lab/scenario.js";
import { eventually } from "./lab/wait.js";

const ah = (password: string): string[] => [
  "state BACKUP",
  "authentication {",
  "auth_type AH",
  `auth_pass ${password}`,
  "}",
];
const V2 = { version: 2, advertInt: 1 } as const;

const KEY = "0123456789abcdef0123456789abcdef";
const OTHER_KEY = "hex:" + "5a".repeat(32);
const hmac = (...lines: readonly string[]): string[] => ["auth_hmac {", ...lines, "}"];

topologySuite("authentication", () => {
  forEachPair("AH: one master, a takeover, and the return of the first", {}, async (lab, pair) => {
    const fields = { ...V2, lines: ah("secret12") };
    const { a, b, mark } = await openWithMasterA(lab, pair, fields);
    const adverts = await lab.capture.untilCount(3, "advertisements from a", isAdvert({ sender: "a" }), mark);
    expect(adverts.every(({ ahSequence }) => ahSequence !== undefined)).to.equal(true);
    expect(lab.capture.adverts(mark, "b")).to.be.empty;
    await a.daemon.sigterm();
    await lab.capture.until("gratuitous ARP from b", isAnnouncement({ sender: "b", address: VIP }), mark);
    // A daemon that has just started knows no sequence number; it has to be heard all the same.
    const again = startNode(lab, "a", pair, { priority: 200, ...fields });
    await untilMaster(lab, "a");
    await b.daemon.inState("VI_1", "BACKUP");
    await lab.untilHeldBy(VIP, ["a"]);
    const since = lab.capture.mark();
    await lab.capture.untilCount(4, "advertisements from a", isAdvert({ sender: "a" }), since);
    expect(lab.capture.adverts(since, "b")).to.be.empty;
    await again.daemon.sigterm();
  });

  forEachPair("AH: another password is not believed", {}, async (lab, pair) => {
    const nodes = [
      startNode(lab, "a", pair, { ...V2, priority: 200, lines: ah("secret12") }),
      startNode(lab, "b", pair, { ...V2, priority: 100, lines: ah("secret13") }),
    ];
    await lab.untilHeldBy(VIP, ["a", "b"]);
    for (const { daemon } of nodes.filter((node) => node.daemon.kind === "vipd")) {
      await eventually("a rejection", async () =>
        ((await daemon.instance("VI_1")).rejected["authenticationFailure"] ?? 0) > 0 ? true : undefined,
      );
    }
  });

  if (!kinds.includes("vipd")) return;
  const vipds = { a: "vipd", b: "vipd" } as const;

  for (const [title, fields] of [
    ["version 3", {}],
    ["version 2", V2],
    ["version 3 over IPv6", { addresses: ["fe80::9:9/64", "2001:db8::9/64"] }],
  ] as const) {
    it(`auth_hmac: one master, and a takeover, ${title}`, () =>
      withLab({}, async (lab) => {
        for (const name of ["a", "b"]) await lab.host(name).enableIpv6();
        const lines = hmac(`key 7 ${KEY}`, "active_key 7");
        const nodes = [
          startNode(lab, "a", vipds, { ...fields, priority: 200, lines }),
          startNode(lab, "b", vipds, { ...fields, priority: 100, lines }),
        ];
        const [a, b] = nodes;
        await a?.daemon.inState("VI_1", "MASTER");
        await b?.daemon.inState("VI_1", "BACKUP");
        const mark = lab.capture.mark();
        const [advert] = await lab.capture.untilCount(3, "advertisements from a", isAdvert({ sender: "a" }), mark);
        const trailer = advert?.message.slice(-56) ?? "";
        expect(trailer).to.match(/^01070000/);
        expect(lab.capture.adverts(mark, "b")).to.be.empty;
        await a?.daemon.sigterm();
        await b?.daemon.inState("VI_1", "MASTER");
      }));
  }

  it("auth_hmac: keys are changed, one router after the other, and nobody falls out", () =>
    withLab({}, async (lab) => {
      const lines = (active: number): string[] => hmac(`key 1 ${KEY}`, `key 2 ${OTHER_KEY}`, `active_key ${active}`);
      const a = startNode(lab, "a", vipds, { priority: 200, lines: lines(1) });
      const b = startNode(lab, "b", vipds, { priority: 100, lines: lines(1) });
      await a.daemon.inState("VI_1", "MASTER");
      await b.daemon.inState("VI_1", "BACKUP");
      const since = lab.capture.mark();
      a.daemon.reload(conf({ priority: 200, lines: lines(2) }));
      await lab.capture.until(
        "an advertisement signed with key 2",
        (frame): frame is Advert => isAdvert({ sender: "a" })(frame) && frame.message.slice(-56).startsWith("0102"),
        since,
      );
      const rotated = lab.capture.mark();
      await lab.capture.untilCount(10, "advertisements from a", isAdvert({ sender: "a" }), rotated);
      expect(lab.capture.adverts(since, "b")).to.be.empty;
      expect(await b.daemon.state("VI_1")).to.equal("BACKUP");
    }));

  it("auth_hmac: a router without the key is not believed, and says so", () =>
    withLab({}, async (lab) => {
      const a = startNode(lab, "a", vipds, {
        priority: 100,
        lines: hmac(`key 7 ${KEY}`, "active_key 7"),
      });
      await a.daemon.inState("VI_1", "MASTER");
      startNode(lab, "b", vipds, { priority: 200 });
      await eventually("a rejection", async () =>
        ((await a.daemon.instance("VI_1")).rejected["signatureMissing"] ?? 0) > 0 ? true : undefined,
      );
      expect(await a.daemon.state("VI_1")).to.equal("MASTER");
    }));
});
