// BFD with real neighbours: BIRD, FRR and keepalived; what it does to an instance; and what a death of its process does.
import { expect } from "chai";
import { setTimeout as pause } from "node:timers/promises";
import { type SpeakerOptions, speakerKinds, startSpeaker } from "./lab/bfd-speakers.js";
import { bfdSession, confWithSession, untilSession } from "./lab/bfd-sessions.js";
import { isAdvert } from "./lab/capture.js";
import { VIP, conf } from "./lab/conf.js";
import type { Lab } from "./lab/lab.js";
import { untilMaster } from "./lab/pairing.js";
import { forEachPair, topologySuite, withLab } from "./lab/scenario.js";
import { eventuallyTrue } from "./lab/wait.js";

/** From host b to host a on the first LAN. */
const toA: SpeakerOptions = { peer: "10.9.0.1", local: "10.9.0.2", interval: 50, multiplier: 3 };

/** IPv6 addresses for hosts a and b. */
async function addIpv6(lab: Lab): Promise<void> {
  await lab.host("a").ip("address add fd09::1/64 dev eth0 nodad");
  await lab.host("b").ip("address add fd09::2/64 dev eth0 nodad");
}

/** Hosts a and b on different LANs, with host c as the only way between them. */
async function routeThroughC(lab: Lab): Promise<void> {
  await lab.host("c").run("sysctl", "-qw", "net.ipv4.ip_forward=1");
  await lab.host("a").ip("link set dev eth1 down");
  await lab.host("a").ip("route add 10.9.1.0/24 via 10.9.0.3");
  await lab.host("b").ip("link set dev eth0 down");
  await lab.host("b").ip("route add 10.9.0.0/24 via 10.9.1.3");
}

