// Intervals, detection, polls and roles of one session (RFC 5880 §6.1, §6.5, §6.8).
import { expect } from "chai";
import fc from "fast-check";
import { type Instant, instant, micros, millis, seconds } from "../../src/base/time.js";
import { detectionTime, transmissionDue, transmitInterval } from "../../src/bfd/session.js";
import { SessionBench, OURS, THEIRS, effectWords, sent, sessionParams } from "../support/bfd.js";

const periodic = (bench: SessionBench, span: number) =>
  bench.pass(span).flatMap(({ at, effect }) => (effect.kind === "send" ? [at] : []));

function later(due: Instant | undefined, span: number): Instant {
  if (due === undefined) throw new Error("nothing is due");
  return instant(due + span);
}

describe("bfd: session", () => {
  it("begins at once, and says a packet a second at most until it is up (§6.8.3)", () => {
    const bench = new SessionBench({ minTx: millis(10) });
    expect(bench.due).to.equal(bench.now);
    const [first] = sent(bench.wake());
    expect(first).to.deep.include({ state: "down", myDiscriminator: OURS, yourDiscriminator: 0 });
    expect(first?.desiredMinTx).to.equal(1_000_000);
    const times = periodic(bench, 60_000_000);
    expect(times.length).to.be.within(60, 81);
  });

  it("says no less than idle_tx where that is more than a second", () => {
    const bench = new SessionBench({ idleTx: seconds(5) });
    bench.wake();
    expect(periodic(bench, 60_000_000).length).to.be.within(12, 17);
  });

  it("paces by the slower of what we wish and what the neighbour can take (§6.8.7)", () => {
    expect(transmitInterval(SessionBench.up({ minTx: millis(50) }).session)).to.equal(100_000);
    expect(transmitInterval(SessionBench.up({ minTx: millis(300) }).session)).to.equal(300_000);
  });

  it("gives up after the neighbour's multiplier times the slower of its pace and what we can take (§6.8.4)", () => {
    const slow = SessionBench.up({}, { multiplier: 5, desiredMinTx: millis(200) });
    expect(detectionTime(slow.session)).to.equal(1_000_000);
    expect(detectionTime(SessionBench.up({ minRx: millis(400) }).session)).to.equal(1_200_000);
  });

  it("jitter takes 0 to 25 % of every interval, and 10 to 25 % where the multiplier is 1 (§6.8.7)", () => {
    fc.assert(
      fc.property(fc.integer(), fc.boolean(), (seed, one) => {
        const bench = new SessionBench({ multiplier: one ? 1 : 3 }, seed);
        bench.wake();
        const times = [0, ...periodic(bench, 20_000_000)];
        for (const [index, at] of times.entries()) {
          if (index === 0) continue;
          const gap = at - (times[index - 1] ?? 0);
          expect(gap).to.be.within(750_000, one ? 900_000 : 1_000_000);
        }
      }),
    );
  });

  it("keeps its schedule when it is woken late, and does not make up for a long pause", () => {
    const bench = SessionBench.up();
    bench.hear({ state: "up" });
    const due = transmissionDue(bench.session);
    bench.now = later(due, 40_000);
    expect(sent(bench.give({ kind: "timeout" }))).to.have.length(1);
    expect(bench.session.sentAt).to.equal(due);
    bench.hear({ state: "up" });
    bench.now = later(transmissionDue(bench.session), 250_000);
    bench.hear({ state: "up" });
    expect(sent(bench.give({ kind: "timeout" }))).to.have.length(1);
    expect(transmissionDue(bench.session)).to.be.greaterThan(bench.now);
  });

  it("goes down when the detection time is over, not before, and tells how long it was", () => {
    const bench = SessionBench.up();
    bench.pass(299_999);
    expect(bench.session.state).to.equal("up");
    const [change] = bench.pass(1).map(({ effect }) => effect);
    expect(change).to.deep.equal({
      kind: "changed",
      change: {
        from: "up",
        to: "down",
        diagnostic: 1,
        remoteState: "up",
        remoteDiagnostic: 0,
        detectionTime: 300_000,
      },
    });
  });

  it("forgets the neighbour's discriminator with it (§6.8.1), and then needs a hello", () => {
    const bench = SessionBench.up();
    const told = sent(bench.pass(300_000).map(({ effect }) => effect)).at(-1);
    expect(told).to.deep.include({ state: "down", diagnostic: 1, yourDiscriminator: 0 });
    bench.hear({ state: "up", yourDiscriminator: OURS });
    expect(bench.session.state).to.equal("down");
    bench.hear({ state: "down", yourDiscriminator: 0 });
    expect(bench.session.state).to.equal("init");
  });

  it("only accepted packets keep it up: what is heard restarts the detection time", () => {
    const bench = SessionBench.up();
    for (let i = 0; i < 20; i++) {
      bench.pass(290_000);
      bench.hear({ state: "up" });
    }
    expect(bench.session.state).to.equal("up");
  });

  describe("poll sequence (§6.5)", () => {
    it("begins with the faster pace of an up session, and lasts until the answer", () => {
      const bench = SessionBench.up({}, {}, false);
      for (const packet of sent(bench.pass(250_000).map(({ effect }) => effect))) expect(packet.poll).to.be.true;
      bench.hear({ state: "up", final: true });
      expect(bench.session.poll).to.equal("none");
      bench.hear({ state: "up" });
      for (const packet of sent(bench.pass(250_000).map(({ effect }) => effect))) expect(packet.poll).to.be.false;
    });

    it("is not begun where the pace stays the same", () => {
      expect(SessionBench.up({ minTx: seconds(1) }, {}, false).session.poll).to.equal("none");
    });

    it("answers at once, whatever the schedule says, and without P", () => {
      const bench = SessionBench.up({}, {}, false);
      const due = transmissionDue(bench.session);
      expect(effectWords(bench.hear({ state: "up", poll: true }))).to.deep.equal(["send up F"]);
      expect(transmissionDue(bench.session)).to.equal(due);
      expect(bench.session.poll).to.equal("polling");
    });

    it("a slower pace is in force only once it is answered (§6.8.3)", () => {
      const bench = SessionBench.up({ minTx: millis(200) });
      bench.give({ kind: "paramsReplaced", params: sessionParams({ minTx: millis(500) }) });
      expect(transmitInterval(bench.session)).to.equal(200_000);
      const [told] = sent(bench.wake());
      expect(told).to.deep.include({ poll: true, desiredMinTx: 500_000 });
      bench.hear({ state: "up", final: true });
      expect(transmitInterval(bench.session)).to.equal(500_000);
    });

    it("a faster pace is in force at once", () => {
      const bench = SessionBench.up({ minTx: millis(500) });
      bench.give({ kind: "paramsReplaced", params: sessionParams({ minTx: millis(150) }) });
      expect(transmitInterval(bench.session)).to.equal(150_000);
      expect(bench.session.poll).to.equal("polling");
    });

    it("a shorter detection time is in force only once it is answered, a longer one at once", () => {
      const bench = SessionBench.up({ minRx: millis(400) });
      bench.give({ kind: "paramsReplaced", params: sessionParams({ minRx: millis(200) }) });
      expect(detectionTime(bench.session)).to.equal(1_200_000);
      bench.hear({ state: "up", final: true });
      expect(detectionTime(bench.session)).to.equal(600_000);
      bench.give({ kind: "paramsReplaced", params: sessionParams({ minRx: millis(300) }) });
      expect(detectionTime(bench.session)).to.equal(900_000);
    });

    it("a change during a poll is polled for afterwards, with a packet without P between", () => {
      const bench = SessionBench.up({}, {}, false);
      bench.give({ kind: "paramsReplaced", params: sessionParams({ minTx: millis(150) }) });
      expect(bench.session.poll).to.equal("pollingThenAgain");
      bench.hear({ state: "up", final: true });
      expect(sent(bench.wake()).map(({ poll }) => poll)).to.deep.equal([false]);
      expect(sent(bench.wake()).map(({ poll }) => poll)).to.deep.equal([true]);
      expect(transmitInterval(bench.session)).to.equal(100_000);
      bench.hear({ state: "up", final: true });
      expect(transmitInterval(bench.session)).to.equal(150_000);
      expect(bench.session.poll).to.equal("none");
    });

    it("ends with the session: a new one starts from the beginning", () => {
      const bench = SessionBench.up({}, {}, false);
      bench.hear({ state: "down" });
      expect(bench.session.poll).to.equal("none");
      expect(transmitInterval(bench.session)).to.equal(1_000_000);
    });
  });

  describe("roles and wishes of the neighbour", () => {
    it("passive: silent until the neighbour has spoken (§6.1), and again when it is forgotten (§6.8.7)", () => {
      const bench = new SessionBench({ passive: true });
      expect(bench.due).to.equal(undefined);
      expect(effectWords(bench.hear({ state: "down", yourDiscriminator: 0 }))).to.deep.equal([
        "down>init 0",
        "send init",
      ]);
      expect(bench.due).to.not.equal(undefined);
      bench.hear({ state: "init" });
      expect(bench.session.state).to.equal("up");
      bench.hear({ state: "up", final: true });
      const last = bench.pass(10_000_000).map(({ effect }) => effect);
      expect(effectWords(last).at(-1)).to.equal("up>down 1");
      expect(bench.due).to.equal(undefined);
    });

    it("a neighbour that wants nothing (Required Min RX 0) gets no periodic packets, but answers (§6.8.7)", () => {
      const bench = SessionBench.up();
      bench.hear({ state: "up", requiredMinRx: micros(0) });
      expect(transmissionDue(bench.session)).to.equal(undefined);
      expect(effectWords(bench.hear({ state: "up", requiredMinRx: micros(0), poll: true }))).to.deep.equal([
        "send up F",
      ]);
    });

    it("a neighbour in Demand mode gets periodic packets only for a poll (§6.6)", () => {
      const bench = SessionBench.up();
      bench.hear({ state: "up", demand: true });
      expect(transmissionDue(bench.session)).to.equal(undefined);
      bench.give({ kind: "paramsReplaced", params: sessionParams({ minRx: millis(90) }) });
      expect(transmissionDue(bench.session)).to.not.equal(undefined);
    });

    it("is told our end with AdminDown, and then nothing more", () => {
      const bench = SessionBench.up();
      expect(effectWords(bench.give({ kind: "stop" }))).to.deep.equal(["up>adminDown 7", "send adminDown"]);
      expect(bench.session.state).to.equal("adminDown");
      expect(transmissionDue(bench.session)).to.equal(undefined);
      expect(bench.hear({ state: "up", poll: true })).to.deep.equal([]);
    });

    it("counts what it sends and hears, ups and downs", () => {
      const bench = SessionBench.up();
      bench.hear({ state: "down" });
      const { sent: out, received, cameUp, wentDown } = bench.session.statistics;
      expect({ received, cameUp, wentDown }).to.deep.equal({ received: 4, cameUp: 1, wentDown: 1 });
      expect(out).to.equal(3);
      expect(bench.session.remote.discriminator).to.equal(THEIRS);
    });
  });
});
