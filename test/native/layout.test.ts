// The layouts are held against those that koffi computes from the C declarations.
import { expect } from "chai";
import fc from "fast-check";
import koffi from "koffi";
import {
  EPOLL_DATA,
  EPOLL_EVENT_LENGTH,
  FLOCK_LENGTH,
  IOVEC_LENGTH,
  ipMreqn,
  IPV6_CONTROL_LENGTH,
  ipv6Ancillary,
  ipv6Mreq,
  ITIMERSPEC_LENGTH,
  MessageBatch,
  MMSGHDR_LENGTH,
  SOCKADDR_IN_LENGTH,
  SOCKADDR_IN6_LENGTH,
  SOCKADDR_LL_LENGTH,
  SOCKADDR_NL_LENGTH,
  sockaddrIn,
  sockaddrIn6,
  sockaddrLl,
  sockaddrNl,
  sockaddrUn,
  SUN_PATH_LENGTH,
  writeSockaddrLl,
} from "../../src/native/index.js";

describe("native: layouts", () => {
  it("mmsghdr and iovec have the size of the C structures", () => {
    const iovec = koffi.struct({ base: "void *", length: "size_t" });
    const msghdr = koffi.struct({
      name: "void *",
      namelen: "uint32_t",
      iov: "void *",
      iovlen: "size_t",
      control: "void *",
      controllen: "size_t",
      flags: "int",
    });
    const mmsghdr = koffi.struct({ header: msghdr, length: "unsigned int" });
    expect(koffi.sizeof(iovec)).to.equal(IOVEC_LENGTH);
    expect(koffi.sizeof(mmsghdr)).to.equal(MMSGHDR_LENGTH);
    expect(koffi.offsetof(mmsghdr, "length")).to.equal(56);
    expect(koffi.offsetof(msghdr, "iov")).to.equal(16);
    expect(koffi.offsetof(msghdr, "iovlen")).to.equal(24);
    expect(koffi.offsetof(msghdr, "flags")).to.equal(48);
  });

  it("epoll_event is packed on x86-64 and aligned elsewhere", () => {
    const members = { events: "uint32_t", data: "uint64_t" };
    const event = process.arch === "x64" ? koffi.pack(members) : koffi.struct(members);
    expect(koffi.sizeof(event)).to.equal(EPOLL_EVENT_LENGTH);
    expect(koffi.offsetof(event, "data")).to.equal(EPOLL_DATA);
  });

  it("flock and itimerspec have the size of the C structures", () => {
    const flock = koffi.struct({ type: "short", whence: "short", start: "int64_t", len: "int64_t", pid: "int" });
    const timespec = koffi.struct({ seconds: "long", nanoseconds: "long" });
    const itimerspec = koffi.struct({ interval: timespec, value: timespec });
    expect(koffi.sizeof(flock)).to.equal(FLOCK_LENGTH);
    expect(koffi.sizeof(itimerspec)).to.equal(ITIMERSPEC_LENGTH);
  });

  it("socket addresses have the octets of the manual pages", () => {
    expect(sockaddrIn([224, 0, 0, 18], 0x1234).toString("hex")).to.equal("02001234e00000120000000000000000");
    expect(sockaddrLl(7, 0x0806).toString("hex")).to.equal("1100080607000000000000000000000000000000");
    expect(sockaddrNl(5, 0x11).toString("hex")).to.equal("100000000500000011000000");
    expect(ipMreqn([224, 0, 0, 18], 3).toString("hex")).to.equal("e00000120000000003000000");
    const destination = Buffer.alloc(SOCKADDR_LL_LENGTH, 0xee);
    writeSockaddrLl(destination, 7, Uint8Array.of(1, 2, 3, 4, 5, 6));
    expect(destination.toString("hex")).to.equal("1100000007000000000000060102030405060000");
    expect([SOCKADDR_IN_LENGTH, SOCKADDR_LL_LENGTH, SOCKADDR_NL_LENGTH]).to.deep.equal([16, 20, 12]);
  });

  it("those of IPv6 too: family, flow, address, scope; group, interface", () => {
    const group = [0xff, 2, ...new Array<number>(13).fill(0), 0x12];
    const sockaddr = koffi.struct({
      family: "uint16_t",
      port: "uint16_t",
      flow: "uint32_t",
      address: koffi.array("uint8_t", 16),
      scope: "uint32_t",
    });
    expect([koffi.sizeof(sockaddr), koffi.offsetof(sockaddr, "scope")]).to.deep.equal([SOCKADDR_IN6_LENGTH, 24]);
    expect(sockaddrIn6(group, 3).toString("hex")).to.equal(
      "0a00000000000000" + "ff020000000000000000000000000012" + "03000000",
    );
    expect(ipv6Mreq(group, 3).toString("hex")).to.equal("ff020000000000000000000000000012" + "03000000");
    expect(() => sockaddrIn6([1, 2, 3, 4])).to.throw(RangeError);
    expect(() => ipv6Mreq([1, 2, 3, 4], 1)).to.throw(RangeError);
  });

  it("ancillary data is read message by message, and no octets make it throw", () => {
    const control = Buffer.alloc(IPV6_CONTROL_LENGTH);
    // struct cmsghdr: length, level 41, type; hop limit 52, then packet information 50.
    control.writeBigUInt64LE(20n, 0);
    control.writeInt32LE(41, 8);
    control.writeInt32LE(52, 12);
    control.writeInt32LE(255, 16);
    control.writeBigUInt64LE(36n, 24);
    control.writeInt32LE(41, 32);
    control.writeInt32LE(50, 36);
    control.fill(0xab, 40, 56);
    const read = ipv6Ancillary(control);
    expect(read.hopLimit).to.equal(255);
    expect(read.destination?.toString("hex")).to.equal("ab".repeat(16));
    fc.assert(fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => void ipv6Ancillary(Buffer.from(octets))));
  });

  it("a batch offers its whole room for ancillary data at every receive", () => {
    const batch = new MessageBatch({ count: 2, addressLength: 28, controlLength: 64, dataLength: 8 });
    expect(batch.control(1)).to.have.length(0);
    batch.makeRoom(2);
    expect(batch.control(1)).to.have.length(64);
  });

  it("an address that is none is a defect of the caller", () => {
    expect(() => sockaddrIn([1, 2, 3])).to.throw(RangeError);
    expect(() => ipMreqn([1, 2, 3, 4, 5], 1)).to.throw(RangeError);
    expect(() => writeSockaddrLl(Buffer.alloc(20), 1, new Uint8Array(9))).to.throw(RangeError);
  });

  it("a Unix path ends in a zero, an abstract name begins with one", () => {
    expect(sockaddrUn("/dev/log")?.toString("hex")).to.equal("01002f6465762f6c6f6700");
    expect(sockaddrUn("@ab")?.toString("hex")).to.equal("0100006162");
  });

  it("a Unix name that does not fit is refused", () => {
    const longest = "x".repeat(SUN_PATH_LENGTH - 1);
    expect(sockaddrUn(longest)?.length).to.equal(2 + SUN_PATH_LENGTH);
    expect(sockaddrUn(`${longest}x`)).to.equal(undefined);
    expect(sockaddrUn(`@${longest}`)?.length).to.equal(2 + SUN_PATH_LENGTH);
    expect(sockaddrUn(`@${longest}x`)).to.equal(undefined);
    for (const empty of ["", "@", "a\0b", "@a\0b"]) expect(sockaddrUn(empty)).to.equal(undefined);
  });

  it("a batch gives each message its own address and data, and refuses what does not fit", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 32 }), { minLength: 1, maxLength: 8 }),
        (messages) => {
          const batch = new MessageBatch({ count: 8, addressLength: 16, dataLength: 32 });
          for (const [index, data] of messages.entries()) {
            batch.put(index, data);
            batch.address(index).fill(index + 1);
          }
          for (const [index] of messages.entries()) {
            expect(batch.address(index).every((octet) => octet === index + 1)).to.be.true;
          }
        },
      ),
    );
    const batch = new MessageBatch({ count: 2, addressLength: 0, dataLength: 4 });
    expect(() => batch.put(0, new Uint8Array(5))).to.throw(RangeError);
    expect(() => batch.put(2, new Uint8Array(1))).to.throw(RangeError);
    expect(() => batch.headersFrom(1, 2)).to.throw(RangeError);
    expect(() => batch.received(-1)).to.throw(RangeError);
  });
});
