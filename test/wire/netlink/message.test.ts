import { expect } from "chai";
import fc from "fast-check";
import { toHex } from "../../../src/base/bytes.js";
import { Malformed } from "../../../src/wire/netlink/kind.js";
import { readAnswer, readMessages, writeFence, writeRequest } from "../../../src/wire/netlink/message.js";
import { message, messageIn, messagesIn, octets, viewOf, written } from "../../support/netlink.js";

const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const CAPPED = 0x100;
const ACK_TLVS = 0x200;
const DUMP_INTR = 0x10;

const answer = (bytes: Uint8Array) => readAnswer(messageIn(bytes));
const reason = (outcome: unknown): unknown => (outcome instanceof Malformed ? outcome.reason : outcome);

/** What Linux answered to RTM_NEWADDR for an interface that does not exist. */
const noSuchDevice = octets(`
  40000000 0200 0003 05000000 18580000
  edffffff 30000000 1400 0105 05000000 00000000
  1b00 0100 697076343a20446576696365206e6f7420666f756e6400 00`);

/** What Linux answered to a fence. */
const success = octets("24000000 0200 0001 06000000 18580000 00000000 10000000 0100 0500 06000000 00000000");

describe("wire/netlink: messages", () => {
  it("are a header and a body, padded to four octets", () => {
    const bytes = written((out) => {
      writeRequest(out, { type: 20, flags: 0x500, body: (to) => to.octets([1, 2, 3, 4, 5]) }, 0xfffffffe);
      writeFence(out, 0xffffffff);
    });
    expect(toHex(bytes)).to.equal(
      "15000000" +
        "1400" +
        "0105" +
        "feffffff" +
        "00000000" +
        "0102030405000000" +
        "10000000" +
        "0100" +
        "0500" +
        "ffffffff" +
        "00000000",
    );
    expect(
      messagesIn(bytes).map(({ type, flags, sequence, start, end }) => [type, flags, sequence, start, end]),
    ).to.deep.equal([
      [20, 0x501, 0xfffffffe, 16, 21],
      [1, 0x5, 0xffffffff, 40, 40],
    ]);
  });

  it("are counted up to the end of the datagram, not of the buffer", () => {
    const buffer = new Uint8Array(64);
    buffer.set(success);
    expect(readMessages(viewOf(buffer), success.length)).to.have.length(1);
    expect(readMessages(viewOf(buffer), 0)).to.deep.equal([]);
  });

  it("that claim another size than they have are malformed", () => {
    const read = (hex: string) => reason(readMessages(viewOf(octets(hex)), octets(hex).length));
    expect(read("11000000 0100 0000 00000000 00000000")).to.equal("a message of 17 octets where 16 are left");
    expect(read("0f000000 0100 0000 00000000 00000000")).to.equal("a message of 15 octets where 16 are left");
    expect(read("00000000 0100 0000 00000000 00000000")).to.equal("a message of 0 octets where 16 are left");
    expect(read("ffffffff 0100 0000 00000000 00000000")).to.equal("a message of 4294967295 octets where 16 are left");
    expect(read("10000000 0100 0000 00000000 00000000 1000")).to.equal("2 octets are no message");
  });

  it("give a value or a reason for any octets", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), fc.boolean(), (bytes, plausible) => {
        // A plausible length lets the rest of the message be looked at.
        if (plausible && bytes.length >= 16) viewOf(bytes).setUint32(0, bytes.length, true);
        if (plausible && bytes.length >= 16) viewOf(bytes).setUint16(4, (bytes[4] ?? 0) % 6, true);
        const messages = readMessages(viewOf(bytes), bytes.length);
        if (messages instanceof Malformed) return;
        for (const one of messages) readAnswer(one);
      }),
      { numRuns: 500 },
    );
  });
});

describe("wire/netlink: answers", () => {
  it("carry the errno and the kernel's own words", () => {
    expect(answer(noSuchDevice)).to.deep.equal({
      kind: "acknowledgement",
      verdict: { errno: 19, text: "ipv4: Device not found" },
    });
    expect(messageIn(noSuchDevice).sequence).to.equal(5);
  });

  it("of success carry errno 0", () => {
    expect(answer(success)).to.deep.equal({ kind: "acknowledgement", verdict: { errno: 0 } });
  });

  it("have their words behind the request where that is repeated", () => {
    const request = "18000000 1400 0105 07000000 00000000 0218000063000000".replaceAll(" ", "");
    const words = octets(`edffffff ${request} 0700 0100 6e6f0000`);
    const verdict = { errno: 19, text: "no" };
    expect(answer(message(NLMSG_ERROR, words, ACK_TLVS))).to.deep.equal({ kind: "acknowledgement", verdict });
    expect(answer(message(NLMSG_ERROR, words))).to.deep.equal({ kind: "acknowledgement", verdict: { errno: 19 } });
  });

  it("keep their number when their words cannot be read", () => {
    const unreadable = octets("edffffff 10000000 1400 0105 07000000 00000000 ffff 0100 6e6f0000");
    expect(answer(message(NLMSG_ERROR, unreadable, ACK_TLVS | CAPPED))).to.deep.equal({
      kind: "acknowledgement",
      verdict: { errno: 19 },
    });
    const huge = octets("edffffff ffffffff 1400 0105 07000000 00000000");
    expect(answer(message(NLMSG_ERROR, huge, ACK_TLVS))).to.deep.equal({
      kind: "acknowledgement",
      verdict: { errno: 19 },
    });
  });

  it("are malformed when they are cut short or carry no errno", () => {
    expect(reason(answer(message(NLMSG_ERROR, octets("edffffff"))))).to.equal("4 octets are no nlmsgerr");
    expect(reason(answer(message(NLMSG_ERROR, octets("13000000 10000000 1400 0105 07000000 00000000"))))).to.equal(
      "an error of 19",
    );
    expect(reason(answer(message(NLMSG_DONE, octets("0000"))))).to.equal("2 octets are no s32");
  });

  it("end a dump, well or not", () => {
    const done = (hex: string, flags = 0) => answer(message(NLMSG_DONE, octets(hex), flags));
    expect(done("00000000")).to.deep.equal({ kind: "done", verdict: { errno: 0 } });
    expect(done("")).to.deep.equal({ kind: "done", verdict: { errno: 0 } });
    expect(done("a1ffffff")).to.deep.equal({ kind: "done", verdict: { errno: 95 } });
    expect(done("eaffffff 0700 0100 6e6f0000", ACK_TLVS)).to.deep.equal({
      kind: "done",
      verdict: { errno: 22, text: "no" },
    });
  });

  it("tell content from an interrupted dump, an overrun and nothing", () => {
    expect(answer(message(16, octets("")))).to.deep.equal({ kind: "content", interrupted: false });
    expect(answer(message(16, octets(""), DUMP_INTR))).to.deep.equal({ kind: "content", interrupted: true });
    expect(answer(message(4, octets("")))).to.deep.equal({ kind: "overrun" });
    expect(answer(message(1, octets("")))).to.deep.equal({ kind: "nothing" });
  });
});
