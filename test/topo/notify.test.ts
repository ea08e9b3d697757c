// Hooks: which, with which arguments, in which order (keepalived.conf(5), notify scripts).
import { expect } from "chai";
import { isAdvert } from "./lab/capture.js";
import { VIP, conf } from "./lab/conf.js";
import { recorded, recordingHook, untilRecorded } from "./lab/hooks.js";
import type { Host } from "./lab/host.js";
import type { Daemon } from "./lab/daemon.js";
import { untilMaster } from "./lab/pairing.js";
import { forEachKind, kinds, topologySuite, withLab } from "./lab/scenario.js";

function hooksOf(host: Host, delaySeconds = 0): string[] {
  const hook = (name: string): string => recordingHook(host, name, delaySeconds);
  return [
    `notify ${hook("notify")}`,
    ...["master", "backup", "fault", "stop"].map((state) => `notify_${state} ${hook(state)}`),
  ];
}

const expected = (...states: readonly string[]): string[] =>
  states.flatMap((state) => [state.toLowerCase(), `notify INSTANCE VI_1 ${state} 150`]);

function start(host: Host, kind: Daemon["kind"], lines: readonly string[]): Daemon {
  return host.start({ kind, conf: conf({ priority: 150, lines }) });
}

topologySuite("hooks", () => {
  forEachKind("BACKUP, MASTER, FAULT, BACKUP, MASTER, STOP", { hosts: ["a"] }, async (lab, kind) => {
    const host = lab.host("a");
    const daemon = start(host, kind, hooksOf(host));
    await untilMaster(lab, "a");
    await untilRecorded(host, 4);
    await host.linkDown();
    await daemon.inState("VI_1", "FAULT");
    await untilRecorded(host, 6);
    await host.linkUp();
    await lab.untilHeldBy(VIP, ["a"]);
    await untilRecorded(host, 10);
    await daemon.sigterm();
    await untilRecorded(host, 12);
    // Within one transition keepalived starts both scripts at once and whichever is quicker comes first.
    const inOrder = kind === "vipd" ? recorded(host) : pairwiseSpecificFirst(recorded(host));
    expect(inOrder).to.deep.equal(expected("BACKUP", "MASTER", "FAULT", "BACKUP", "MASTER", "STOP"));
    expect(await host.leftovers()).to.deep.equal([]);
  });

  if (!kinds.includes("vipd")) return;

  it("slow hooks keep their order and never delay an advertisement [vipd]", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      const daemon = start(host, "vipd", hooksOf(host, 0.7));
      await untilMaster(lab, "a");
      const mark = lab.capture.mark();
      const adverts = await lab.capture.untilCount(20, "advertisements from a", isAdvert({ sender: "a" }), mark);
      const gaps = adverts.slice(1).map(({ at }, index) => at - (adverts[index]?.at ?? at));
      expect(recorded(host).length).to.be.below(4); // the hooks were still at it
      expect(Math.max(...gaps)).to.be.below(200_000);
      await untilRecorded(host, 4);
      expect(recorded(host)).to.deep.equal(expected("BACKUP", "MASTER"));
      await daemon.sigterm();
      await untilRecorded(host, 6);
      expect(recorded(host).slice(4)).to.deep.equal(expected("STOP"));
    }));
});

function pairwiseSpecificFirst(lines: readonly string[]): string[] {
  const ordered: string[] = [];
  for (let index = 0; index < lines.length; index += 2) {
    const pair = lines.slice(index, index + 2);
    ordered.push(...pair.sort((one, other) => Number(one.startsWith("notify")) - Number(other.startsWith("notify"))));
  }
  return ordered;
}
