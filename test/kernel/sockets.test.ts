// The raw sockets on pairs of virtual Ethernet links: what one end sends is captured at the other.
import { expect } from "chai";
import { readFileSync } from "node:fs";
import { toHex } from "../../src/base/bytes.js";
import { checksum } from "../../src/base/checksum.js";
import { ip as address } from "../../src/base/ip.js";
import { openPacketSocket, type PacketSocket } from "../../src/host/packet-socket.js";
import { DATAGRAM_LIMIT, openVrrpSocket, RECEIVE_LIMIT, type VrrpSocket } from "../../src/host/vrrp-socket.js";
import {
  AF_PACKET,
  bind,
  close,
  epollAdd,
  epollCreate,
  EPOLLIN,
  epollWait,
  isSystemError,
  MSG_DONTWAIT,
  ReadyList,
  recv,
  sendto,
  SOCK_CLOEXEC,
  SOCK_RAW,
  sockaddrLl,
  socket,
  type SystemError,
} from "../../src/native/index.js";
import { done } from "../support/done.js";
import { encodeIpv6 } from "../../src/wire/ipv6.js";
import { inPrivateNamespace, ip } from "./namespace.js";

const ETH_P_IP = 0x0800;
const ETH_P_ARP = 0x0806;
const ETH_P_IPV6 = 0x86dd;
const WAIT_MILLIS = 2_000;
const group = address("224.0.0.18");

/** A whole IPv4 datagram of protocol 112 whose header the kernel has nothing to add to, except what it always sets. */
function datagram(source: string, payload: Uint8Array, destination = "224.0.0.18"): Uint8Array {
  const bytes = Buffer.alloc(20 + payload.length);
  bytes.set([0x45, 0xc0, 0, 0, 0x12, 0x34, 0, 0, 255, 112]);
  bytes.writeUInt16BE(bytes.length, 2);
  bytes.set(address(source).octets, 12);
  bytes.set(address(destination).octets, 16);
  bytes.writeUInt16BE(checksum(bytes, 0, 20), 10);
  bytes.set(payload, 20);
  return new Uint8Array(bytes);
}

const numbered = (n: number): Uint8Array => datagram("10.77.0.9", Uint8Array.of(n >> 8, n & 0xff));

