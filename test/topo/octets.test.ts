// The same configuration, once under keepalived and once under vipd: what they send must be the same octets.
import { expect } from "chai";
import { isAdvert, isAnnouncement, isNeighbour } from "./lab/capture.js";
import { type InstanceConf, VIP } from "./lab/conf.js";
import type { DaemonKind } from "./lab/daemon.js";
import type { Arp, Frame, Neighbour } from "./lab/frames.js";
import { startNode } from "./lab/pairing.js";
import { kinds, topologySuite, withLab } from "./lab/scenario.js";

const EXCLUDED6 = ["virtual_ipaddress_excluded {", "    2001:db8::100/64", "}"];
const EXCLUDED = ["virtual_ipaddress_excluded {", "    10.9.0.100/24", "}"];
const UNICAST6 = [...unicast("fe80::2"), "unicast_ttl 200"];
const UNICAST_77 = [...unicast("10.9.0.2"), "unicast_src_ip 10.9.0.77"];
const TWO = [`${VIP}/24`, "10.9.0.101/32"];
const CASES: readonly (readonly [title: string, fields: Partial<InstanceConf>])[] = [
  ["version 2", { version: 2, advertInt: 1 }],
  ["version 2, password, two addresses", { version: 2, advertInt: 1, addresses: TWO, lines: pass("secret12") }],
  ["version 2, a password longer than eight octets", { version: 2, advertInt: 1, lines: pass("secret123456") }],
  ["version 2, the address owner", { version: 2, advertInt: 1, priority: 255 }],
  ["version 3", { version: 3 }],
  ["version 3, 10 ms, two addresses", { version: 3, advertInt: 0.01, addresses: TWO }],
  ["version 3, addresses out of order", { version: 3, addresses: [...TWO].reverse() }],
  ["version 3 over IPv6", { version: 3, addresses: ["fe80::100/64", "2001:db8::100/64"] }],
  ["version 3 over IPv6, IPv4 among the excluded", { version: 3, addresses: ["fe80::100/64"], lines: EXCLUDED }],
  ["version 3 over IPv4, IPv6 among the excluded", { version: 3, addresses: [`${VIP}/24`], lines: EXCLUDED6 }],
  ["version 2, unicast to two peers", { version: 2, advertInt: 1, lines: unicast("10.9.0.2", "10.9.0.3") }],
  ["version 3, unicast", { version: 3, lines: unicast("10.9.0.2") }],
  ["version 3, unicast with unicast_ttl and unicast_src_ip", { version: 3, lines: [...UNICAST_77, "unicast_ttl 9"] }],
  ["version 3, unicast, old_unicast_checksum", { version: 3, lines: [...unicast("10.9.0.2"), "old_unicast_checksum"] }],
  // Without unicast_ttl, keepalived 2.2.7 leaves the hop limit to the kernel, which takes 64.
  ["version 3, IPv6 unicast", { version: 3, addresses: ["fe80::100/64"], lines: UNICAST6 }],
  ["mcast_dst_ip", { version: 3, lines: ["mcast_dst_ip 224.0.0.99"] }],
  ["mcast_dst_ip of IPv6", { version: 3, addresses: ["fe80::100/64"], lines: ["mcast_dst_ip ff02::99"] }],
  ["mcast_src_ip", { version: 3, lines: ["mcast_src_ip 10.9.0.77"] }],
];

topologySuite("octet for octet what keepalived sends", () => {
  if (!kinds.includes("vipd")) return;

  for (const [title, fields] of CASES) {
    it(`${title}: advertisements, resignation and gratuitous ARP`, async () => {
      const [theirs, ours] = await Promise.all([record("keepalived", fields), record("vipd", fields)]);
      expect(ours.adverts).to.deep.equal(theirs.adverts);
      expect(ours.announcements).to.deep.equal(theirs.announcements);
      expect(ours.ipIdSteps).to.deep.equal(theirs.ipIdSteps);
    });
  }

  it("the second burst of gratuitous ARP, and its order over two addresses", async () => {
    const fields = { addresses: TWO, lines: ["garp_master_repeat 2", "garp_master_delay 1"] };
    const [theirs, ours] = await Promise.all([record("keepalived", fields, 8), record("vipd", fields, 8)]);
    expect(ours.announcements).to.deep.equal(theirs.announcements);
  });

  // Debian's keepalived does not know the keyword yet: the octets are those of RFC 9568 §5.2.8, summed by hand.
  it("v3_checksum_as_v2 leaves the pseudo header out of the checksum", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const fields = { priority: 150, advertInt: 1, addresses: ["10.9.9.100/32"], lines: ["v3_checksum_as_v2"] };
      startNode(lab, "a", { a: "vipd", b: "vipd" }, fields);
      const advert = await lab.capture.until("an advertisement from a", isAdvert({ sender: "a" }), 0);
      expect(advert.message).to.equal("31339601" + "0064" + "24fa" + "0a090964");
    }));
});

