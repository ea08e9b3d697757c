// Two ends of a socket pair: the channel under test at one, plain calls or a second channel at the other.
import { expect } from "chai";
import fc from "fast-check";
import { instant } from "../../src/base/time.js";
import { createEventLoop, type EventLoop } from "../../src/host/event-loop.js";
import {
  openLineChannel,
  type ChannelInput,
  type LineChannel,
  type LineChannelOptions,
} from "../../src/host/line-channel.js";
import {
  AF_UNIX,
  close,
  isSystemError,
  MSG_DONTWAIT,
  recv,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  socketpair,
  write,
} from "../../src/native/index.js";
import { done } from "../support/done.js";

const GIVE_UP_MICROS = 2_000_000;

describe("host: line channel", () => {
  let loop: EventLoop;
  let ours: number;
  let peer: number;
  let inputs: ChannelInput[];

  beforeEach(() => {
    loop = done(createEventLoop());
    [ours, peer] = done(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    inputs = [];
  });

  afterEach(() => {
    loop.stop();
    close(peer);
  });

  const open = (limits: Partial<LineChannelOptions> = {}): LineChannel =>
    openLineChannel({ loop, fd: ours, deliver: (input) => inputs.push(input), ...limits });

  /** Runs the loop until `condition` holds, looking at it after every millisecond. */
  const until = (condition: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const giveUp = loop.now() + GIVE_UP_MICROS;
      const look = (): void => {
        if (condition()) resolve();
        else if (loop.now() > giveUp) reject(new Error(`gave up; inputs: ${JSON.stringify(inputs).slice(0, 200)}`));
        else {
          loop.wakeAt(instant(loop.now() + 1_000));
          return;
        }
        loop.stop();
      };
      loop.wakeAt(loop.now());
      loop.run(look);
    });

  /** Everything the peer can read now. */
  const drain = (): string => {
    const octets = Buffer.alloc(65_536);
    let text = "";
    for (;;) {
      const count = recv(peer, octets, MSG_DONTWAIT);
      if (isSystemError(count) || count === 0) return text;
      text += octets.toString("latin1", 0, count);
    }
  };

  const say = (text: string): void => {
    expect(write(peer, Buffer.from(text))).to.equal(Buffer.byteLength(text));
  };

  it("messages arrive as they were sent, however the stream is cut", async () => {
    const messages = fc.sample(fc.array(fc.json().map((json): unknown => JSON.parse(json))), { numRuns: 30, seed: 7 });
    const expected = messages.map((value): ChannelInput => ({ kind: "message", value: { value } }));
    const stream = Buffer.from(messages.map((value) => `${JSON.stringify({ value })}\n`).join(""));
    open();
    let at = 0;
    await until(() => {
      const part = stream.subarray(at, at + 7 + (at % 997));
      if (part.length > 0) at += done(write(peer, part));
      return inputs.length === expected.length;
    });
    expect(inputs).to.deep.equal(expected);
  });

  it("a line that is no JSON is reported, and the next one read", async () => {
    open();
    say('{"a":1}\nnonsense\n\n{"b":2}\n');
    await until(() => inputs.length === 4);
    expect(inputs[0]).to.deep.equal({ kind: "message", value: { a: 1 } });
    expect(inputs[1]).to.have.property("kind", "malformed");
    expect(inputs[1]).to.have.property("detail").that.includes("nonsense");
    expect(inputs[2]).to.have.property("kind", "malformed");
    expect(inputs[3]).to.deep.equal({ kind: "message", value: { b: 2 } });
  });

  it("a line that is too long is reported once and passed over", async () => {
    open({ lineLimit: 20 });
    say(`"${"x".repeat(18)}"\n"${"x".repeat(19)}"\n${"y".repeat(1_000)}`);
    say(`${"y".repeat(1_000)}\n[1]\n`);
    await until(() => inputs.length === 4);
    expect(inputs[0]).to.deep.equal({ kind: "message", value: "x".repeat(18) });
    for (const index of [1, 2]) {
      expect(inputs[index]).to.deep.equal({ kind: "malformed", detail: "a line of more than 20 octets" });
    }
    expect(inputs[3]).to.deep.equal({ kind: "message", value: [1] });
  });

  it("what was said before the peer went is delivered, then its end, once", async () => {
    const channel = open();
    say("[1]\n[2]\nunfinished");
    close(peer);
    await until(() => inputs.at(-1)?.kind === "end");
    expect(inputs).to.deep.equal([{ kind: "message", value: [1] }, { kind: "message", value: [2] }, { kind: "end" }]);
    expect(channel.send({}, "kept")).to.be.false;
    expect(inputs).to.have.length(3);
  });

  it("sending to a peer that is gone is its end, not a signal", () => {
    const channel = open();
    close(peer);
    expect(channel.send({ a: 1 }, "kept")).to.be.false;
    expect(inputs).to.deep.equal([{ kind: "end" }]);
  });

  it("what the peer does not read is queued, sent when it reads, and nothing is lost or reordered", async () => {
    const channel = open();
    const padding = "x".repeat(300_000); // more than the socket takes at once: written in parts
    for (let i = 0; i < 10; i++) expect(channel.send({ i, padding }, "kept")).to.be.true;
    expect(channel.queuedOctets).to.be.greaterThan(0);
    let text = "";
    await until(() => {
      text += drain();
      return channel.queuedOctets === 0;
    });
    text += drain();
    const lines = text.trimEnd().split("\n");
    expect(lines).to.deep.equal(Array.from({ length: 10 }, (_, i) => JSON.stringify({ i, padding })));
  });

  it("beyond the first limit droppable messages are dropped and counted, the others kept", async () => {
    const channel = open({ droppableLimit: 1_000 });
    const padding = "x".repeat(1_000);
    while (channel.queuedOctets <= 1_000) channel.send({ padding }, "droppable");
    expect(channel.dropped).to.equal(0);
    expect(channel.send({ view: 1 }, "droppable")).to.be.false;
    expect(channel.send({ view: 2 }, "droppable")).to.be.false;
    expect(channel.send({ transition: 1 }, "kept")).to.be.true;
    expect(channel.dropped).to.equal(2);
    let text = "";
    await until(() => {
      text += drain();
      return channel.queuedOctets === 0;
    });
    text += drain();
    expect(text).to.include('{"transition":1}\n');
    expect(text).not.to.include("view");
    expect(channel.send({ view: 3 }, "droppable")).to.be.true;
  });

  it("beyond the second limit the channel has failed, which is said once", () => {
    const channel = open({ queueLimit: 10_000 });
    const padding = "x".repeat(1_000);
    let sent = 0;
    while (channel.send({ padding }, "kept")) sent += 1;
    expect(sent).to.be.greaterThan(10);
    expect(inputs).to.have.length(1);
    expect(inputs[0]).to.have.property("kind", "overflow");
    expect(inputs[0]).to.have.property("queuedOctets").that.is.greaterThan(10_000);
    expect(channel.send({ padding }, "kept")).to.be.false;
    expect(inputs).to.have.length(1);
  });

  it("says nothing after it was closed", async () => {
    const channel = open();
    say("[1]\n[2]\n");
    await until(() => {
      channel.close();
      return true;
    });
    expect(inputs).to.deep.equal([]);
  });

  it("a callback may close the channel between two messages", async () => {
    const channel: LineChannel = openLineChannel({
      loop,
      fd: ours,
      deliver: (input) => {
        inputs.push(input);
        channel.close();
      },
    });
    say("[1]\n[2]\n");
    await until(() => inputs.length > 0);
    expect(inputs).to.deep.equal([{ kind: "message", value: [1] }]);
  });
});
