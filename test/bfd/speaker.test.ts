// All sessions of a process: what a configuration opens and closes, what a reload keeps, and what refusals come to.
import { expect } from "chai";
import { ip } from "../../src/base/ip.js";
import { type Instant, instant, millis, seconds } from "../../src/base/time.js";
import type { SpeakerEffect } from "../../src/bfd/effects.js";
import type { SpeakerEvent } from "../../src/bfd/events.js";
import type { BfdSessionParams } from "../../src/bfd/params.js";
import { type Speaker, newSpeaker } from "../../src/bfd/speaker.js";
import { nextDue, step } from "../../src/bfd/speaker-machine.js";
import { decodeControlPacket, encodeControlPacket } from "../../src/wire/bfd.js";
import { packet, sessionParams } from "../support/bfd.js";

const other = (changes: Partial<BfdSessionParams> = {}): BfdSessionParams =>
  sessionParams({ name: "other", neighbor: ip("fd00::2"), multihop: true, ...changes });

class SpeakerBench {
  speaker: Speaker = newSpeaker(42);
  now: Instant = instant(5_000_000);

  give(event: SpeakerEvent): readonly SpeakerEffect[] {
    const stepped = step(this.speaker, event, this.now);
    this.speaker = stepped.state;
    return stepped.effects;
  }

  configure(...sessions: readonly BfdSessionParams[]): readonly SpeakerEffect[] {
    return this.give({ kind: "configure", params: { sessions } });
  }

  wake(): readonly SpeakerEffect[] {
    this.now = nextDue(this.speaker) ?? this.now;
    return this.give({ kind: "timeout" });
  }

  hear(changes: Parameters<typeof packet>[0], name = "peer"): readonly SpeakerEffect[] {
    const session = this.speaker.sessions.find(({ params }) => params.name === name);
    const yourDiscriminator = session?.discriminator ?? 0;
    return this.give({
      kind: "packet",
      from: ip("10.0.0.2"),
      ttl: 255,
      multihop: false,
      bytes: encodeControlPacket(packet({ yourDiscriminator, ...changes })),
    });
  }

  bringUp(): void {
    this.hear({ state: "down" });
    this.hear({ state: "up" });
    this.hear({ state: "up", final: true });
  }

  stateOf(name = "peer") {
    return this.speaker.sessions.find(({ params }) => params.name === name)?.state;
  }
}

const words = (effects: readonly SpeakerEffect[]): string[] =>
  effects.map((effect) => {
    switch (effect.kind) {
      case "listen":
      case "stopListening":
        return `${effect.kind} ${effect.port.family} ${effect.port.multihop ? 4784 : 3784}`;
      case "open":
        return `open ${effect.session} ${effect.ttl}`;
      case "close":
        return `close ${effect.session}`;
      case "transmit": {
        const decoded = decodeControlPacket(effect.bytes);
        return `transmit ${effect.session} ${effect.port} ${decoded.ok ? decoded.value.state : decoded.error}`;
      }
      case "changed":
        return `${effect.session} ${effect.from}>${effect.to}`;
      case "complain":
        return `complain ${effect.session ?? "-"} ${effect.about.kind}`;
      case "finished":
        return "finished";
    }
  });