describe("kernel: sockets", () => {
  inPrivateNamespace();

  // Not from /sys, which shows the namespace in which it was mounted.
  const indexOf = (name: string): number => Number.parseInt(ip(`-o link show ${name}`), 10);
  const macOf = (name: string): string =>
    (/link\/ether (\S+)/.exec(ip(`-o link show ${name}`))?.[1] ?? "none").replaceAll(":", "");
  const opened: { close(): unknown }[] = [];
  const open = <T extends { close(): unknown }>(result: T | SystemError): T => {
    const value = done(result);
    opened.push(value);
    return value;
  };

  // The sending ends have no address and therefore no route: VRRP must not need one.
  beforeEach(() => {
    for (const pair of ["one", "two"]) {
      ip(`link add ${pair}-a type veth peer name ${pair}-b`);
      for (const end of ["a", "b"]) ip(`link set ${pair}-${end} addrgenmode none up`);
      ip(`addr add 10.77.${pair === "one" ? 0 : 1}.1/24 dev ${pair}-b`);
    }
  });

  afterEach(() => {
    for (const thing of opened.splice(0)) thing.close();
    for (const pair of ["one", "two"]) {
      if (links().includes(`${pair}-a`)) ip(`link del ${pair}-a`);
    }
  });

  const links = (): string => ip("-o link");

  const vrrpSocket = (name: string, local = group): VrrpSocket =>
    open(openVrrpSocket({ socket: { interfaceIndex: indexOf(name), local }, interfaceName: name }));
  const packetSocket = (): PacketSocket => open(openPacketSocket());

  /** Waits until a descriptor is readable; false when nothing has come in time. */
  const readable = (fd: number, millis = WAIT_MILLIS): boolean => {
    const epoll = done(epollCreate());
    done(epollAdd(epoll, fd, EPOLLIN));
    const count = done(epollWait(epoll, new ReadyList(1), millis));
    close(epoll);
    return count > 0;
  };

  /** Frames of one type that arrive on a link. */
  const capture = (name: string, etherType: number): { next(): string; close(): void } => {
    const fd = done(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    done(bind(fd, sockaddrLl(indexOf(name), etherType)));
    const octets = Buffer.alloc(4_096);
    return open({
      next: () => {
        if (!readable(fd)) return "nothing";
        return octets.toString("hex", 0, done(recv(fd, octets, MSG_DONTWAIT)));
      },
      close: () => close(fd),
    });
  };

  /** What arrives until `count` datagrams have come, or nothing more does. */
  const receiveAll = (from: VrrpSocket, count: number): Uint8Array[] => {
    const datagrams: Uint8Array[] = [];
    while (datagrams.length < count && readable(from.fd)) {
      expect(from.receive((bytes) => datagrams.push(bytes))).to.equal(undefined);
    }
    return datagrams;
  };

  it("a datagram leaves as it is, to the group's MAC address, without any route", () => {
    const wire = capture("one-b", ETH_P_IP);
    const sent = datagram("10.77.0.9", Uint8Array.of(0x21, 51, 200, 0, 0, 1, 0xab, 0xcd));
    expect(ip("route show table all dev one-a")).not.to.include("10.77");
    expect(vrrpSocket("one-a").transmit(group, sent)).to.equal(undefined);
    expect(wire.next()).to.equal(`01005e000012${macOf("one-a")}0800${toHex(sent)}`);
  });

  it("many datagrams leave in order, and one that is refused does not stop the others", () => {
    const receiver = vrrpSocket("one-b");
    const sender = vrrpSocket("one-a");
    const datagrams = Array.from({ length: 70 }, (_, n) => ({ destination: group, datagram: numbered(n) }));
    const tooLong = { destination: group, datagram: datagram("10.77.0.9", new Uint8Array(1_600)) };
    const report = sender.transmitAll([...datagrams.slice(0, 5), tooLong, ...datagrams.slice(5)]);
    expect(report).to.deep.equal({ sent: 70, failure: { syscall: "sendmmsg", errno: 90, code: "EMSGSIZE" } });
    expect(receiveAll(receiver, 70).map(toHex)).to.deep.equal(datagrams.map((sent) => toHex(sent.datagram)));
  });

  it("joins its group on its own link, and leaves it when it is closed", () => {
    const memberships = (): string => readFileSync("/proc/net/igmp", "utf8");
    const inside = (name: string): string =>
      memberships()
        .split(/^(?=\d)/m)
        .find((part) => part.includes(name)) ?? "";
    const vrrp = vrrpSocket("one-a");
    expect(inside("one-a")).to.include("120000E0");
    expect(inside("two-a")).not.to.include("120000E0");
    vrrp.close();
    opened.length = 0;
    expect(inside("one-a")).not.to.include("120000E0");
  });

  it("hears its own link only, and not itself", () => {
    const one = vrrpSocket("one-b");
    const two = vrrpSocket("two-b");
    const sender = vrrpSocket("one-a");
    expect(sender.transmit(group, numbered(1))).to.equal(undefined);
    expect(receiveAll(one, 1).map(toHex)).to.deep.equal([toHex(numbered(1))]);
    expect(readable(two.fd, 0)).to.be.false;
    expect(readable(sender.fd, 0)).to.be.false;
  });

  it("hears only the groups that it has joined itself, though others have joined more", () => {
    const other = vrrpSocket("one-b", address("224.0.0.99"));
    const vrrp = vrrpSocket("one-b");
    const sender = vrrpSocket("one-a");
    const foreign = datagram("10.77.0.9", Uint8Array.of(9), "224.0.0.99");
    expect(sender.transmit(address("224.0.0.99"), foreign)).to.equal(undefined);
    expect(sender.transmit(group, numbered(2))).to.equal(undefined);
    expect(receiveAll(vrrp, 1).map(toHex)).to.deep.equal([toHex(numbered(2))]);
    expect(receiveAll(other, 1).map(toHex)).to.deep.equal([toHex(foreign)]);
  });

  it("receives a bounded number at a call, each in memory of its own", () => {
    const receiver = vrrpSocket("one-b");
    const sender = vrrpSocket("one-a");
    const count = 3 * RECEIVE_LIMIT + 5;
    const sent = Array.from({ length: count }, (_, n) => ({ destination: group, datagram: numbered(n) }));
    expect(sender.transmitAll(sent)).to.deep.equal({ sent: count });
    const received: Uint8Array[] = [];
    while (received.length < count && readable(receiver.fd)) {
      const before = received.length;
      receiver.receive((bytes) => received.push(bytes));
      expect(received.length - before).to.be.within(1, RECEIVE_LIMIT);
    }
    expect(received.map(toHex)).to.deep.equal(sent.map((one) => toHex(one.datagram)));
    expect(receiver.receive(() => expect.fail("nothing is left"))).to.equal(undefined);
  });

  it("what arrives while a datagram is delivered does not disturb those of the same batch", () => {
    const receiver = vrrpSocket("one-b");
    const sender = vrrpSocket("one-a");
    const early = [1, 2, 3].map((n) => ({ destination: group, datagram: numbered(n) }));
    expect(sender.transmitAll(early)).to.deep.equal({ sent: 3 });
    expect(readable(receiver.fd)).to.be.true;
    const received: string[] = [];
    receiver.receive((bytes) => {
      if (received.length === 0) {
        expect(sender.transmit(group, numbered(9))).to.equal(undefined);
        receiveAll(receiver, 1);
      }
      received.push(toHex(bytes));
    });
    expect(received).to.deep.equal(early.map((one) => toHex(one.datagram)));
  });

  describe("IPv6", () => {
    const group6 = address("ff02::12");
    const payload = Uint8Array.of(0x31, 61, 200, 0, 0, 30, 0xab, 0xcd);
    const message = (hopLimit = 255, destination = group6): Uint8Array =>
      encodeIpv6({ source: address("fe80::9"), destination, protocol: 112, ttl: hopLimit }, payload);

    beforeEach(() => {
      for (const end of ["a", "b"]) ip(`addr add fe80::${end}/64 dev one-${end} nodad`);
    });

    it("a datagram leaves as it is, and arrives whole: the header is put together again", () => {
      const receiver = vrrpSocket("one-b", group6);
      const wire = capture("one-b", ETH_P_IPV6);
      expect(vrrpSocket("one-a", group6).transmit(group6, message(254))).to.equal(undefined);
      // The kernel reports its own groups on the link.
      let frame = wire.next();
      while (frame !== "nothing" && !frame.startsWith("333300000012")) frame = wire.next();
      expect(frame).to.equal(`333300000012${macOf("one-a")}86dd${toHex(message(254))}`);
      expect(receiveAll(receiver, 1).map(toHex)).to.deep.equal([toHex(message(254))]);
    });

    it("hears its own group and link only, and not itself", () => {
      const [receiver, other] = [vrrpSocket("one-b", group6), vrrpSocket("two-b", group6)];
      const stranger = vrrpSocket("one-b", address("ff02::99"));
      const sender = vrrpSocket("one-a", group6);
      expect(sender.transmit(group6, message())).to.equal(undefined);
      expect(receiveAll(receiver, 1)).to.have.length(1);
      for (const silent of [other, stranger, sender]) {
        expect(silent.receive(() => expect.fail("it was not meant for it"))).to.equal(undefined);
      }
    });

    it("many datagrams of a batch keep their own headers", () => {
      const receiver = vrrpSocket("one-b", group6);
      const sent = Array.from({ length: 70 }, (_, n) => ({ destination: group6, datagram: message(n + 1) }));
      expect(vrrpSocket("one-a", group6).transmitAll(sent)).to.deep.equal({ sent: 70 });
      expect(receiveAll(receiver, 70).map(toHex)).to.deep.equal(sent.map((one) => toHex(one.datagram)));
    });

    it("unicast comes to the socket that is bound to the address, link-local with its link", () => {
      const bound = vrrpSocket("one-b", address("fe80::b"));
      const elsewhere = vrrpSocket("one-b", address("fe80::77"));
      const to = address("fe80::b");
      expect(vrrpSocket("one-a", address("fe80::a")).transmit(to, message(9, to))).to.equal(undefined);
      expect(receiveAll(bound, 1).map(toHex)).to.deep.equal([toHex(message(9, to))]);
      expect(readable(elsewhere.fd, 0)).to.be.false;
    });
  });

  it("IPv4 unicast comes to the socket that is bound to the address, and to that of a group on the link", () => {
    const bound = open(openVrrpSocket({ socket: { local: address("10.77.0.1") } }));
    const other = open(openVrrpSocket({ socket: { local: address("10.77.1.1") } }));
    const multicast = vrrpSocket("one-b");
    const sent = datagram("10.77.0.9", Uint8Array.of(7), "10.77.0.1");
    const frame = Buffer.concat([Buffer.from(`${macOf("one-b")}0200000000010800`, "hex"), sent]);
    expect(packetSocket().send([{ interfaceIndex: indexOf("one-a"), frame }])).to.deep.equal({ sent: 1 });
    expect(receiveAll(bound, 1).map(toHex)).to.deep.equal([toHex(sent)]);
    expect(receiveAll(multicast, 1).map(toHex)).to.deep.equal([toHex(sent)]);
    expect(readable(other.fd, 0)).to.be.false;
  });

  it("a datagram longer than any advertisement arrives cut off", () => {
    for (const end of ["a", "b"]) ip(`link set one-${end} mtu 9000`);
    const receiver = vrrpSocket("one-b");
    const fd = done(socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0));
    const long = datagram("10.77.0.9", new Uint8Array(5_000).fill(7));
    done(bind(fd, sockaddrLl(indexOf("one-a"), ETH_P_IP)));
    const frame = Buffer.concat([Buffer.from("01005e0000120200000000010800", "hex"), long]);
    done(sendto(fd, frame, 0));
    close(fd);
    expect(receiveAll(receiver, 1).map((bytes) => bytes.length)).to.deep.equal([DATAGRAM_LIMIT]);
  });

  it("a link that does not exist, is down or disappears is a refusal with its errno", () => {
    const missing = { socket: { interfaceIndex: 9_999, local: group }, interfaceName: "missing0" };
    expect(openVrrpSocket(missing)).to.deep.equal({ syscall: "setsockopt", errno: 19, code: "ENODEV" });
    const vrrp = vrrpSocket("one-a");
    ip("link set one-a down");
    expect(vrrp.transmit(group, numbered(1))).to.have.property("syscall", "sendmmsg");
    ip("link del one-a");
    expect(vrrp.transmit(group, numbered(1))).to.have.property("syscall", "sendmmsg");
    const heard = vrrp.receive(() => expect.fail("nothing was sent"));
    expect(heard === undefined || isSystemError(heard)).to.be.true;
  });

  it("frames leave as they are, on the link of each, in order", () => {
    const one = capture("one-b", ETH_P_ARP);
    const two = capture("two-b", ETH_P_ARP);
    const frame = (n: number): Buffer =>
      Buffer.concat([Buffer.from("ffffffffffff0200000000010806", "hex"), Buffer.alloc(28, n)]);
    const [even, odd] = [indexOf("one-a"), indexOf("two-a")];
    const frames = Array.from({ length: 150 }, (_, n) => ({
      interfaceIndex: n % 2 === 0 ? even : odd,
      frame: frame(n),
    }));
    expect(packetSocket().send(frames)).to.deep.equal({ sent: 150 });
    for (let n = 0; n < 150; n++) expect((n % 2 === 0 ? one : two).next()).to.equal(toHex(frame(n)));
  });

  it("a frame for a link that is gone is reported, and the others leave", () => {
    const wire = capture("one-b", ETH_P_ARP);
    const frame = Buffer.concat([Buffer.from("ffffffffffff0200000000010806", "hex"), Buffer.alloc(28, 5)]);
    const here = { interfaceIndex: indexOf("one-a"), frame };
    const report = packetSocket().send([here, { interfaceIndex: 9_999, frame }, here]);
    expect(report).to.deep.equal({ sent: 2, failure: { syscall: "sendmmsg", errno: 6, code: "ENXIO" } });
    expect([wire.next(), wire.next()]).to.deep.equal([toHex(frame), toHex(frame)]);
    expect(packetSocket().send([])).to.deep.equal({ sent: 0 });
  });
});
