// How soon a silent neighbour is noticed: the detection time of RFC 5880 §6.8.4, on the clock of the machine.
//
// The neighbour is a vipd whose bfd process is stopped (SIGSTOP) in the middle of its work. Its last packet left at most
// one interval before, so the session has to end between one interval less than the detection time and the detection
// time itself; what is beyond is how late we were.
import { expect } from "chai";
import { monotonicNow } from "../../src/host/clock.js";
import { confWithSession, bfdSession, untilSession } from "../topo/lab/bfd-sessions.js";
import type { Daemon } from "../topo/lab/daemon.js";
import { median, milliseconds } from "../topo/lab/figures.js";
import { topologySuite, withLab } from "../topo/lab/scenario.js";
import { eventually } from "../topo/lab/wait.js";

const TRIALS = 5;
const MULTIPLIER = 3;
const BOUND_MICROS = 3_000;
/** A shared machine may be busy with something else in one measurement and not in the next. */
const RETRIES = 2;

/** Microseconds from the neighbour's last moment to the end of the session. */
async function measure(watching: Daemon, watched: Daemon): Promise<number> {
  await untilSession(watching, "up");
  const stoppedAt = monotonicNow();
  process.kill(watched.bfdPid, "SIGSTOP");
  const since = await eventually("the session has ended", async () => {
    const session = await bfdSession(watching);
    return session?.["state"] === "up" ? undefined : session?.["since"];
  });
  return Number(since) - stoppedAt;
}

topologySuite("timing: bfd", () => {
  for (const interval of [10, 50, 100]) {
    it(`a neighbour that falls silent is noticed after ${MULTIPLIER} times ${interval} ms`, () =>
      withLab({}, async (lab) => {
        const start = (name: string, neighbor: string): Daemon =>
          lab.host(name).start({
            kind: "vipd",
            conf: confWithSession({ neighbor, interval, multiplier: MULTIPLIER }, -50),
          });
        const [watching, watched] = [start("a", "10.9.0.2"), start("b", "10.9.0.1")];
        const detection = MULTIPLIER * interval * 1_000;
        const late: number[] = [];
        for (let trial = 0; trial < TRIALS; trial++) {
          const took = await measure(watching, watched);
          expect(took, "not before the time").to.be.greaterThan(detection - interval * 1_000 - 1_000);
          late.push(took - detection);
          // The frozen process is replaced, and says hello.
          await watched.loggedSince(watched.log.length, /\(peer\) Entering Up state/);
        }
        const status = await watching.status();
        const timer = /"name":"bfd".*?"timerLatenessMaxMicros":(\d+)/.exec(JSON.stringify(status.whole))?.[1];
        process.stdout.write(
          `      noticed ${late.map((micros) => milliseconds(micros + detection)).join(", ")} ms after its last moment, timer at most ${milliseconds(Number(timer))} ms late\n`,
        );
        expect(median(late)).to.be.lessThan(BOUND_MICROS);
      })).retries(RETRIES);
  }
});
