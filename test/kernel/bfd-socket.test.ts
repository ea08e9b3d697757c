// The UDP sockets of BFD on a pair of virtual Ethernet links: TTL, source ports, and what is refused.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { toHex } from "../../src/base/bytes.js";
import { formatIp, ip as address } from "../../src/base/ip.js";
import { type BfdDatagram, type BfdReceiver, openBfdReceiver, openBfdSender } from "../../src/host/bfd-socket.js";
import {
  EPOLLIN,
  ReadyList,
  type SystemError,
  close,
  epollAdd,
  epollCreate,
  epollWait,
} from "../../src/native/index.js";
import { BFD_PORT } from "../../src/wire/bfd.js";
import { done } from "../support/done.js";
import { inPrivateNamespace, ip } from "./namespace.js";

const WAIT_MILLIS = 2_000;
const bytes = Uint8Array.from({ length: 24 }, (_, index) => index);

/** Local ports of all UDP sockets of the namespace (proc(5), net/udp). */
const portsInUse = (family: 4 | 6): number[] =>
  readFileSync(family === 4 ? "/proc/thread-self/net/udp" : "/proc/thread-self/net/udp6", "utf8")
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const port = /^\s*\d+: [0-9A-F]+:([0-9A-F]{4}) /.exec(line)?.[1];
      return port === undefined ? [] : [Number.parseInt(port, 16)];
    });

describe("kernel: BFD sockets", () => {
  inPrivateNamespace();

  before(() => {
    ip("addr add 10.78.0.1/32 dev lo");
    ip("addr add fd78::1/128 dev lo nodad");
  });

  const opened: { close(): void }[] = [];
  const open = <T extends { close(): void }>(result: T | SystemError): T => {
    const value = done(result);
    opened.push(value);
    return value;
  };
  afterEach(() => {
    for (const thing of opened.splice(0)) thing.close();
  });

  /** The next datagram; undefined when none comes in time. */
  const next = (receiver: BfdReceiver): BfdDatagram | undefined => {
    const epoll = done(epollCreate());
    done(epollAdd(epoll, receiver.fd, EPOLLIN));
    const count = done(epollWait(epoll, new ReadyList(1), WAIT_MILLIS));
    close(epoll);
    const datagrams: BfdDatagram[] = [];
    if (count > 0) expect(receiver.receive((datagram) => datagrams.push(datagram))).to.equal(undefined);
    return datagrams[0];
  };

  for (const [family, local] of [
    [4, "10.78.0.1"],
    [6, "fd78::1"],
  ] as const) {
    it(`IPv${family}: the TTL that is sent is the TTL that is received, with the sender's address`, () => {
      const receiver = open(openBfdReceiver(family, BFD_PORT));
      for (const ttl of [1, 64, 254, 255]) {
        const sender = open(openBfdSender({ family, source: address(local), ttl }));
        expect(sender.send(address(local), BFD_PORT, bytes)).to.equal(undefined);
        const datagram = next(receiver);
        expect(datagram?.ttl).to.equal(ttl);
        expect(datagram && formatIp(datagram.from)).to.equal(local);
        expect(datagram && toHex(datagram.bytes)).to.equal(toHex(bytes));
      }
    });

    it(`IPv${family}: every session has a source port of its own, of the dynamic range (RFC 5881 §4)`, () => {
      for (let i = 0; i < 40; i++) open(openBfdSender({ family, ttl: 255 }));
      const ports = portsInUse(family);
      expect(new Set(ports).size).to.equal(40);
      expect(Math.min(...ports)).to.be.greaterThan(49_151);
    });

    it(`IPv${family}: a port that somebody has is a refusal with its errno`, () => {
      open(openBfdReceiver(family, BFD_PORT));
      expect(openBfdReceiver(family, BFD_PORT)).to.include({ syscall: "bind", code: "EADDRINUSE" });
    });

    it(`IPv${family}: a source address may come later`, () => {
      const later = family === 4 ? "10.78.0.9" : "fd78::9";
      const receiver = open(openBfdReceiver(family, BFD_PORT));
      const sender = open(openBfdSender({ family, source: address(later), ttl: 255 }));
      const early = sender.send(address(local), BFD_PORT, bytes);
      if (family === 4) expect(early).to.have.property("errno");
      else expect(next(receiver), "IPv6 lets it go at once").to.not.equal(undefined);
      ip(`addr add ${later}/${family === 4 ? 32 : 128} dev lo${family === 6 ? " nodad" : ""}`);
      expect(sender.send(address(local), BFD_PORT, bytes)).to.equal(undefined);
      const datagram = next(receiver);
      expect(datagram && formatIp(datagram.from)).to.equal(later);
      ip(`addr del ${later}/${family === 4 ? 32 : 128} dev lo`);
    });
  }

  it("both families have the port side by side", () => {
    open(openBfdReceiver(4, BFD_PORT));
    open(openBfdReceiver(6, BFD_PORT));
  });
});
