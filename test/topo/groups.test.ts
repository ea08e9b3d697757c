// Sync groups over two segments: both change hands, or none does (keepalived.conf(5), vrrp_sync_group).
import { expect } from "chai";
import { isAdvert, isAnnouncement } from "./lab/capture.js";
import { type InstanceConf, block, conf, confWith } from "./lab/conf.js";
import type { Daemon, DaemonKind } from "./lab/daemon.js";
import { recorded, recordingHook, untilRecorded } from "./lab/hooks.js";
import type { Host } from "./lab/host.js";
import type { Lab } from "./lab/lab.js";
import { masterDownMicros } from "./lab/pairing.js";
import { eventuallyTrue } from "./lab/wait.js";
import { forEachKind, forEachPair, kinds, topologySuite, withLab } from "./lab/scenario.js";

const SEGMENTS = [0, 1] as const;
const INTERVAL_MICROS = 100_000;
const addressOn = (segment: number): string => `10.9.${segment}.100`;

const member = (segment: number, priority: number, lines: readonly string[]): InstanceConf => ({
  name: `VI_${segment}`,
  interface: `eth${segment}`,
  vrid: 60 + segment,
  priority,
  addresses: [`${addressOn(segment)}/24`],
  lines,
});

interface GroupConf {
  readonly priority: number;
  /** Of each instance. */
  readonly lines?: readonly string[];
  /** Of the group. */
  readonly groupLines?: readonly string[];
  readonly segments?: readonly number[];
}

function groupConf({ priority, lines = [], groupLines = [], segments = SEGMENTS }: GroupConf): string {
  const group = block("vrrp_sync_group G", [
    "group {",
    ...segments.map((segment) => `    VI_${segment}`),
    "}",
    ...groupLines,
  ]);
  return confWith([group], ...segments.map((segment) => member(segment, priority, lines)));
}

const start = (host: Host, kind: DaemonKind, conf: GroupConf): Daemon => host.start({ kind, conf: groupConf(conf) });

async function untilAllHeldBy(lab: Lab, name: string, segments: readonly number[] = SEGMENTS): Promise<void> {
  for (const segment of segments) await lab.untilHeldBy(addressOn(segment), [name]);
}

async function bothIn(daemon: Daemon, state: "MASTER" | "BACKUP" | "FAULT"): Promise<void> {
  for (const segment of SEGMENTS) await daemon.inState(`VI_${segment}`, state);
}

/** A link that comes up during the start is a FAULT more in the record. */
const linksAreUp = (host: Host): Promise<void> =>
  eventuallyTrue("both links are up", async () => {
    const links = await host.ip("-oneline link show");
    return [...links.matchAll(/ eth\d@.* state UP /g)].length === SEGMENTS.length;
  });

