// 20,000 random and mutated packets at a master: nothing changes, each is counted, and memory does not grow.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { resolve } from "node:path";
import { expect } from "chai";
import { prng } from "../../src/base/prng.js";
import { isAdvert } from "./lab/capture.js";
import { VIP } from "./lab/conf.js";
import type { Daemon } from "./lab/daemon.js";
import type { Host } from "./lab/host.js";
import { junkFrame } from "./lab/junk.js";
import { startNode, untilMaster } from "./lab/pairing.js";
import { kinds, topologySuite, withLab } from "./lab/scenario.js";
import { sumOf } from "./lab/status.js";
import { eventuallyTrue } from "./lab/wait.js";

const PACKETS = 20_000;
/** Small enough for a socket's receive buffer, for what the kernel drops nobody can count. */
const BATCH = 500;
const SEED = 20_000;
const RESIDENT_GROWTH_KIB = 16_384;
const victim = { vrid: 51, priority: 200, addresses: [VIP] };

topologySuite("flood", () => {
  if (!kinds.includes("vipd")) return;

  it(`${PACKETS} random and mutated packets at a master`, () =>
    withLab({ hosts: ["a", "c"] }, async (lab) => {
      const { host, daemon } = startNode(lab, "a", { a: "vipd", b: "vipd" }, { priority: victim.priority });
      await untilMaster(lab, "a");
      const sender = new FrameSender(lab.host("c"));
      const random = prng(SEED);
      const before = await accountedFor(daemon);
      const mark = lab.capture.mark();

      let resident = 0;
      for (let sent = 0; sent < PACKETS; sent += BATCH) {
        await sender.send(Array.from({ length: BATCH }, () => junkFrame(random, victim)));
        await eventuallyTrue(
          `${sent + BATCH} packets are accounted for`,
          async () => (await accountedFor(daemon)) - before === sent + BATCH,
        );
        if (sent === PACKETS / 2) resident = daemon.vrrpResidentKib();
      }
      expect(daemon.vrrpResidentKib() - resident).to.be.below(RESIDENT_GROWTH_KIB);

      const { state, statistics } = await daemon.instance("VI_1");
      expect(state).to.equal("master");
      expect(statistics).to.include({ becameMaster: 1, releasedMaster: 0 });
      expect(await host.prefixes()).to.deep.equal(["10.9.0.1/24", `${VIP}/24`]);
      const own = lab.capture.adverts(mark, "a");
      expect(new Set(own.map(({ priority, message }) => `${priority} ${message}`)).size).to.equal(1);
      await lab.capture.untilCount(5, "advertisements from a", isAdvert({ sender: "a" }), lab.capture.mark());
    })).timeout(180_000);
});

/** Every datagram that reached the process: accepted, rejected by the instance, or belonging to none. */
async function accountedFor(daemon: Daemon): Promise<number> {
  const status = await daemon.status();
  const perInstance = status.instances.map(
    ({ statistics, rejected }) => (statistics["advertsReceived"] ?? Number.NaN) + sumOf(rejected),
  );
  return perInstance.reduce((total, count) => total + count, sumOf(status.unattributed));
}

class FrameSender {
  readonly #child: ChildProcess;
  readonly #replies: AsyncIterator<string>;

  constructor(host: Host) {
    const program = resolve(import.meta.dirname, "lab/send-frames.js");
    this.#child = spawn("ip", ["netns", "exec", host.namespace, process.execPath, program, "eth0"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    if (this.#child.stdout === null) throw new Error("the sender has no standard output");
    this.#replies = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  }

  /** Resolves when the kernel has taken them all. */
  async send(frames: readonly string[]): Promise<void> {
    this.#child.stdin?.write(`${frames.join(" ")}\n`);
    const reply = await this.#replies.next();
    if (reply.done === true) throw new Error("the sender has ended");
    expect(JSON.parse(reply.value)).to.include({ sent: frames.length });
  }
}
