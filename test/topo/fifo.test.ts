// The notify FIFOs, beside keepalived's: the same lines in the same order.
import { expect } from "chai";
import { closeSync, constants, openSync, readSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Daemon, DaemonKind } from "./lab/daemon.js";
import type { Lab } from "./lab/lab.js";
import { untilMaster } from "./lab/pairing.js";
import { kinds, topologySuite, withLab } from "./lab/scenario.js";
import { eventuallyTrue } from "./lab/wait.js";

const block = (name: string, vrid: number, lines: readonly string[]): string => `
vrrp_instance ${name} {
  interface eth0
  virtual_router_id ${vrid}
  priority 100
  version 3
  advert_int 0.1
  virtual_ipaddress {
    10.9.0.${vrid}/24
  }
  ${lines.join("\n  ")}
}
`;

/** FIFOs lie where the daemon's other files do, which is known once it has been started. */
const conf = (directory: string, instances: readonly string[], globals: readonly string[] = []): string => `
global_defs {
  router_id topo
  notify_fifo ${directory}/all
  vrrp_notify_fifo ${directory}/vrrp
  ${globals.join("\n  ")}
}
${instances.join("")}`;

const A = block("A", 100, []);
const B = block("B", 101, ["notify_deleted"]);

topologySuite("notify FIFOs", () => {
  if (!kinds.includes("vipd") || !kinds.includes("keepalived")) return;

  it("get keepalived's lines: transitions, a deletion, the end", async () => {
    const [theirs, ours] = await Promise.all([lines("keepalived"), lines("vipd")]);
    for (const fifo of ["all", "vrrp"] as const) {
      // The order among instances that change at the same time is nobody's promise.
      expect(ofInstance(ours[fifo], "A")).to.deep.equal(ofInstance(theirs[fifo], "A"));
      expect(ofInstance(ours[fifo], "B")).to.deep.equal(ofInstance(theirs[fifo], "B"));
    }
    expect(ofInstance(ours.all, "B").at(-1)).to.equal('INSTANCE "B" DELETED 100');
    expect(ours.all.at(-1)).to.equal('INSTANCE "A" STOP 100');
  });

  it("tell a reader that comes late what was, and one that came back what it missed", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const { daemon, directory } = start(lab, "vipd");
      await untilMaster(lab, "a");
      const first = new Reader(join(directory, "all"));
      expect(await first.until('INSTANCE "A" MASTER 100')).to.deep.equal([
        'INSTANCE "A" BACKUP 100',
        'INSTANCE "A" MASTER 100',
      ]);
      first.close();
      await lab.host("a").ip("link set eth0 down");
      await daemon.inState("A", "FAULT");
      await lab.host("a").ip("link set eth0 up");
      await daemon.inState("A", "MASTER");
      const second = new Reader(join(directory, "all"));
      expect(await second.until('INSTANCE "A" MASTER 100')).to.deep.equal([
        'INSTANCE "A" FAULT 100',
        'INSTANCE "A" BACKUP 100',
        'INSTANCE "A" MASTER 100',
      ]);
      second.close();
      await daemon.sigterm();
    }));

  // keepalived 2.2.7 leaves masters out of these.
  it("get all states anew after a reload, with fifo_write_vrrp_states_on_reload", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const { directory } = lab.host("a");
      const text = conf(directory, [A], ["fifo_write_vrrp_states_on_reload"]);
      const daemon = lab.host("a").start({ kind: "vipd", conf: text });
      await daemon.inState("A", "MASTER");
      const reader = new Reader(join(directory, "all"));
      await reader.until('INSTANCE "A" MASTER 100');
      daemon.signal("SIGHUP");
      await reader.until('INSTANCE "A" MASTER 100', 2);
      reader.close();
    }));
});

const ofInstance = (all: readonly string[], name: string): readonly string[] =>
  all.filter((line) => line.includes(`"${name}"`));

function start(lab: Lab, kind: DaemonKind): { readonly daemon: Daemon; readonly directory: string } {
  const host = lab.host("a");
  const { directory } = host;
  return { daemon: host.start({ kind, conf: conf(directory, [A]) }), directory };
}

type Lines = Readonly<Record<"all" | "vrrp", readonly string[]>>;

async function lines(kind: DaemonKind): Promise<Lines> {
  let result: Lines = { all: [], vrrp: [] };
  await withLab({ hosts: ["a"] }, async (lab) => {
    const { directory } = lab.host("a");
    const daemon = lab.host("a").start({ kind, conf: conf(directory, [A, B]) });
    const open = (): Record<"all" | "vrrp", Reader> => ({
      all: new Reader(join(directory, "all")),
      vrrp: new Reader(join(directory, "vrrp")),
    });
    await daemon.inState("A", "MASTER");
    await daemon.inState("B", "MASTER");
    const before = open();
    for (const reader of Object.values(before)) {
      await reader.until('INSTANCE "A" MASTER 100');
      await reader.until('INSTANCE "B" MASTER 100');
    }
    writeFileSync(daemon.files.conf, conf(directory, [A]));
    const offset = daemon.log.length;
    daemon.signal("SIGHUP");
    // keepalived makes its FIFOs anew: a reader has to open them again, when that is done.
    if (kind === "keepalived") await daemon.loggedSince(offset, /Reload complete[^]*VRRP sockpool/);
    const after = kind === "keepalived" ? open() : before;
    for (const reader of Object.values(after)) await reader.until('INSTANCE "B" DELETED 100');
    await Promise.all([
      daemon.sigterm(),
      ...Object.values(after).map((reader) => reader.until('INSTANCE "A" STOP 100')),
    ]);
    const all = (fifo: "all" | "vrrp"): readonly string[] =>
      after === before ? before[fifo].lines : [...before[fifo].lines, ...after[fifo].lines];
    result = { all: all("all"), vrrp: all("vrrp") };
    for (const reader of [...Object.values(before), ...Object.values(after)]) reader.close();
  });
  return result;
}

/** Reads a FIFO without waiting for it. */
class Reader {
  readonly #fd: number;
  #text = "";
  #isOpen = true;

  constructor(path: string) {
    this.#fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  }

  get lines(): readonly string[] {
    return this.#text.split("\n").slice(0, -1);
  }

  /** Resolves with all lines when the line has come `count` times. */
  async until(line: string, count = 1): Promise<readonly string[]> {
    await eventuallyTrue(`the line ${line}`, () => {
      this.#read();
      return this.lines.filter((read) => read === line).length >= count;
    });
    return this.lines;
  }

  close(): void {
    if (this.#isOpen) closeSync(this.#fd);
    this.#isOpen = false;
  }

  #read(): void {
    const buffer = Buffer.alloc(65_536);
    try {
      const length = readSync(this.#fd, buffer);
      this.#text += buffer.toString("utf8", 0, length);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) throw error;
    }
  }
}
