// Conversations with a kernel made of a list of answers: what a real one does seldom, and a broken one might.
import { expect } from "chai";
import type { NetlinkTransport } from "../../src/host/netlink-transport.js";
import { netlinkSocket } from "../../src/host/netlink-socket.js";
import { rtnlMonitor } from "../../src/host/rtnl-monitor.js";
import { systemError } from "../../src/host/system-error.js";
import type { SystemError } from "../../src/native/index.js";
import { Malformed, u32 } from "../../src/wire/netlink/kind.js";
import type { Message, Request } from "../../src/wire/netlink/message.js";
import { message, messagesIn, octets, written } from "../support/netlink.js";

const NLMSG_NOOP = 1;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLMSG_OVERRUN = 4;
const RTM_NEWADDR = 20;
const DUMP_INTR = 0x10;

const again = systemError("recv", 11);
const overrun = systemError("recv", 105);
const unreadable = octets("ffffffff 0000 0000 00000000 00000000");

type Datagram = Uint8Array | SystemError;
type Kernel = (request: Message, attempt: number) => readonly Datagram[];

/** A kernel that answers each message of a send by `kernel`, and remembers how many came. */
class Fake implements NetlinkTransport {
  readonly #kernel: Kernel;
  #queue: Datagram[] = [];
  sends = 0;
  requests = 0;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  send(bytes: Uint8Array): number {
    this.sends++;
    // A copy: requests outlive the buffer they were written in.
    for (const request of messagesIn(bytes.slice())) {
      if (request.type !== NLMSG_NOOP) this.requests++;
      this.#queue.push(...this.#kernel(request, this.sends));
    }
    return bytes.length;
  }

  receive(into: Uint8Array): number | SystemError {
    const next = this.#queue.shift() ?? again;
    if (!(next instanceof Uint8Array)) return next;
    into.set(next.subarray(0, into.length));
    return next.length;
  }

  close(): void {
    this.#queue = [];
  }
}

const error = (sequence: number, errno: number): Uint8Array =>
  message(
    NLMSG_ERROR,
    written((out) => {
      out.u32(-errno);
      out.octets(new Uint8Array(16));
    }).slice(),
    0,
    sequence,
  ).slice();

const done = (sequence: number, errno = 0, flags = 0): Uint8Array =>
  message(NLMSG_DONE, written((out) => out.u32(-errno)).slice(), flags, sequence).slice();

const item = (sequence: number, value: number, flags = 0): Uint8Array =>
  message(100, written((out) => out.u32(value)).slice(), flags, sequence).slice();

/** A request that carries a number. */
const ask = (value: number): Request => ({ type: 50, flags: 0, body: (out) => out.u32(value) });
const asked = ({ view, start, end }: Message): number => {
  const value = u32.read(view, start, end);
  return value instanceof Malformed ? -1 : value;
};
const readItem = ({ view, start, end }: Message) => u32.read(view, start, end);

/** Answers the fence, and each request with the errno that it carries. */
const obedient: Kernel = (request) => {
  if (request.type === NLMSG_NOOP) return [error(request.sequence, 0)];
  return asked(request) === 0 ? [] : [error(request.sequence, asked(request))];
};

