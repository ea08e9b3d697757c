// What a router depends on: scripts, files, processes and other interfaces, as a fault or as a weight.
import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isAdvert } from "./lab/capture.js";
import { VIP, block, conf, confWith } from "./lab/conf.js";
import type { Host } from "./lab/host.js";
import type { Lab } from "./lab/lab.js";
import { type Node, startNode, untilMaster } from "./lab/pairing.js";
import { type Pair, forEachPair, topologySuite, withLab } from "./lab/scenario.js";

/** A script that fails while a file exists; host a tracks it with the given weight. */
function startTracking(lab: Lab, pair: Pair, weight: number): Node {
  const host = lab.host("a");
  const script = host.path("check.sh");
  writeFileSync(script, `#!/bin/sh\ntest ! -e ${host.path("broken")}\n`, { mode: 0o755 });
  const check = block("vrrp_script check", [`script "${script}"`, "interval 1", "timeout 5", "rise 1", "fall 1"]);
  const tracked = weight === 0 ? "check" : `check weight ${weight}`;
  const text = confWith([check], { priority: 200, lines: [block("track_script", [tracked])] });
  return { host, daemon: host.start({ kind: pair.a, conf: text }) };
}

const breakCheck = (host: Host): void => {
  writeFileSync(host.path("broken"), "");
};
const mendCheck = (host: Host): void => {
  rmSync(host.path("broken"));
};

async function backupB(lab: Lab, pair: Pair): Promise<Node> {
  const b = startNode(lab, "b", pair, { priority: 100 });
  await b.daemon.inState("VI_1", "BACKUP");
  return b;
}

topologySuite("tracking", () => {
  forEachPair("a failing track_script without weight is a fault; it recovers", {}, async (lab, pair) => {
    const a = startTracking(lab, pair, 0);
    await untilMaster(lab, "a");
    await backupB(lab, pair);
    breakCheck(a.host);
    await a.daemon.inState("VI_1", "FAULT");
    await lab.untilHeldBy(VIP, ["b"]);
    mendCheck(a.host);
    await lab.untilHeldBy(VIP, ["a"]);
  });

  forEachPair("a failing track_script with a weight lowers the priority; it recovers", {}, async (lab, pair) => {
    const a = startTracking(lab, pair, -150);
    await untilMaster(lab, "a");
    await backupB(lab, pair);
    const mark = lab.capture.mark();
    breakCheck(a.host);
    await lab.capture.until("priority 50 from a", isAdvert({ sender: "a", priority: 50 }), mark);
    await lab.untilHeldBy(VIP, ["b"]);
    await a.daemon.inState("VI_1", "BACKUP");
    const mended = lab.capture.mark();
    mendCheck(a.host);
    await lab.capture.until("priority 200 from a", isAdvert({ sender: "a", priority: 200 }), mended);
    await lab.untilHeldBy(VIP, ["a"]);
  });

  forEachPair("a tracked interface without weight is a fault; it recovers", { segments: 2 }, async (lab, pair) => {
    const a = startNode(lab, "a", pair, { priority: 200, lines: [block("track_interface", ["eth1"])] });
    await untilMaster(lab, "a");
    await backupB(lab, pair);
    await a.host.unplug("eth1");
    await a.daemon.inState("VI_1", "FAULT");
    await lab.untilHeldBy(VIP, ["b"]);
    await a.host.plug("eth1");
    await lab.untilHeldBy(VIP, ["a"]);
  });

  forEachPair("a tracked interface with a weight moves the priority", { segments: 2 }, async (lab, pair) => {
    const host = lab.host("a");
    const lines = [block("track_interface", ["eth1 weight 100"])];
    host.start({ kind: pair.a, conf: conf({ priority: 50, lines }) });
    await untilMaster(lab, "a");
    await backupB(lab, pair);
    const mark = lab.capture.mark();
    await lab.capture.until("priority 150 from a", isAdvert({ sender: "a", priority: 150 }), mark);
    await host.unplug("eth1");
    await lab.untilHeldBy(VIP, ["b"]);
    const plugged = lab.capture.mark();
    await host.plug("eth1");
    await lab.capture.until("priority 150 from a", isAdvert({ sender: "a", priority: 150 }), plugged);
    await lab.untilHeldBy(VIP, ["a"]);
  });

  forEachPair("a tracked file moves the priority, and is a fault where it says so", {}, async (lab, pair) => {
    const host = lab.host("a");
    const file = host.path("load");
    writeFileSync(file, "5\n");
    const blocks = [block("track_file load", [`file "${file}"`, "weight 10"])];
    const text = confWith(blocks, { priority: 150, lines: [block("track_file", ["load"])] });
    const daemon = host.start({ kind: pair.a, conf: text });
    await untilMaster(lab, "a");
    await backupB(lab, pair);
    const advertised = async (priority: number, change: () => void): Promise<void> => {
      const mark = lab.capture.mark();
      change();
      await lab.capture.until(`priority ${priority} from a`, isAdvert({ sender: "a", priority }), mark);
    };
    await advertised(200, () => undefined);
    await advertised(120, () => {
      writeFileSync(`${file}.new`, "-3\n");
      renameSync(`${file}.new`, file);
    });
    await advertised(150, () => {
      rmSync(file);
    });
    writeFileSync(file, "-30\n");
    await daemon.inState("VI_1", "FAULT");
    await lab.untilHeldBy(VIP, ["b"]);
    writeFileSync(file, "0\n");
    await lab.untilHeldBy(VIP, ["a"]);
  });

  forEachPair("a tracked file without weight is a fault while it does not say 0", {}, async (lab, pair) => {
    const host = lab.host("a");
    const file = host.path("broken");
    const blocks = [block("track_file broken", [`file "${file}"`, "weight 0", "init_file 0"])];
    const text = confWith(blocks, { priority: 200, lines: [block("track_file", ["broken"])] });
    const daemon = host.start({ kind: pair.a, conf: text });
    await untilMaster(lab, "a");
    await backupB(lab, pair);
    writeFileSync(file, "1\n");
    await daemon.inState("VI_1", "FAULT");
    await lab.untilHeldBy(VIP, ["b"]);
    writeFileSync(file, "0\n");
    await lab.untilHeldBy(VIP, ["a"]);
  });

  // keepalived hears of no process outside the first network namespace.
  for (const b of ["vipd", "keepalived"] as const) {
    it(`a tracked process that ends is a fault; it recovers [vipd/${b}]`, () =>
      withLab({}, async (lab) => {
        const host = lab.host("a");
        const program = host.path("served");
        copyFileSync("/bin/sleep", program);
        const run = (): ChildProcess => spawn(program, ["600"], { stdio: "ignore" });
        const blocks = [block("vrrp_track_process served", [`process "${program}" 600`, "terminate_delay 0.2"])];
        const text = confWith(blocks, { priority: 200, lines: [block("track_process", ["served"])] });
        let served = run();
        try {
          const daemon = host.start({ kind: "vipd", conf: text });
          await untilMaster(lab, "a");
          await backupB(lab, { a: "vipd", b });
          served.kill("SIGKILL");
          await daemon.inState("VI_1", "FAULT");
          await lab.untilHeldBy(VIP, ["b"]);
          served = run();
          await lab.untilHeldBy(VIP, ["a"]);
        } finally {
          served.kill("SIGKILL");
        }
      }));
  }
});
