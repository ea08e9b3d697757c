// Both versions of the protocol, their intervals, passwords, and what happens when two routers do not agree.
import { expect } from "chai";
import { type Mark, isAdvert, isAnnouncement } from "./lab/capture.js";
import { VIP } from "./lab/conf.js";
import { EARLY_MICROS, masterDownMicros, openWithMasterA, startNode } from "./lab/pairing.js";
import { type Pair, forEachPair, topologySuite } from "./lab/scenario.js";
import type { Lab } from "./lab/lab.js";
import type { Daemon } from "./lab/daemon.js";
import type { InstanceConf } from "./lab/conf.js";

topologySuite("versions and passwords", () => {
  for (const [title, fields] of [
    ["version 2, 1 s", { version: 2, advertInt: 1 }],
    ["version 2, 1 s, password", { version: 2, advertInt: 1, lines: password("secret12") }],
    ["version 3, 1 s", { version: 3, advertInt: 1 }],
    ["version 3, 0.1 s", { version: 3, advertInt: 0.1 }],
  ] as const) {
    forEachPair(`${title}: one master, and a takeover`, {}, async (lab, pair) => {
      const { a, b, mark } = await openWithMasterA(lab, pair, fields);
      const [advert] = await lab.capture.untilCount(3, "advertisements from a", isAdvert({ sender: "a" }), mark);
      expect(advert).to.include({
        version: fields.version,
        intervalMillis: fields.advertInt * 1_000,
        ttl: 255,
        vrid: 51,
      });
      expect(lab.capture.adverts(mark, "b")).to.be.empty;
      await a.daemon.sigterm();
      await lab.capture.until("gratuitous ARP from b", isAnnouncement({ sender: "b", address: VIP }), mark);
      await lab.untilHeldBy(VIP, ["b"]);
      await b.daemon.sigterm();
      expect(await lab.holders(VIP)).to.deep.equal([]);
    });
  }

  forEachPair("version 3: a backup follows the interval that its master advertises", {}, async (lab, pair) => {
    const { a, mark } = await openWithMasterA(lab, pair, {}, { a: { advertInt: 0.2 }, b: { advertInt: 0.1 } });
    await lab.capture.untilCount(4, "advertisements from a", isAdvert({ sender: "a" }), mark);
    expect(lab.capture.adverts(mark, "b")).to.be.empty;
    await a.daemon.killTree();
    const takeover = await lab.capture.until("an advertisement from b", isAdvert({ sender: "b" }), mark);
    expect(takeover.intervalMillis).to.equal(100);
    const last = lab.capture.adverts(mark, "a").at(-1)?.at ?? takeover.at;
    expect(takeover.at - last).to.be.at.least(masterDownMicros(100, 200_000) - EARLY_MICROS);
  });

  forEachPair("wrong password: two masters, each goes on, and the rejections are counted", {}, async (lab, pair) => {
    const fields = { version: 2, advertInt: 1 } as const;
    await expectTwoMasters(lab, pair, {
      a: { ...fields, priority: 200, lines: password("secret12") },
      b: { ...fields, priority: 100, lines: password("secret13") },
      reason: "authenticationFailure",
    });
  });

  forEachPair("a password on one side only", {}, async (lab, pair) => {
    const fields = { version: 2, advertInt: 1 } as const;
    await expectTwoMasters(lab, pair, {
      a: { ...fields, priority: 200, lines: password("secret12") },
      b: { ...fields, priority: 100 },
      reason: "authenticationTypeMismatch",
    });
  });

  forEachPair("version 2 against version 3", {}, async (lab, pair) => {
    await expectTwoMasters(lab, pair, {
      a: { version: 2, advertInt: 1, priority: 200 },
      b: { version: 3, advertInt: 1, priority: 100 },
      reason: "version",
    });
  });
});

function password(text: string): string[] {
  return ["authentication {", "    auth_type PASS", `    auth_pass ${text}`, "}"];
}

interface Disagreement {
  readonly a: InstanceConf;
  readonly b: InstanceConf;
  /** The counter under which vipd is to find the other's advertisements. */
  readonly reason: string;
}

/**
 * What the standard gives when routers reject each other: both are masters, and neither falls over. A keepalived that
 * hears rejected packets more often than its own interval stops advertising, so steadiness is asked of vipd only.
 */
async function expectTwoMasters(lab: Lab, pair: Pair, { a, b, reason }: Disagreement): Promise<void> {
  const nodes = [startNode(lab, "a", pair, a), startNode(lab, "b", pair, b)];
  const start = lab.capture.mark();
  await Promise.all(nodes.map(({ host }) => advertises(lab, host.name, 1, start)));
  await lab.untilHeldBy(VIP, ["a", "b"]);
  const settled = lab.capture.mark();
  for (const { host, daemon } of nodes) {
    expect(daemon.isRunning()).to.be.true;
    await daemon.inState("VI_1", "MASTER");
    if (daemon.kind !== "vipd") continue;
    await advertises(lab, host.name, 3, settled);
    expect(await rejections(daemon, reason)).to.be.at.least(1);
  }
}

async function advertises(lab: Lab, sender: string, count: number, since: Mark): Promise<void> {
  await lab.capture.untilCount(count, `advertisements from ${sender}`, isAdvert({ sender }), since);
}

async function rejections(daemon: Daemon, reason: string): Promise<number> {
  const { rejected } = await daemon.instance("VI_1");
  return rejected[reason] ?? 0;
}
