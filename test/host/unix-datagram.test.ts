import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openUnixDatagram, type UnixDatagram } from "../../src/host/unix-datagram.js";
import {
  AF_UNIX,
  bind,
  close,
  isSystemError,
  MSG_DONTWAIT,
  recv,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  sockaddrUn,
  socket,
} from "../../src/native/index.js";
import { done } from "../support/done.js";

describe("host: unix datagram", () => {
  let directory: string;
  let path: string;
  let sender: UnixDatagram;
  const readers: number[] = [];

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "vipd-dgram-"));
    path = join(directory, "log");
    sender = done(openUnixDatagram(path));
  });

  afterEach(() => {
    sender.close();
    for (const fd of readers.splice(0)) close(fd);
    rmSync(directory, { recursive: true });
  });

  const listen = (name: string): number => {
    const fd = done(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    readers.push(fd);
    const address = sockaddrUn(name);
    if (address === undefined) throw new Error(`no address: ${name}`);
    done(bind(fd, address));
    return fd;
  };

  const received = (fd: number): string | undefined => {
    const octets = Buffer.alloc(1_024);
    const count = recv(fd, octets, MSG_DONTWAIT);
    return isSystemError(count) ? undefined : octets.toString("utf8", 0, count);
  };

  it("carries text and octets, one datagram each", () => {
    const reader = listen(path);
    expect(sender.send("READY=1\nSTATUS=Grüß Gott")).to.equal(undefined);
    expect(sender.send(Uint8Array.of(0x41, 0x42))).to.equal(undefined);
    expect(received(reader)).to.equal("READY=1\nSTATUS=Grüß Gott");
    expect(received(reader)).to.equal("AB");
    expect(received(reader)).to.equal(undefined);
  });

  it("says that nobody listens, and finds a reader that comes later or comes back", () => {
    expect(sender.send("lost")).to.deep.equal({ syscall: "sendto", errno: 2, code: "ENOENT" });
    const first = listen(path);
    expect(sender.send("one")).to.equal(undefined);
    expect(received(first)).to.equal("one");
    close(readers.splice(0)[0] ?? -1);
    expect(sender.send("lost")).to.include({ code: "ECONNREFUSED" });
    rmSync(path);
    const second = listen(path);
    expect(sender.send("two")).to.equal(undefined);
    expect(received(second)).to.equal("two");
  });

  it("never waits for a reader that is behind", () => {
    listen(path);
    let failure;
    for (let i = 0; i < 100_000 && failure === undefined; i++) failure = sender.send("x");
    expect(failure).to.include({ syscall: "sendto", code: "EAGAIN" });
  });

  it("reaches an abstract name", () => {
    const name = `@vipd-test-${process.pid}`;
    const reader = listen(name);
    const abstract = done(openUnixDatagram(name));
    expect(abstract.send("hello")).to.equal(undefined);
    expect(received(reader)).to.equal("hello");
    abstract.close();
  });

  it("a path that is too long is refused", () => {
    expect(openUnixDatagram(`/${"x".repeat(108)}`)).to.include({ code: "ENAMETOOLONG" });
  });
});