function unicast(...peers: readonly string[]): string[] {
  return ["unicast_peer {", ...peers.map((peer) => `    ${peer}`), "}"];
}

function pass(text: string): string[] {
  return ["authentication {", "    auth_type PASS", `    auth_pass ${text}`, "}"];
}

interface Recording {
  /** Two advertisements and the resignation, hexadecimal, with the IP id and the checksum over it left out. */
  readonly adverts: readonly string[];
  /** Gratuitous ARP from the first on: whole seconds since that one, and the frame, hexadecimal. */
  readonly announcements: readonly string[];
  /** By how much the IP id grows from one advertisement to the next. */
  readonly ipIdSteps: readonly number[];
}

async function record(
  kind: DaemonKind,
  fields: Partial<InstanceConf>,
  burst = 5 * ((fields.addresses?.length ?? 1) + (fields.lines === EXCLUDED || fields.lines === EXCLUDED6 ? 1 : 0)),
): Promise<Recording> {
  let recording: Recording | undefined;
  await withLab({ hosts: ["a"] }, async (lab) => {
    const { capture } = lab;
    await lab.host("a").enableIpv6();
    await lab.host("a").ip("address add 10.9.0.77/24 dev eth0");
    for (const peer of ["10.9.0.2", "10.9.0.3", "fe80::2"]) {
      await lab.host("a").ip(`neigh add ${peer} lladdr 02:00:00:00:00:0${peer.at(-1) ?? ""} dev eth0`);
    }
    const { daemon } = startNode(lab, "a", { a: kind, b: kind }, { priority: 200, ...fields });
    await capture.until("an advertisement from a", isAdvert({ sender: "a" }), 0);
    const announcements = await capture.untilCount(burst, "announcements from a", isOurAnnouncement, 0);
    const [first, second] = await capture.untilCount(2, "advertisements from a", isAdvert({ sender: "a" }), 0);
    await daemon.sigterm();
    const last = await capture.until("the resignation", isAdvert({ sender: "a", priority: 0 }), 0);
    if (first === undefined || second === undefined) throw new Error("there were no two advertisements");
    const beforeLast = capture.adverts(0).at(-2);
    recording = {
      adverts: [first, second, last].map(maskedHex),
      announcements: announcements.map(
        ({ at, bytes }) => `${Math.round((at - (announcements[0]?.at ?? at)) / 1_000_000)} s ${bytes.toString("hex")}`,
      ),
      ipIdSteps: [second.ipId - first.ipId, last.ipId - (beforeLast?.ipId ?? 0)],
    };
  });
  if (recording === undefined) throw new Error(`nothing was recorded of ${kind}`);
  return recording;
}

const isOurAnnouncement = (frame: Frame): frame is Arp | Neighbour =>
  isAnnouncement({ sender: "a" })(frame) || isNeighbour({ sender: "a" })(frame);

/**
 * The IP id counts from the start of the daemon, and the header checksum covers it. The kernel gives keepalived's IPv6
 * datagrams a flow label of its choice.
 */
function maskedHex(frame: Frame): string {
  const copy = Buffer.from(frame.bytes);
  if (copy.readUInt16BE(12) === 0x86dd) {
    copy.writeUInt32BE((copy.readUInt32BE(14) & 0xfff00000) >>> 0, 14);
    return copy.toString("hex");
  }
  copy.fill(0, 14 + 4, 14 + 6);
  copy.fill(0, 14 + 10, 14 + 12);
  return copy.toString("hex");
}