describe("host/netlink-socket: requests", () => {
  it("are one send, and only what was refused comes back", () => {
    const kernel = new Fake(obedient);
    const refusals = netlinkSocket(kernel).request([ask(0), ask(19), ask(0), ask(22)]);
    expect(refusals).to.deep.equal([
      { index: 1, error: systemError("sendto", 19) },
      { index: 3, error: systemError("sendto", 22) },
    ]);
    expect(kernel).to.include({ sends: 1, requests: 4 });
  });

  it("are nothing to the kernel when there are none", () => {
    const kernel = new Fake(obedient);
    expect(netlinkSocket(kernel).request([])).to.deep.equal([]);
    expect(kernel.sends).to.equal(0);
  });

  it("are at most 200 a send, and keep their places", () => {
    const kernel = new Fake(obedient);
    const requests = Array.from({ length: 401 }, (_, i) => ask(i === 200 || i === 400 ? 19 : 0));
    expect(
      netlinkSocket(kernel)
        .request(requests)
        .map(({ index }) => index),
    ).to.deep.equal([200, 400]);
    expect(kernel).to.include({ sends: 3, requests: 401 });
  });

  it("are fewer a send when they are large", () => {
    const kernel = new Fake(({ type, sequence }) => (type === NLMSG_NOOP ? [error(sequence, 0)] : []));
    const large: Request = { type: 50, flags: 0, body: (out) => out.octets(new Uint8Array(4_000)) };
    expect(netlinkSocket(kernel).request(Array.from({ length: 100 }, () => large))).to.deep.equal([]);
    expect(kernel.requests).to.equal(100);
    expect(kernel.sends).to.be.within(6, 9);
  });

  it("are all refused when they cannot be sent", () => {
    const refused = systemError("sendto", 90);
    const transport: NetlinkTransport = { send: () => refused, receive: () => again, close: () => undefined };
    expect(netlinkSocket(transport).request([ask(0), ask(0)])).to.deep.equal([
      { index: 0, error: refused },
      { index: 1, error: refused },
    ]);
  });

  it("count as unanswered when answers were lost, except those that were not", () => {
    const kernel = new Fake((request) =>
      request.type === NLMSG_NOOP ? [overrun, error(request.sequence, 0)] : obedient(request, 1),
    );
    expect(netlinkSocket(kernel).request([ask(0), ask(19)])).to.deep.equal([
      { index: 1, error: systemError("sendto", 19) },
      { index: 0, error: overrun },
    ]);
  });

  it("count as unanswered when the fence has no answer", () => {
    const kernel = new Fake(() => []);
    expect(netlinkSocket(kernel).request([ask(0)])).to.deep.equal([{ index: 0, error: again }]);
  });

  it("count as unanswered when an answer cannot be read", () => {
    const kernel = new Fake((request) => (request.type === NLMSG_NOOP ? obedient(request, 1) : [unreadable]));
    expect(netlinkSocket(kernel).request([ask(0)])).to.deep.equal([{ index: 0, error: systemError("recv", 74) }]);
  });

  it("are not confused by answers to earlier ones", () => {
    const kernel = new Fake((request, attempt) => {
      // The fence of the first send is answered after the socket has given up.
      if (attempt === 1) return [];
      return request.type === NLMSG_NOOP ? obedient(request, attempt) : [error(1, 19), error(2, 0)];
    });
    const socket = netlinkSocket(kernel);
    expect(socket.request([ask(0)])).to.have.length(1);
    expect(socket.request([ask(0)])).to.deep.equal([]);
  });
});