describe("bfd: speaker", () => {
  it("opens a port for each kind of session and a socket for each session, then speaks", () => {
    const bench = new SpeakerBench();
    expect(words(bench.configure(sessionParams(), other()))).to.deep.equal([
      "listen 4 3784",
      "listen 6 4784",
      "open peer 255",
      "open other 255",
    ]);
    expect(words(bench.wake())).to.deep.equal(["transmit peer 3784 down", "transmit other 4784 down"]);
  });

  it("gives every session a discriminator of its own, another at every start", () => {
    const discriminators = [1, 2].flatMap((seed) => {
      const sessions = Array.from({ length: 200 }, (_, n) =>
        sessionParams({ name: `s${n}`, neighbor: ip(`10.0.1.${n + 1}`) }),
      );
      const { state } = step(newSpeaker(seed), { kind: "configure", params: { sessions } }, instant(0));
      return state.sessions.map(({ discriminator }) => discriminator);
    });
    expect(new Set(discriminators).size).to.equal(400);
    expect(Math.min(...discriminators)).to.be.greaterThan(0);
    expect(Math.max(...discriminators)).to.be.lessThan(2 ** 32);
  });

  it("a reload with the same sessions does nothing, and keeps a session up", () => {
    const bench = new SpeakerBench();
    bench.configure(sessionParams(), other());
    bench.bringUp();
    expect(bench.configure(sessionParams(), other())).to.deep.equal([]);
    expect(bench.stateOf()).to.equal("up");
  });

  it("a reload with other intervals keeps the session up, and polls for them", () => {
    const bench = new SpeakerBench();
    bench.configure(sessionParams());
    bench.bringUp();
    expect(words(bench.configure(sessionParams({ minRx: millis(30), minTx: millis(30) })))).to.deep.equal([]);
    expect(bench.speaker.sessions[0]?.poll).to.equal("polling");
    expect(bench.stateOf()).to.equal("up");
  });

  it("a reload with another TTL opens the socket anew and keeps the session up", () => {
    const bench = new SpeakerBench();
    bench.configure(sessionParams());
    bench.bringUp();
    expect(words(bench.configure(sessionParams({ ttl: 64, minTtl: 64 })))).to.deep.equal(["open peer 64"]);
    expect(bench.stateOf()).to.equal("up");
  });

  it("a removed session tells its neighbour and closes what nobody needs", () => {
    const bench = new SpeakerBench();
    bench.configure(sessionParams(), other());
    bench.bringUp();
    expect(words(bench.configure(other()))).to.deep.equal([
      "peer up>adminDown",
      "transmit peer 3784 adminDown",
      "close peer",
      "stopListening 4 3784",
    ]);
  });

  it("another neighbour is another session, even under the same name", () => {
    const bench = new SpeakerBench();
    bench.configure(sessionParams());
    bench.bringUp();
    const effects = words(bench.configure(sessionParams({ neighbor: ip("10.0.0.3") })));
    expect(effects).to.deep.equal(["peer up>adminDown", "transmit peer 3784 adminDown", "close peer", "open peer 255"]);
    expect(bench.stateOf()).to.equal("down");
  });

  it("sessions are told apart: a packet reaches the one it names", () => {
    const bench = new SpeakerBench();
    bench.configure(sessionParams(), sessionParams({ name: "third", neighbor: ip("10.0.0.3") }));
    bench.bringUp();
    expect(bench.stateOf()).to.equal("up");
    expect(bench.stateOf("third")).to.equal("down");
  });

  it("a refused packet is counted with its session or with nobody's, and said once a minute", () => {
    const bench = new SpeakerBench();
    bench.configure(sessionParams());
    expect(words(bench.hear({ yourDiscriminator: 99 }))).to.deep.equal(["complain - rejected"]);
    expect(words(bench.hear({ yourDiscriminator: 99 }))).to.deep.equal([]);
    expect(bench.speaker.unattributed.unknownDiscriminator).to.equal(2);
    bench.now = instant(bench.now + 60_000_001);
    expect(words(bench.hear({ yourDiscriminator: 99 }))).to.deep.equal(["complain - rejected"]);
    const low = encodeControlPacket(packet({ yourDiscriminator: bench.speaker.sessions[0]?.discriminator ?? 0 }));
    const arriving = { kind: "packet", from: ip("10.0.0.2"), ttl: 64, multihop: false, bytes: low } as const;
    expect(words(bench.give(arriving))).to.deep.equal(["complain peer rejected"]);
    expect(words(bench.give(arriving))).to.deep.equal([]);
    expect(bench.speaker.sessions[0]?.statistics.rejected.ttl).to.equal(2);
    expect(bench.stateOf()).to.equal("down");
    expect(bench.speaker.sessions[0]?.heardAt).to.equal(undefined);
  });

  it("a socket that is refused is said once, shown, and tried again every second until it is there", () => {
    const bench = new SpeakerBench();
    bench.configure(sessionParams());
    const port = { family: 4, multihop: false } as const;
    const refusal = { effect: "listen", port, syscall: "bind", code: "EADDRINUSE" } as const;
    expect(words(bench.give({ kind: "refused", refusal }))).to.deep.equal(["complain - refused"]);
    bench.give({ kind: "refused", refusal: { effect: "open", session: "peer", syscall: "bind", code: "EACCES" } });
    expect([...bench.speaker.obstacles.values()].map(({ detail }) => detail)).to.deep.equal([
      "bind: EADDRINUSE",
      "bind: EACCES",
    ]);
    bench.wake();
    bench.now = instant(bench.now + seconds(1));
    const effects = words(bench.give({ kind: "timeout" }));
    expect(effects.slice(0, 2)).to.deep.equal(["listen 4 3784", "open peer 255"]);
    expect(words(bench.give({ kind: "refused", refusal }))).to.deep.equal([]);
    expect(bench.speaker.obstacles.size).to.equal(1);
  });

  it("a packet that the kernel does not take is counted, and said once", () => {
    const bench = new SpeakerBench();
    bench.configure(sessionParams());
    const refusal = { effect: "transmit", session: "peer", syscall: "sendto", code: "ENETUNREACH" } as const;
    expect(words(bench.give({ kind: "refused", refusal }))).to.deep.equal(["complain peer refused"]);
    expect(words(bench.give({ kind: "refused", refusal }))).to.deep.equal([]);
    expect(bench.speaker.sessions[0]?.statistics.refused).to.equal(2);
  });

  it("a shutdown tells every neighbour, closes everything and is finished", () => {
    const bench = new SpeakerBench();
    bench.configure(sessionParams(), other());
    bench.bringUp();
    const effects = words(bench.give({ kind: "shutdown" }));
    expect(effects).to.include.members(["transmit peer 3784 adminDown", "close other", "stopListening 6 4784"]);
    expect(effects.at(-1)).to.equal("finished");
    expect(nextDue(bench.speaker)).to.equal(undefined);
  });
});
