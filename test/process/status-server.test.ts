// The status socket against clients that behave, that do not, and that cannot.
import { expect } from "chai";
import { once } from "node:events";
import { mkdtemp, rename, rm, stat, writeFile } from "node:fs/promises";
import { type Socket, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { instant } from "../../src/base/time.js";
import { prng } from "../../src/base/prng.js";
import { MAX_REQUEST } from "../../src/process/status-client.js";
import { MAX_CLIENTS, StatusServer } from "../../src/process/status-server.js";
import { EventRing } from "../../src/status/event-ring.js";
import type { StatusSource } from "../../src/status/requests.js";

const source: Omit<StatusSource, "subscribe"> = {
  version: "9.9.9",
  status: () => ({
    version: "9.9.9",
    pid: 1,
    configurationFile: "/k.conf",
    now: instant(1),
    time: "x".repeat(20_000),
    startedAt: instant(0),
    children: [],
    instances: [],
    groups: [],
    bfd: [],
  }),
  instance: () => undefined,
};

/** A client that reads lines. */
class Client {
  readonly socket: Socket;
  readonly #lines: AsyncIterator<string>;

  constructor(path: string) {
    this.socket = connect(path);
    this.socket.on("error", () => undefined);
    this.#lines = createInterface({ input: this.socket })[Symbol.asyncIterator]();
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Absent: the server has closed the connection. */
  async line(): Promise<unknown> {
    const next = await this.#lines.next();
    return next.done === true ? undefined : JSON.parse(next.value);
  }

  async ask(method: string, params: unknown = {}): Promise<unknown> {
    this.send(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method, params })}\n`);
    const reply = await this.line();
    if (typeof reply === "object" && reply !== null && "result" in reply) return reply.result;
    return reply;
  }
}

/** Lets the event loop turn until something has happened there. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

describe("status server", () => {
  let directory = "";
  let path = "";
  let ring = new EventRing();
  let server: StatusServer | undefined;
  const clients: Client[] = [];

  const open = async (): Promise<string | undefined> => {
    const opened = await StatusServer.open({ path, mode: 0o660 }, source, ring, () => undefined);
    if (!opened.ok) return opened.error;
    server = opened.value;
    return undefined;
  };
  const client = (): Client => {
    const made = new Client(path);
    clients.push(made);
    return made;
  };
  const happen = (detail = "x"): void => void ring.add({ kind: "reload", ok: true, detail }, instant(1), "");

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "vipd-status-"));
    path = join(directory, "run", "vipd.sock");
    ring = new EventRing(1_000);
    const umask = process.umask(0o177);
    const problem = await open();
    process.umask(umask);
    expect(problem).to.equal(undefined);
  });

  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await server?.close();
    server = undefined;
    await rm(directory, { recursive: true, force: true });
  });

  it("answers, with the mode it was given", async () => {
    expect((await stat(path)).mode & 0o777).to.equal(0o660);
    expect(await client().ask("version")).to.deep.equal({ name: "vipd", version: "9.9.9", protocol: 1 });
  });

  it("takes requests in pieces and several at once", async () => {
    const one = client();
    one.send('{"jsonrpc":"2.0","id":1,"meth');
    await once(one.socket, "connect");
    one.send('od":"version"}\n\n{"jsonrpc":"2.0","id":2,"method":"version"}\r\n');
    expect(await one.line()).to.have.property("id", 1);
    expect(await one.line()).to.have.property("id", 2);
  });

  it("leaves nothing behind", async () => {
    await server?.close();
    server = undefined;
    expect(await stat(join(directory, "run")).catch(() => "gone")).to.equal("gone");
  });

  it("takes over the socket of a dead daemon", async () => {
    await server?.close();
    // A socket file whose owner ended without removing it.
    const dead = createServer();
    path = join(directory, "stale.sock");
    await new Promise<void>((resolve) => dead.listen(path, resolve));
    await rename(path, `${path}.kept`);
    await new Promise((resolve) => dead.close(resolve));
    await rename(`${path}.kept`, path);
    expect((await stat(path)).isSocket()).to.be.true;
    expect(await open()).to.equal(undefined);
    expect(await client().ask("version")).to.have.property("name", "vipd");
  });

  it("does not take the socket of a living one, or a file that is none", async () => {
    const living = server;
    expect(await open()).to.contain("belongs to another running daemon");
    expect(server).to.equal(living);
    path = join(directory, "file");
    await writeFile(path, "precious");
    expect(await open()).to.contain("a file of another kind is there");
    expect((await stat(path)).size).to.equal(8);
  });

  it("says why it cannot open", async () => {
    path = join(directory, "missing", "directory", "vipd.sock");
    expect(await open()).to.match(/^cannot open the status socket .*ENOENT/);
  });

  it("streams events from now on, or from where a reader left off", async () => {
    happen("one");
    happen("two");
    const fresh = client();
    expect(await fresh.ask("events")).to.deep.equal({ sequence: 2, missed: 0 });
    const again = client();
    expect(await again.ask("events", { since: 1 })).to.deep.equal({ sequence: 2, missed: 0 });
    expect(await again.line()).to.have.nested.property("params.detail", "two");
    happen("three");
    for (const reader of [fresh, again]) {
      expect(await reader.line()).to.deep.include({ jsonrpc: "2.0", method: "event" });
    }
  });

  it("says how much a reader has missed, and that numbers of an earlier daemon are unknown", async () => {
    for (let i = 0; i < 1_500; i++) happen(String(i));
    const late = client();
    expect(await late.ask("events", { since: 100 })).to.deep.equal({ sequence: 1_500, missed: 400 });
    expect(await late.line()).to.have.nested.property("params.sequence", 501);
    const stranger = client();
    expect(await stranger.ask("events", { since: 99_999 })).to.deep.equal({ sequence: 1_500, missed: 500 });
  });

  it("cuts off a subscriber that does not read, and serves the others", async () => {
    const sleeper = connect(path).pause();
    sleeper.on("error", () => undefined);
    sleeper.write('{"jsonrpc":"2.0","id":1,"method":"events"}\n');
    await once(sleeper, "connect");
    await until(() => server?.clients === 1);
    const reader = client();
    await reader.ask("events");
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 100; i++) happen("y".repeat(1_000));
      for (let i = 0; i < 100; i++) await reader.line();
    }
    await until(() => server?.clients === 1);
    sleeper.destroy();
    expect(await reader.ask("version")).to.have.property("name");
  }).timeout(20_000);

  it("cuts off who asks and asks and does not read", async () => {
    const flood = connect(path).pause();
    flood.on("error", () => undefined);
    flood.write('{"jsonrpc":"2.0","id":1,"method":"status"}\n'.repeat(1_000));
    await once(flood, "connect");
    await until(() => server?.clients === 0);
    flood.destroy();
    expect(await client().ask("version")).to.have.property("name");
  }).timeout(20_000);

  it("refuses a request without end", async () => {
    const endless = client();
    endless.send("x".repeat(MAX_REQUEST + 1));
    expect(await endless.line()).to.have.nested.property("error.code", -32002);
    expect(await endless.line()).to.equal(undefined);
    const long = client();
    long.send(`${"x".repeat(MAX_REQUEST + 1)}\n`);
    expect(await long.line()).to.have.nested.property("error.code", -32002);
  });

  it("turns away one client too many, and takes the next when one has gone", async () => {
    const all = Array.from({ length: MAX_CLIENTS }, () => client());
    for (const each of all) await each.ask("version");
    expect(await client().line()).to.have.nested.property("error.code", -32002);
    const [first] = all;
    first?.socket.end();
    await until(() => server?.clients !== MAX_CLIENTS);
    expect(await client().ask("version")).to.have.property("name");
  });

  it("survives garbage", async () => {
    const random = prng(42);
    for (let round = 0; round < 30; round++) {
      const noisy = client();
      const bytes = Buffer.from(Array.from({ length: 3_000 }, () => random.below(random.below(2) === 0 ? 256 : 128)));
      noisy.socket.write(bytes);
      if (random.below(2) === 0) noisy.socket.destroy();
      else noisy.socket.end();
      await once(noisy.socket, "close");
    }
    expect(await client().ask("version")).to.have.property("name");
  });

  it("ends its connections at the stop", async () => {
    const reader = client();
    await reader.ask("events");
    await server?.close();
    server = undefined;
    expect(await reader.line()).to.equal(undefined);
  });

  it("lets others into the directory that it makes, whatever the umask", async () => {
    expect((await stat(join(directory, "run"))).mode & 0o777).to.equal(0o755);
  });
});
