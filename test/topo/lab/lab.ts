// A lab: hosts a, b, ... and a client, each a network namespace, joined by one bridge per segment. Everything it makes
// bears the pid of the test process in its name, so labs run side by side, and what a killed run left behind is found.
//
// KEEP_LAB=1 leaves the labs standing, with their daemons, and prints how to look into them; the next run without it
// clears them away. Choose one scenario with mocha's -g:
//
//   KEEP_LAB=1 npx mocha dist/test/topo/stop.test.js -g "SIGTERM of the backup"
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Capture } from "./capture.js";
import { runSyncQuietly } from "./commands.js";
import { type Attachment, Host } from "./host.js";
import { isRunning, signalIfThere } from "./processes.js";
import { Segment } from "./segment.js";
import { eventuallyTrue } from "./wait.js";

export interface Topology {
  readonly hosts?: readonly string[];
  /** How many LANs; host number h has 10.9.S.h/24 on ethS in segment S. */
  readonly segments?: number;
}

const REPORTED_LOG_LINES = 60;
const REPORTED_FRAMES = 100;
const PREFIX = "topo";
const openLabs = new Set<Lab>();
let labCount = 0;

export class Lab {
  readonly id: string;
  readonly directory: string;
  readonly segments: readonly Segment[];
  readonly hosts: readonly Host[];

  private constructor(topology: Topology) {
    this.id = `${PREFIX}${process.pid.toString(36)}x${labCount++}`;
    this.directory = mkdtempSync(join(tmpdir(), `${this.id}-`));
    chmodSync(this.directory, 0o755);
    const numbers = Array.from({ length: topology.segments ?? 1 }, (_, number) => number);
    this.segments = numbers.map((number) => new Segment(`lan${number}`, `${this.id}-lan${number}`));
    this.hosts = (topology.hosts ?? ["a", "b"]).map((name, index) => this.#planHost(name, index + 1));
  }

  /** Builds everything and waits until the captures listen. */
  static async create(topology: Topology = {}): Promise<Lab> {
    removeAbandonedLabs();
    const lab = new Lab(topology);
    openLabs.add(lab);
    await Promise.all(lab.segments.map((segment) => segment.create()));
    await Promise.all(lab.hosts.map((host) => host.create()));
    return lab;
  }

  #planHost(name: string, number: number): Host {
    const directory = join(this.directory, name);
    mkdirSync(directory, { mode: 0o755 });
    const attachments = this.segments.map((segment, index): Attachment => ({
      device: `eth${index}`,
      segment,
      mac: `02:00:00:00:0${index}:0${number}`,
      address: `10.9.${index}.${number}/24`,
    }));
    return new Host(name, `${this.id}-${name}`, directory, attachments);
  }

  host(name: string): Host {
    const host = this.hosts.find((candidate) => candidate.name === name);
    if (host === undefined) throw new Error(`the lab has no host ${name}`);
    return host;
  }

  get capture(): Capture {
    return this.captureOf(0);
  }

  captureOf(segment: number): Capture {
    const found = this.segments[segment];
    if (found === undefined) throw new Error(`the lab has no segment ${segment}`);
    return found.capture;
  }

  /** Names of the hosts that have the address configured now. */
  async holders(address: string): Promise<string[]> {
    const held = await Promise.all(this.hosts.map((host) => host.holds(address)));
    return this.hosts.filter((_, index) => held[index] === true).map((host) => host.name);
  }

  /** Waits until exactly these hosts have the address. */
  async untilHeldBy(address: string, names: readonly string[], withinMs?: number): Promise<void> {
    const wanted = names.join();
    const what = `${address} is held by ${wanted === "" ? "nobody" : wanted} alone`;
    await eventuallyTrue(what, async () => (await this.holders(address)).join() === wanted, withinMs);
  }

  /** Logs and captures, for the report of a failed test. */
  report(): string {
    const logs = this.hosts.flatMap((host) =>
      host.daemons.map(
        (daemon) =>
          `--- ${host.name}: ${daemon.files.log}\n${daemon.log.trimEnd().split("\n").slice(-REPORTED_LOG_LINES).join("\n")}`,
      ),
    );
    const captures = this.segments.map(
      (segment) => `--- capture of ${segment.name}\n${segment.capture.describe(REPORTED_FRAMES)}`,
    );
    return [...logs, ...captures].join("\n");
  }

  howToLook(): string {
    const shells = this.hosts.map((host) => `  ip netns exec ${host.namespace} bash`);
    return [`lab ${this.id} is kept; its files are in ${this.directory}`, ...shells].join("\n");
  }

  close(): void {
    openLabs.delete(this);
    for (const segment of this.segments) segment.stop();
    if (process.env["KEEP_LAB"] !== undefined) {
      for (const host of this.hosts) for (const daemon of host.daemons) daemon.release();
      process.stdout.write(`${this.howToLook()}\n`);
      return;
    }
    removeNamespaces([...this.hosts, ...this.segments].map(({ namespace }) => namespace));
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function removeNamespaces(names: readonly string[]): void {
  for (const name of names) {
    const pids = runSyncQuietly("ip", ["netns", "pids", name]).split("\n").filter(Boolean).map(Number);
    for (const pid of pids) signalIfThere(pid, "SIGKILL");
    runSyncQuietly("ip", ["netns", "delete", name]);
  }
}

let lookedForAbandoned = false;

/** Removes labs of test processes that were killed before they could do it themselves. */
function removeAbandonedLabs(): void {
  if (lookedForAbandoned || process.env["KEEP_LAB"] !== undefined) return;
  lookedForAbandoned = true;
  const names = runSyncQuietly("ip", ["netns", "list"])
    .split("\n")
    .map((line) => line.replace(/ .*/, ""));
  const abandoned = names.filter((name) => {
    const pid = new RegExp(`^${PREFIX}([0-9a-z]+)x[0-9]+-`).exec(name)?.[1];
    return pid !== undefined && !isRunning(Number.parseInt(pid, 36));
  });
  removeNamespaces(abandoned);
}

// Ctrl-C and an exit in the middle of a test leave nothing behind either.
process.on("exit", () => {
  for (const lab of openLabs) lab.close();
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