topologySuite("sync groups", () => {
  forEachPair("one of two links fails: both segments change hands, and back", { segments: 2 }, async (lab, pair) => {
    const a = start(lab.host("a"), pair.a, { priority: 200 });
    await untilAllHeldBy(lab, "a");
    const b = start(lab.host("b"), pair.b, { priority: 100 });
    await bothIn(b, "BACKUP");
    const marks = SEGMENTS.map((segment) => lab.captureOf(segment).mark());
    await lab.host("a").unplug("eth1");
    await untilAllHeldBy(lab, "b");
    await bothIn(a, "FAULT");
    // The healthy member says that it leaves; the other segment learns by silence.
    const resigned = lab
      .captureOf(0)
      .adverts(marks[0] ?? 0, "a")
      .filter(({ priority }) => priority === 0);
    expect(resigned.map(({ vrid }) => vrid)).to.deep.equal([60]);
    const first = await Promise.all(
      SEGMENTS.map((segment) =>
        lab.captureOf(segment).until("an advertisement from b", isAdvert({ sender: "b" }), marks[segment] ?? 0),
      ),
    );
    // keepalived takes the members one by one.
    if (pair.b === "vipd") expect(Math.abs((first[0]?.at ?? 0) - (first[1]?.at ?? 0))).to.be.below(50_000);
    await lab.host("a").plug("eth1");
    await untilAllHeldBy(lab, "a");
    await bothIn(b, "BACKUP");
  });

  forEachPair("a segment that is cut makes nobody master of it alone", { segments: 2 }, async (lab, pair) => {
    start(lab.host("a"), pair.a, { priority: 200 });
    await untilAllHeldBy(lab, "a");
    const b = start(lab.host("b"), pair.b, { priority: 100 });
    await bothIn(b, "BACKUP");
    await lab.host("a").cut("eth1");
    const mark = lab.captureOf(0).mark();
    // Three master down intervals.
    const adverts = Math.ceil((3 * masterDownMicros(100, INTERVAL_MICROS)) / INTERVAL_MICROS);
    await lab.captureOf(0).untilCount(adverts, "advertisements from a", isAdvert({ sender: "a" }), mark);
    expect(await lab.holders(addressOn(1))).to.deep.equal(["a"]);
    expect(lab.captureOf(1).adverts(0, "b")).to.be.empty;
    if (pair.b === "vipd") expect(JSON.stringify((await b.status()).whole["groups"])).to.include('"waiting":["VI_1"]');
    await lab.host("a").heal("eth1");
    // Now the other one as well: then both.
    await lab.host("a").cut("eth0");
    await lab.host("a").cut("eth1");
    for (const segment of SEGMENTS) await lab.untilHeldBy(addressOn(segment), ["a", "b"]);
    await lab.host("a").heal("eth0");
    await lab.host("a").heal("eth1");
    await untilAllHeldBy(lab, "a");
  });

  forEachPair("a stop hands both segments over after the skew time", { segments: 2 }, async (lab, pair) => {
    const a = start(lab.host("a"), pair.a, { priority: 200 });
    await untilAllHeldBy(lab, "a");
    const b = start(lab.host("b"), pair.b, { priority: 100 });
    await bothIn(b, "BACKUP");
    const marks = SEGMENTS.map((segment) => lab.captureOf(segment).mark());
    await a.sigterm();
    await untilAllHeldBy(lab, "b");
    for (const segment of SEGMENTS) {
      const resigned = lab
        .captureOf(segment)
        .adverts(marks[segment] ?? 0, "a")
        .filter(({ priority }) => priority === 0);
      expect(resigned).to.have.length(1);
    }
  });

  forEachPair("nopreempt: a group that returns leaves the other alone", { segments: 2 }, async (lab, pair) => {
    start(lab.host("b"), pair.b, { priority: 100 });
    await untilAllHeldBy(lab, "b");
    const a = start(lab.host("a"), pair.a, { priority: 200, lines: ["state BACKUP", "nopreempt"] });
    await bothIn(a, "BACKUP");
    const mark = lab.capture.mark();
    await lab.capture.untilCount(15, "advertisements from b", isAdvert({ sender: "b" }), mark);
    for (const segment of SEGMENTS) expect(lab.captureOf(segment).adverts(0, "a")).to.be.empty;
    await lab.host("b").unplug("eth0");
    await untilAllHeldBy(lab, "a");
  });

  forEachPair(
    "of three nodes one has everything, whoever fails",
    { hosts: ["a", "b", "c"], segments: 2 },
    async (lab, pair) => {
      start(lab.host("a"), pair.a, { priority: 200 });
      await untilAllHeldBy(lab, "a");
      const b = start(lab.host("b"), pair.b, { priority: 150 });
      const c = start(lab.host("c"), pair.a, { priority: 100 });
      await bothIn(b, "BACKUP");
      await bothIn(c, "BACKUP");
      await lab.host("a").unplug("eth0");
      await untilAllHeldBy(lab, "b");
      await lab.host("b").unplug("eth1");
      await untilAllHeldBy(lab, "c");
      await lab.host("a").plug("eth0");
      await untilAllHeldBy(lab, "a");
    },
  );

  forEachPair("a lower priority on one segment: both are announced again", { segments: 2 }, async (lab, pair) => {
    const lines = ["garp_master_delay 0"];
    start(lab.host("a"), pair.a, { priority: 200, lines });
    await untilAllHeldBy(lab, "a");
    await lab.host("b").cut("eth0");
    // It says once more that it is master when it hears the other one.
    lab.host("b").start({ kind: pair.b, conf: conf(member(0, 100, ["higher_prio_send_advert"])) });
    await lab.untilHeldBy(addressOn(0), ["a", "b"]);
    const marks = SEGMENTS.map((segment) => lab.captureOf(segment).mark());
    await lab.host("b").heal("eth0");
    for (const segment of SEGMENTS) {
      const isOurs = isAnnouncement({ sender: "a", address: addressOn(segment) });
      await lab.captureOf(segment).until("gratuitous ARP from a", isOurs, marks[segment] ?? 0);
    }
    await lab.untilHeldBy(addressOn(0), ["a"]);
  });

  forEachKind("scripts: members first, then the group", { hosts: ["a"], segments: 2 }, async (lab, kind) => {
    const host = lab.host("a");
    await linksAreUp(host);
    const hook = (name: string): string => recordingHook(host, name);
    const daemon = start(host, kind, {
      priority: 150,
      lines: [`notify ${hook("instance")}`],
      groupLines: [
        `notify ${hook("group")}`,
        ...["master", "backup", "fault", "stop"].map((state) => `notify_${state} ${hook(state)}`),
      ],
    });
    await untilAllHeldBy(lab, "a");
    await untilRecorded(host, 8);
    await host.linkDown("eth1");
    await bothIn(daemon, "FAULT");
    await untilRecorded(host, 12);
    await host.linkUp("eth1");
    await untilAllHeldBy(lab, "a");
    await untilRecorded(host, 20);
    await daemon.sigterm();
    await untilRecorded(host, 24);
    const lines = recorded(host);
    for (const [index, state] of ["BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER", "STOP"].entries()) {
      const four = lines.slice(index * 4, index * 4 + 4);
      const expected = [
        `instance INSTANCE VI_0 ${state} 150`,
        `instance INSTANCE VI_1 ${state} 150`,
        state.toLowerCase(),
        `group GROUP G ${state} 0`,
      ];
      expect(four).to.have.members(expected);
      // keepalived starts all four at once, and of the first BACKUP the group is told first.
      if (kind === "vipd" && index > 0) expect(four.slice(2)).to.deep.equal(expected.slice(2));
    }
    expect(await host.leftovers()).to.deep.equal([]);
  });

  if (!kinds.includes("vipd")) return;

  it("a reload adds a member and takes it away, and nobody else notices [vipd]", () =>
    withLab({ segments: 3 }, async (lab) => {
      const segments = [0, 1, 2];
      const a = start(lab.host("a"), "vipd", { priority: 200 });
      await untilAllHeldBy(lab, "a");
      const b = start(lab.host("b"), "keepalived", { priority: 100 });
      await bothIn(b, "BACKUP");
      const marks = SEGMENTS.map((segment) => lab.captureOf(segment).mark());
      a.reload(groupConf({ priority: 200, segments }));
      await untilAllHeldBy(lab, "a", segments);
      a.reload(groupConf({ priority: 200 }));
      await lab.untilHeldBy(addressOn(2), []);
      await lab.captureOf(2).until("priority 0", isAdvert({ sender: "a", priority: 0 }), 0);
      for (const segment of SEGMENTS) {
        const mark = marks[segment] ?? 0;
        await lab.captureOf(segment).untilCount(10, "advertisements from a", isAdvert({ sender: "a" }), mark);
        const adverts = lab.captureOf(segment).adverts(mark);
        expect(new Set(adverts.map(({ sender, priority }) => `${sender} ${priority}`))).to.deep.equal(
          new Set(["a 200"]),
        );
      }
    }));
});
