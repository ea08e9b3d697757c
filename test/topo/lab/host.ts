// One machine of a lab: a network namespace with an interface into each segment.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ip, ipBatch, run } from "./commands.js";
import { Daemon, type DaemonOptions } from "./daemon.js";
import type { Segment } from "./segment.js";
import { eventuallyTrue } from "./wait.js";

export interface Attachment {
  readonly device: string;
  readonly segment: Segment;
  readonly mac: string;
  /** Primary address with its prefix length. */
  readonly address: string;
}

export class Host {
  readonly name: string;
  readonly namespace: string;
  readonly directory: string;
  readonly attachments: readonly Attachment[];
  readonly daemons: Daemon[] = [];

  constructor(name: string, namespace: string, directory: string, attachments: readonly Attachment[]) {
    this.name = name;
    this.namespace = namespace;
    this.directory = directory;
    this.attachments = attachments;
  }

  async create(): Promise<void> {
    await ip(`netns add ${this.namespace}`);
    await Promise.all(
      this.attachments.map(({ segment, device, mac }) => segment.attach(this.name, this.namespace, device, mac)),
    );
    await ipBatch(this.namespace, [
      "link set lo up",
      ...this.attachments.flatMap(({ device, address }) => [
        `link set dev ${device} addrgenmode none`,
        `address add ${address} dev ${device}`,
        `link set dev ${device} up`,
      ]),
    ]);
  }

  /** Starts a daemon in the foreground; it is stopped and removed with the lab at the latest. */
  start(options: DaemonOptions): Daemon {
    const daemon = new Daemon(this.namespace, this.directory, this.daemons.length + 1, options);
    this.daemons.push(daemon);
    return daemon;
  }

  run(program: string, ...args: readonly string[]): Promise<string> {
    return run("ip", ["netns", "exec", this.namespace, program, ...args]);
  }

  /** `ip WORDS` inside the namespace. */
  ip(words: string): Promise<string> {
    return ip(`-n ${this.namespace} ${words}`);
  }

  /** A path in the host's directory. */
  path(name: string): string {
    return join(this.directory, name);
  }

  // Its links. "down" is the administrator's word on this host, "unplugged" is loss of carrier, "cut" is a switch that
  // forwards nothing any more while the carrier stays.

  linkDown(device = "eth0"): Promise<string> {
    return this.ip(`link set dev ${device} down`);
  }

  linkUp(device = "eth0"): Promise<string> {
    return this.ip(`link set dev ${device} up`);
  }

  unplug(device = "eth0"): Promise<void> {
    return this.#segment(device).setPort(this.name, "down");
  }

  plug(device = "eth0"): Promise<void> {
    return this.#segment(device).setPort(this.name, "up");
  }

  cut(device = "eth0"): Promise<void> {
    return this.#segment(device).setForwarding(this.name, false);
  }

  heal(device = "eth0"): Promise<void> {
    return this.#segment(device).setForwarding(this.name, true);
  }

  #segment(device: string): Segment {
    const attachment = this.attachments.find((candidate) => candidate.device === device);
    if (attachment === undefined) throw new Error(`host ${this.name} has no ${device}`);
    return attachment.segment;
  }

  // Its addresses.

  /** Addresses of both families, without prefix lengths, as often as they are configured. */
  async addresses(): Promise<string[]> {
    const all = [...(await this.prefixes()), ...(await this.ipv6Addresses())];
    return all.map((prefix) => prefix.replace(/\/.*/, ""));
  }

  /** IPv4 addresses with their prefix lengths, loopback left out. */
  async prefixes(): Promise<string[]> {
    const lines = await this.ip("-4 -oneline address show");
    return [...lines.matchAll(/ inet (\S+)/g)].map((match) => match[1] ?? "").filter((text) => text !== "127.0.0.1/8");
  }

  /** IPv6 addresses with their prefix lengths and what else `ip address` says of them, loopback left out. */
  async ipv6Addresses(): Promise<string[]> {
    const lines = await this.ip("-6 -oneline address show");
    return [...lines.matchAll(/ inet6 (\S+ [^\\]*)/g)]
      .map((match) => (match[1] ?? "").trim())
      .filter((text) => !text.startsWith("::1/"));
  }

  /** Gives every interface fe80::S:H/64 and 2001:db8:S::H/64 (segment, host number), usable at once. */
  async enableIpv6(): Promise<void> {
    const number = Number(this.attachments[0]?.address.split("/")[0]?.split(".").at(-1));
    await ipBatch(
      this.namespace,
      this.attachments.flatMap(({ device }, segment) => [
        `address add fe80::${segment}:${number}/64 dev ${device} nodad`,
        `address add 2001:db8:${segment}::${number}/64 dev ${device} nodad`,
      ]),
    );
  }

  async holds(address: string): Promise<boolean> {
    return (await this.addresses()).includes(address);
  }

  /** Waits until the address is configured here (or, with false, is not). */
  async untilHolds(address: string, held = true, withinMs?: number): Promise<void> {
    const what = `host ${this.name} ${held ? "holds" : "does not hold"} ${address}`;
    await eventuallyTrue(what, async () => (await this.holds(address)) === held, withinMs);
  }

  /** Processes that run in the namespace. */
  async processes(): Promise<number[]> {
    return (await ip(`netns pids ${this.namespace}`)).split("\n").filter(Boolean).map(Number);
  }

  /** What a daemon that has ended left: processes, addresses, pid files and sockets, in words. Empty when all is clean. */
  async leftovers(): Promise<string[]> {
    const own = new Set(this.attachments.map(({ address }) => address));
    const files = existsSync(this.directory) ? readdirSync(this.directory) : [];
    return [
      ...(await this.processes()).map((pid) => `process ${pid}`),
      ...(await this.prefixes()).filter((prefix) => !own.has(prefix)).map((prefix) => `address ${prefix}`),
      ...files.filter((name) => /\.(pid|sock)/.test(name)).map((name) => `file ${name}`),
    ];
  }
}