describe("host/netlink-socket: dumps", () => {
  const listing = (kernel: Kernel) => {
    const fake = new Fake(kernel);
    return { outcome: netlinkSocket(fake).dump(ask(0), readItem), sends: fake.sends };
  };

  it("collect what several datagrams bring", () => {
    const { outcome } = listing(({ sequence }) => [item(sequence, 1), item(sequence, 2), done(sequence)]);
    expect(outcome).to.deep.equal([1, 2]);
  });

  it("leave out what belongs to somebody else", () => {
    const { outcome } = listing(({ sequence }) => [item(sequence + 9, 7), item(sequence, 1), done(sequence)]);
    expect(outcome).to.deep.equal([1]);
  });

  it("that were interrupted are made again, from the beginning", () => {
    const { outcome, sends } = listing(({ sequence }, attempt) => [
      item(sequence, attempt),
      item(sequence, attempt, attempt < 3 ? DUMP_INTR : 0),
      done(sequence),
    ]);
    expect(outcome).to.deep.equal([3, 3]);
    expect(sends).to.equal(3);
  });

  it("that are interrupted for ever end as an error", () => {
    const { outcome, sends } = listing(({ sequence }) => [item(sequence, 1, DUMP_INTR), done(sequence)]);
    expect(outcome).to.deep.equal(systemError("recv", 4));
    expect(sends).to.equal(10);
  });

  it("report what the kernel says against them", () => {
    expect(listing(({ sequence }) => [error(sequence, 95)]).outcome).to.deep.equal(systemError("sendto", 95));
    expect(listing(({ sequence }) => [item(sequence, 1), done(sequence, 22)]).outcome).to.deep.equal(
      systemError("sendto", 22),
    );
  });

  it("report what was lost, and are read to their end all the same", () => {
    const lost = (datagram: (sequence: number) => Datagram) => {
      const fake = new Fake(({ sequence }, attempt) =>
        attempt === 1 ? [datagram(sequence), item(sequence, 1), done(sequence)] : [item(sequence, 2), done(sequence)],
      );
      const socket = netlinkSocket(fake);
      const first = socket.dump(ask(0), readItem);
      expect(socket.dump(ask(0), readItem)).to.deep.equal([2]);
      return first;
    };
    expect(lost(() => overrun)).to.deep.equal(overrun);
    expect(lost(() => unreadable)).to.deep.equal(systemError("recv", 74));
    expect(lost(() => new Uint8Array(70_000))).to.deep.equal(systemError("recv", 90));
    expect(lost((sequence) => message(NLMSG_OVERRUN, new Uint8Array(), 0, sequence).slice())).to.deep.equal(overrun);
    expect(lost((sequence) => message(100, octets("00"), 0, sequence).slice())).to.deep.equal(systemError("recv", 74));
  });

  it("end when nothing more comes", () => {
    expect(listing(({ sequence }) => [item(sequence, 1)]).outcome).to.deep.equal(again);
  });
});

describe("host/rtnl-monitor", () => {
  const added = message(RTM_NEWADDR, octets("02 18 80 00 02000000 0800 0100 0a000001 0800 0200 0a000001")).slice();

  const monitorOf = (...queue: Datagram[]) => {
    let delivered = 0;
    const transport: NetlinkTransport = {
      send: () => again,
      receive(into) {
        const next = queue.shift() ?? again;
        if (!(next instanceof Uint8Array)) return next;
        into.set(next.subarray(0, into.length));
        return next.length;
      },
      close: () => undefined,
    };
    const monitor = rtnlMonitor(transport, -1);
    return {
      queue,
      read: () => {
        delivered = 0;
        return [monitor.read(() => delivered++), delivered];
      },
    };
  };

  it("delivers until nothing is left", () => {
    const { read } = monitorOf(added, added);
    expect(read()).to.deep.equal(["drained", 2]);
    expect(read()).to.deep.equal(["drained", 0]);
  });

  it("delivers no more than a bounded part", () => {
    const { read } = monitorOf(...Array.from({ length: 100 }, () => added));
    expect(read()).to.deep.equal(["more", 64]);
    expect(read()).to.deep.equal(["drained", 36]);
  });

  it("drops what is older than the listing that an overrun calls for", () => {
    const { read, queue } = monitorOf(added, overrun, ...Array.from({ length: 100 }, () => added));
    expect(read()).to.deep.equal(["more", 1]);
    expect(read()).to.deep.equal(["overrun", 0]);
    queue.push(added);
    expect(read()).to.deep.equal(["drained", 1]);
  });

  it("takes a message that it cannot read for a loss", () => {
    const cut = message(RTM_NEWADDR, octets("02 18")).slice();
    for (const datagram of [unreadable, cut, new Uint8Array(70_000)]) {
      expect(monitorOf(datagram, added).read()).to.deep.equal(["overrun", 0]);
    }
  });

  it("ends the process when its socket cannot be read at all", () => {
    expect(monitorOf(systemError("recv", 9)).read).to.throw("the socket of the monitor can be read");
  });
});
