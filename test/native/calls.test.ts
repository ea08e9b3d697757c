// The calls against the running kernel, as far as no privilege is needed.
import { expect } from "chai";
import fc from "fast-check";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AF_NETLINK,
  AF_UNIX,
  bind,
  clockMonotonic,
  close,
  epollAdd,
  epollCreate,
  EPOLLIN,
  EPOLLOUT,
  epollWait,
  getsockname,
  getsockoptNumber,
  lockFile,
  MessageBatch,
  MSG_DONTWAIT,
  MSG_TRUNC,
  read,
  ReadyList,
  recv,
  recvmmsg,
  sendmmsg,
  sendto,
  setNonBlocking,
  setsockoptNumber,
  SO_PRIORITY,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOCK_STREAM,
  sockaddrNl,
  socket,
  socketpair,
  SOL_SOCKET,
  timerfdCreate,
  timerfdSettime,
  write,
} from "../../src/native/index.js";

import { done } from "../support/done.js";

const CLOSED = -1;

describe("native: calls", () => {
  const descriptors: number[] = [];
  const opened = (fd: number): number => {
    descriptors.push(fd);
    return fd;
  };
  const pair = (type: number): readonly [number, number] => {
    const [a, b] = done(socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    return [opened(a), opened(b)];
  };

  afterEach(() => {
    for (const fd of descriptors.splice(0)) close(fd);
  });

  it("a refused call is a value with its name, number and code", () => {
    const octets = Buffer.alloc(8);
    const batch = new MessageBatch({ count: 1, addressLength: 0, dataLength: 8 });
    const refused = {
      read: read(CLOSED, octets),
      write: write(CLOSED, octets),
      close: close(CLOSED),
      bind: bind(CLOSED, sockaddrNl()),
      recv: recv(CLOSED, octets, 0),
      sendto: sendto(CLOSED, octets, 0),
      sendmmsg: sendmmsg(CLOSED, batch, 0, 1, 0),
      recvmmsg: recvmmsg(CLOSED, batch, 1, 0),
      getsockname: getsockname(CLOSED, octets),
      getsockopt: getsockoptNumber(CLOSED, SOL_SOCKET, SO_PRIORITY),
      setsockopt: setsockoptNumber(CLOSED, SOL_SOCKET, SO_PRIORITY, 6),
      fcntl: lockFile(CLOSED),
      epoll_ctl: epollAdd(CLOSED, CLOSED, EPOLLIN),
      timerfd_settime: timerfdSettime(CLOSED, 0),
    };
    for (const [syscall, result] of Object.entries(refused)) {
      expect(result, syscall).to.deep.equal({ syscall, errno: 9, code: "EBADF" });
    }
    expect(socket(99, SOCK_STREAM, 0)).to.include({ syscall: "socket", code: "EAFNOSUPPORT" });
  });

  it("a netlink socket is bound to a port of its own", () => {
    const fd = opened(done(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, 0)));
    done(bind(fd, sockaddrNl()));
    const name = Buffer.alloc(12);
    expect(getsockname(fd, name)).to.equal(12);
    expect(name.readUInt16LE(0)).to.equal(AF_NETLINK);
    expect(name.readUInt32LE(4)).to.be.greaterThan(0);
  });

  it("a stream carries octets until its end", () => {
    const [a, b] = pair(SOCK_STREAM);
    const octets = Buffer.alloc(16);
    expect(recv(b, octets, 0)).to.include({ syscall: "recv", code: "EAGAIN" });
    expect(sendto(a, Buffer.from("hello"), 0)).to.equal(5);
    expect(recv(b, octets, 0)).to.equal(5);
    expect(octets.toString("latin1", 0, 5)).to.equal("hello");
    descriptors.splice(descriptors.indexOf(a), 1);
    done(close(a));
    expect(recv(b, octets, 0)).to.equal(0);
  });

  it("an option keeps the number it was given", () => {
    const [a] = pair(SOCK_DGRAM);
    done(setsockoptNumber(a, SOL_SOCKET, SO_PRIORITY, 5));
    expect(getsockoptNumber(a, SOL_SOCKET, SO_PRIORITY)).to.equal(5);
  });

  it("batches arrive as they were sent", () => {
    const [a, b] = pair(SOCK_DGRAM);
    const outgoing = new MessageBatch({ count: 8, addressLength: 0, dataLength: 64 });
    const incoming = new MessageBatch({ count: 8, addressLength: 0, dataLength: 64 });
    const datagram = fc.uint8Array({ minLength: 1, maxLength: 64 });
    fc.assert(
      fc.property(fc.array(datagram, { minLength: 1, maxLength: 8 }), (datagrams) => {
        for (const [index, data] of datagrams.entries()) outgoing.put(index, data);
        expect(sendmmsg(a, outgoing, 0, datagrams.length, 0)).to.equal(datagrams.length);
        expect(recvmmsg(b, incoming, 8, MSG_DONTWAIT)).to.equal(datagrams.length);
        for (const [index, data] of datagrams.entries()) {
          expect(new Uint8Array(incoming.received(index))).to.deep.equal(data);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("part of a batch is sent, and a datagram that is too long is cut off and flagged", () => {
    const [a, b] = pair(SOCK_DGRAM);
    const outgoing = new MessageBatch({ count: 3, addressLength: 0, dataLength: 8 });
    const incoming = new MessageBatch({ count: 3, addressLength: 0, dataLength: 4 });
    for (const [index, text] of ["zero", "one", "too long"].entries()) outgoing.put(index, Buffer.from(text));
    expect(sendmmsg(a, outgoing, 1, 2, 0)).to.equal(2);
    expect(recvmmsg(b, incoming, 3, MSG_DONTWAIT)).to.equal(2);
    expect(incoming.received(0).toString()).to.equal("one");
    expect(incoming.flags(0) & MSG_TRUNC).to.equal(0);
    expect(incoming.received(1).toString()).to.equal("too ");
    expect(incoming.flags(1) & MSG_TRUNC).to.equal(MSG_TRUNC);
  });

  it("epoll reports the descriptor that is ready, and why", () => {
    const epoll = opened(done(epollCreate()));
    const [a, b] = pair(SOCK_STREAM);
    const ready = new ReadyList(4);
    done(epollAdd(epoll, a, EPOLLIN));
    expect(epollWait(epoll, ready, 0)).to.equal(0);
    done(write(b, Buffer.from("x")));
    done(epollAdd(epoll, b, EPOLLIN | EPOLLOUT));
    expect(epollWait(epoll, ready, 1_000)).to.equal(2);
    const masks = new Map([0, 1].map((index) => [ready.fd(index), ready.mask(index)]));
    expect(masks).to.deep.equal(
      new Map([
        [a, EPOLLIN],
        [b, EPOLLOUT],
      ]),
    );
  });

  it("a timer expires at its instant and not before, and is readable until it is set again", () => {
    const epoll = opened(done(epollCreate()));
    const timer = opened(done(timerfdCreate()));
    const ready = new ReadyList(1);
    done(epollAdd(epoll, timer, EPOLLIN));
    const due = done(clockMonotonic()) + 3_000;
    done(timerfdSettime(timer, due));
    expect(epollWait(epoll, ready, 5_000)).to.equal(1);
    expect(done(clockMonotonic())).to.be.at.least(due);
    expect(epollWait(epoll, ready, 0)).to.equal(1);
    done(timerfdSettime(timer, 0));
    expect(epollWait(epoll, ready, 0)).to.equal(0);
    done(timerfdSettime(timer, 1));
    expect(epollWait(epoll, ready, 0), "an instant in the past").to.equal(1);
  });

  it("a descriptor that was made non-blocking does not wait", () => {
    const [a] = done(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)).map(opened);
    if (a === undefined) throw new Error("a pair has two ends");
    done(setNonBlocking(a));
    expect(read(a, Buffer.alloc(1))).to.include({ syscall: "read", code: "EAGAIN" });
  });

  it("a lock excludes other open file descriptions until it is closed", () => {
    const directory = mkdtempSync(join(tmpdir(), "vipd-lock-"));
    const path = join(directory, "lock");
    writeFileSync(path, "");
    const first = openSync(path, "r+");
    const second = openSync(path, "r+");
    expect(lockFile(first)).to.equal(0);
    expect(lockFile(second)).to.include({ syscall: "fcntl", code: "EAGAIN" });
    closeSync(first);
    expect(lockFile(second)).to.equal(0);
    closeSync(second);
    rmSync(directory, { recursive: true });
  });
});