topologySuite("bfd", () => {
  for (const kind of speakerKinds) {
    describe(`with ${kind}`, () => {
      it("comes up on both sides, and a cut line is noticed within the detection time", () =>
        withLab({}, async (lab) => {
          const [a, b] = [lab.host("a"), lab.host("b")];
          const daemon = a.start({ kind: "vipd", conf: confWithSession({ neighbor: "10.9.0.2" }, 0) });
          await daemon.inState("VI_1", "FAULT");
          const speaker = await startSpeaker(kind, b, toA);
          await speaker.untilUp();
          await untilSession(daemon, "up");
          // The intervals of a session that is up are agreed upon by a poll.
          await eventuallyTrue("both speak every 50 ms", async () => {
            const session = await bfdSession(daemon, "peer");
            return session?.["transmitIntervalMicros"] === 50_000 && session["detectionTimeMicros"] === 150_000;
          });
          await lab.untilHeldBy(VIP, ["a"]);
          await b.cut();
          await untilSession(daemon, "down");
          await daemon.inState("VI_1", "FAULT");
          await daemon.logged(/\(peer\) Entering Down state: nothing heard from the neighbour for 150 ms/);
          await speaker.untilUp(false);
          await b.heal();
          await speaker.untilUp();
          await lab.untilHeldBy(VIP, ["a"]);
        }));

      it("comes up over IPv6", () =>
        withLab({}, async (lab) => {
          await addIpv6(lab);
          const text = confWithSession({ neighbor: "fd09::2", source: "fd09::1" }, 0);
          const daemon = lab.host("a").start({ kind: "vipd", conf: text });
          const speaker = await startSpeaker(kind, lab.host("b"), { ...toA, peer: "fd09::1", local: "fd09::2" });
          await speaker.untilUp();
          await untilSession(daemon, "up");
        }));

      it("comes up whichever side is passive", () =>
        withLab({}, async (lab) => {
          const passive = confWithSession({ neighbor: "10.9.0.2", lines: ["passive"] }, 0);
          const daemon = lab.host("a").start({ kind: "vipd", conf: passive });
          const first = await startSpeaker(kind, lab.host("b"), toA);
          await first.untilUp();
          await untilSession(daemon, "up");
          first.kill();
          await untilSession(daemon, "down");
          daemon.reload(confWithSession({ neighbor: "10.9.0.2" }, 0));
          await daemon.logged(/Reload complete/);
          const second = await startSpeaker(kind, lab.host("b"), { ...toA, passive: true });
          await second.untilUp();
          await untilSession(daemon, "up");
        }));

      it("multihop: through a router, as far as max_hops allows", () =>
        withLab({ hosts: ["a", "b", "c"], segments: 2 }, async (lab) => {
          await routeThroughC(lab);
          const lines = (maxHops: number) => ["multihop", `max_hops ${maxHops}`];
          const text = (maxHops: number): string =>
            confWithSession({ neighbor: "10.9.1.2", source: "10.9.0.1", lines: lines(maxHops) }, 0);
          const daemon = lab.host("a").start({ kind: "vipd", conf: text(0) });
          const far = { ...toA, local: "10.9.1.2", multihop: true };
          const speaker = await startSpeaker(kind, lab.host("b"), far);
          await eventuallyTrue("packets that came through a router are refused", async () => {
            const statistics = (await bfdSession(daemon))?.["statistics"];
            return /"ttl":[1-9]/.test(JSON.stringify(statistics ?? {}));
          });
          // BIRD sends with a TTL of 64 where routers may lie between.
          daemon.reload(text(kind === "bird" ? 192 : 1));
          await speaker.untilUp();
          await untilSession(daemon, "up");
        }));

      it("other intervals are negotiated in a reload, and the session stays up", () =>
        withLab({}, async (lab) => {
          const text = (interval: number): string => confWithSession({ neighbor: "10.9.0.2", interval }, 0);
          const daemon = lab.host("a").start({ kind: "vipd", conf: text(50) });
          const speaker = await startSpeaker(kind, lab.host("b"), toA);
          await speaker.untilUp();
          const before = await untilSession(daemon, "up");
          daemon.reload(text(200));
          await eventuallyTrue("the new intervals are in force", async () => {
            const session = await bfdSession(daemon);
            const isInForce = session?.["transmitIntervalMicros"] === 200_000 && session["polling"] === false;
            return isInForce && session["detectionTimeMicros"] === 600_000;
          });
          expect((await bfdSession(daemon))?.["since"]).to.equal(before["since"]);
          expect(await speaker.isUp()).to.be.true;
        }));

      it("an orderly stop is known to the neighbour at once", () =>
        withLab({}, async (lab) => {
          const text = confWithSession({ neighbor: "10.9.0.2", multiplier: 100 }, 0);
          const daemon = lab.host("a").start({ kind: "vipd", conf: text });
          const speaker = await startSpeaker(kind, lab.host("b"), toA);
          await speaker.untilUp();
          await untilSession(daemon, "up");
          const begun = performance.now();
          expect((await daemon.sigterm()).code).to.equal(0);
          await speaker.untilUp(false);
          // By silence alone it would take five seconds.
          expect(performance.now() - begun).to.be.lessThan(4_000);
        }));

      it("a weight moves a priority, and keepalived takes over and gives back", () =>
        withLab({ hosts: ["a", "b", "c"] }, async (lab) => {
          const daemon = lab.host("a").start({ kind: "vipd", conf: confWithSession({ neighbor: "10.9.0.3" }, -150) });
          lab.host("b").start({ kind: "keepalived", conf: conf({ priority: 100 }) });
          const fromC = { ...toA, local: "10.9.0.3" };
          const first = await startSpeaker(kind, lab.host("c"), fromC);
          await first.untilUp();
          await lab.untilHeldBy(VIP, ["a"]);
          const mark = lab.capture.mark();
          first.kill();
          await lab.capture.until("priority 50 from a", isAdvert({ sender: "a", priority: 50 }), mark);
          await lab.untilHeldBy(VIP, ["b"]);
          await daemon.inState("VI_1", "BACKUP");
          const second = await startSpeaker(kind, lab.host("c"), fromC);
          await second.untilUp();
          await lab.untilHeldBy(VIP, ["a"]);
        }));

      it("the death of the bfd process costs no mastership, and the session comes back", () =>
        withLab({}, async (lab) => {
          const daemon = lab.host("a").start({ kind: "vipd", conf: confWithSession({ neighbor: "10.9.0.2" }, 0) });
          const speaker = await startSpeaker(kind, lab.host("b"), toA);
          await speaker.untilUp();
          await untilMaster(lab, "a");
          const before = await bfdSession(daemon);
          process.kill(daemon.bfdPid, "SIGKILL");
          await eventuallyTrue("another process has brought it up again", async () => {
            const session = await bfdSession(daemon);
            return session?.["state"] === "up" && session["discriminator"] !== before?.["discriminator"];
          });
          await speaker.untilUp();
          expect((await daemon.instance("VI_1")).state).to.equal("master");
          expect(daemon.log).not.to.match(/FAULT STATE: BFD[\s\S]*FAULT STATE: BFD/);
        }));

      it("junk on its port is counted and changes nothing", () =>
        withLab({}, async (lab) => {
          // Patient on both sides: what is asked here is what junk does, not what a busy machine does.
          const patient = confWithSession({ neighbor: "10.9.0.2", multiplier: 40 }, 0);
          const daemon = lab.host("a").start({ kind: "vipd", conf: patient });
          const speaker = await startSpeaker(kind, lab.host("b"), { ...toA, multiplier: 40 });
          await speaker.untilUp();
          const before = await untilSession(daemon, "up");
          const script = `const s=require("dgram").createSocket("udp4");let n=0;const go=()=>{if(n++===2000){s.close();return}const b=Buffer.alloc(n%60,n);if(n%3===0&&b.length>23){b[0]=32;b[1]=64;b[2]=3;b[3]=24}s.send(b,3784,"10.9.0.1",go)};go();`;
          await lab.host("b").run(process.execPath, "-e", script);
          const after = await untilSession(daemon, "up");
          expect(after["since"]).to.equal(before["since"]);
          await eventuallyTrue("the junk is counted", async () =>
            /"truncated":[1-9]/.test(JSON.stringify((await daemon.status()).whole)),
          );
        }));
    });
  }

  it("a bfd process that was held up itself does not blame its neighbour", () =>
    withLab({}, async (lab) => {
      // b waits five seconds for a, a only 0.15 s for b.
      const onA = confWithSession({ neighbor: "10.9.0.2", multiplier: 100 }, 0);
      const onB = confWithSession({ neighbor: "10.9.0.1", multiplier: 3 }, 0, { priority: 100 });
      const a = lab.host("a").start({ kind: "vipd", conf: onA });
      const b = lab.host("b").start({ kind: "vipd", conf: onB });
      await untilSession(b, "up");
      const before = await untilSession(a, "up");
      expect(before["detectionTimeMicros"]).to.equal(150_000);
      for (let time = 0; time < 5; time++) {
        process.kill(a.bfdPid, "SIGSTOP");
        await pause(400);
        process.kill(a.bfdPid, "SIGCONT");
        await pause(100);
      }
      const after = await untilSession(a, "up");
      expect(after["since"]).to.equal(before["since"]);
    }));

  forEachPair("two routers that watch each other", {}, async (lab, pair) => {
    const [a, b] = [lab.host("a"), lab.host("b")];
    const first = a.start({ kind: pair.a, conf: confWithSession({ neighbor: "10.9.0.2" }, -50) });
    const second = b.start({
      kind: pair.b,
      conf: confWithSession({ neighbor: "10.9.0.1" }, -50, { priority: 190 }),
    });
    for (const daemon of [first, second]) await daemon.logged(/\(peer\) Entering Up state/);
    await lab.untilHeldBy(VIP, ["a"]);
    const mark = lab.capture.mark();
    await second.killTree();
    await lab.capture.until("priority 150 from a", isAdvert({ sender: "a", priority: 150 }), mark);
    await lab.untilHeldBy(VIP, ["a"]);
  });
});
