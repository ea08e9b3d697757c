// A virtual LAN in virtual time: hosts run the real VRRP router, a kernel that tells of its addresses a moment later,
// and faults that one seed decides. `run` jumps from deadline to deadline.
import { type IpAddress, formatIp, formatPrefix, sameIp } from "../../src/base/ip.js";
import { type Prng, prng } from "../../src/base/prng.js";
import { type Instant, type Micros, after, instant, micros, millis } from "../../src/base/time.js";
import { journalLine } from "../../src/process/journal.js";
import type { RouterEffect, SocketIdentity } from "../../src/vrrp/effects.js";
import type { RouterEvent } from "../../src/vrrp/events.js";
import { nextDue, step } from "../../src/vrrp/router-machine.js";
import { socketName } from "../../src/vrrp/sockets.js";
import { type VrrpRouter, newVrrpRouter } from "../../src/vrrp/vrrp-router.js";
import { vrrpParams } from "../support/conf.js";
import { link, linkAddress } from "../support/router.js";

/** What can go wrong, as probabilities per packet and spans. */
export interface Faults {
  /** 0..1 */
  readonly loss: number;
  readonly duplicate: number;
  readonly maxDelay: Micros;
  /** Probability, per second and host, that its event loop stands still, and for how long at most. */
  readonly stall: number;
  readonly maxStall: Micros;
  /** Probability, per second, that the LAN is cut between two hosts, and for how long at most. */
  readonly cut: number;
  readonly maxCut: Micros;
  /** Probability, per second and host, that somebody deletes a virtual address. */
  readonly meddling: number;
}

export const noFaults: Faults = {
  loss: 0,
  duplicate: 0,
  maxDelay: micros(200),
  stall: 0,
  maxStall: micros(0),
  cut: 0,
  maxCut: micros(0),
  meddling: 0,
};

interface Delivery {
  readonly at: Instant;
  readonly host: SimHost;
  readonly event: RouterEvent;
}

export class SimHost {
  router: VrrpRouter = newVrrpRouter();
  alive = true;
  /** Virtual addresses that the kernel has, by text. */
  readonly kernel = new Map<string, number>();
  readonly journal: string[] = [];
  readonly transitions: string[] = [];
  /** Open VRRP sockets, by name. */
  readonly sockets = new Map<string, SocketIdentity>();
  stalledUntil: Instant = instant(0);

  readonly name: string;
  /** The end of its own addresses, 10.0.0.x and fe80::x. */
  readonly index: number;
  private readonly world: World;

  constructor(name: string, index: number, world: World) {
    this.name = name;
    this.index = index;
    this.world = world;
  }

  give(event: RouterEvent): void {
    const { now } = this.world;
    this.journal.push(journalLine(now, event));
    const stepped = step(this.router, event, now);
    this.router = stepped.state;
    for (const effect of stepped.effects) this.perform(effect);
  }

  /** The instances that are master here. */
  masters(): string[] {
    return this.router.members.flatMap(({ router }) => (router.phase.state === "master" ? [router.params.name] : []));
  }

  private perform(effect: RouterEffect): void {
    switch (effect.kind) {
      case "transmit":
        this.world.carry(this, effect.destination, effect.datagram);
        break;
      case "installAddresses":
      case "removeAddresses": {
        const adds = effect.kind === "installAddresses";
        for (const { interfaceIndex, address } of effect.addresses) {
          const text = formatPrefix(address.prefix);
          const changed = adds ? !this.kernel.has(text) : this.kernel.has(text);
          if (adds) this.kernel.set(text, interfaceIndex);
          else this.kernel.delete(text);
          if (changed) this.tellOfAddress(adds ? "addressAdded" : "addressRemoved", text, interfaceIndex);
        }
        break;
      }
      case "transition":
        this.transitions.push(`${effect.instance} ${effect.from}>${effect.to}`);
        break;
      case "stopListening":
        this.sockets.delete(socketName(effect.socket));
        break;
      case "listen":
        this.sockets.set(socketName(effect.socket), effect.socket);
        this.world.schedule(this, { kind: "listening", socket: effect.socket }, micros(0));
        break;
      default:
        break;
    }
  }

  /** Kernel notifications arrive after the fact. */
  tellOfAddress(kind: "addressAdded" | "addressRemoved", text: string, interfaceIndex: number): void {
    this.world.schedule(this, { kind, address: linkAddress(interfaceIndex, text) }, micros(100));
  }
}

export type Invariant = (world: World) => string | undefined;

export class World {
  now: Instant = instant(1_000_000);
  readonly hosts: SimHost[] = [];
  private readonly random: Prng;
  private deliveries: Delivery[] = [];
  private cutUntil: Instant = instant(0);
  private cutOff: SimHost | undefined;
  private readonly invariants: Invariant[] = [];
  private nextFaultAt: Instant = after(this.now, millis(100));

  readonly seed: number;
  private faults: Faults;

  constructor(seed: number, faults: Faults = noFaults) {
    this.seed = seed;
    this.faults = faults;
    this.random = prng(seed);
  }

  /** A host with the text of its keepalived.conf. */
  host(name: string, conf: string): SimHost {
    const host = new SimHost(name, this.hosts.length + 1, this);
    this.hosts.push(host);
    this.boot(host, conf);
    return host;
  }

  /** Starts (or starts again, after a crash) the process of a host; what its predecessor left is in the kernel. */
  boot(host: SimHost, conf: string): void {
    host.alive = true;
    host.router = newVrrpRouter();
    host.sockets.clear();
    const leftOver = [...host.kernel].map(([text, index]) => linkAddress(index, text));
    host.give({
      kind: "resync",
      links: [link(2, "eth0")],
      addresses: [linkAddress(2, `10.0.0.${host.index}/24`), linkAddress(2, `fe80::${host.index}/64`), ...leftOver],
    });
    host.give({ kind: "configure", params: vrrpParams(conf), resume: [] });
  }

  crash(host: SimHost): void {
    host.alive = false;
    this.deliveries = this.deliveries.filter((delivery) => delivery.host !== host);
  }

  always(...invariants: readonly Invariant[]): void {
    this.invariants.push(...invariants);
  }

  heal(): void {
    this.faults = noFaults;
    this.cutUntil = this.now;
  }

  cut(host: SimHost, span: Micros): void {
    this.cutOff = host;
    this.cutUntil = after(this.now, span);
  }

  schedule(host: SimHost, event: RouterEvent, delay: Micros): void {
    this.deliveries.push({ at: after(this.now, delay), host, event });
  }

  /** To every socket that listens at the destination: a group's members, or the one host that has the address. */
  carry(from: SimHost, destination: IpAddress, datagram: Uint8Array): void {
    for (const host of this.hosts) {
      const socket = [...host.sockets.values()].find(({ local }) => sameIp(local, destination));
      if (host === from || !host.alive || socket === undefined) continue;
      if (this.now < this.cutUntil && (host === this.cutOff || from === this.cutOff)) continue;
      const copies = this.random.fraction() < this.faults.duplicate ? 2 : 1;
      for (let copy = 0; copy < copies; copy++) {
        if (this.random.fraction() < this.faults.loss) continue;
        const delay = micros(1 + this.random.below(this.faults.maxDelay + 1));
        this.schedule(host, { kind: "datagram", socket, bytes: datagram }, delay);
      }
    }
  }

  run(span: Micros): void {
    const end = after(this.now, span);
    for (let due = this.earliest(end); due !== undefined; due = this.earliest(end)) {
      this.now = due > this.now ? due : this.now;
      if (this.now >= this.nextFaultAt) this.misbehave();
      this.serve();
      for (const invariant of this.invariants) {
        const broken = invariant(this);
        if (broken !== undefined) throw new Error(`seed ${this.seed}, at ${this.now}: ${broken}`);
      }
    }
    this.now = end;
  }

  private earliest(end: Instant): Instant | undefined {
    let due: number = this.faults === noFaults ? Infinity : this.nextFaultAt;
    for (const { at, host } of this.deliveries) due = Math.min(due, Math.max(at, host.stalledUntil));
    for (const host of this.hosts) {
      const own = host.alive ? nextDue(host.router) : undefined;
      if (own !== undefined) due = Math.min(due, Math.max(own, host.stalledUntil));
    }
    return due <= end ? instant(due) : undefined;
  }

  /** Everything that is due now, packets before timers, as a loop that wakes late finds them. */
  private serve(): void {
    const ready = this.deliveries.filter(({ at, host }) => at <= this.now && host.stalledUntil <= this.now);
    const chosen = new Set(ready);
    this.deliveries = this.deliveries.filter((delivery) => !chosen.has(delivery));
    ready.sort((a, b) => a.at - b.at);
    for (const { host, event } of ready) if (host.alive) host.give(event);
    for (const host of this.hosts) {
      const due = host.alive && host.stalledUntil <= this.now ? nextDue(host.router) : undefined;
      if (due !== undefined && due <= this.now) host.give({ kind: "timeout" });
    }
  }

  /** Ten times a second the dice are thrown. */
  private misbehave(): void {
    this.nextFaultAt = after(this.now, millis(100));
    const { random, faults } = this;
    for (const host of this.hosts) {
      if (random.fraction() < faults.stall / 10) {
        host.stalledUntil = after(this.now, micros(random.below(faults.maxStall + 1)));
      }
      const [victim] = host.kernel;
      if (victim !== undefined && random.fraction() < faults.meddling / 10) {
        host.kernel.delete(victim[0]);
        host.tellOfAddress("addressRemoved", victim[0], victim[1]);
      }
    }
    if (random.fraction() < faults.cut / 10 && this.now >= this.cutUntil) {
      const host = this.hosts[random.below(this.hosts.length)];
      if (host !== undefined) this.cut(host, micros(random.below(faults.maxCut + 1)));
    }
  }
}

/** A virtual address is in the kernel exactly while its router is master (meddling and its repair aside). */
export const addressesFollowState: Invariant = (world) => {
  for (const host of world.hosts) {
    if (!host.alive) continue;
    const held = new Set<string>();
    for (const { router } of host.router.members) {
      if (router.phase.state !== "master") continue;
      for (const { prefix } of router.params.addresses) held.add(formatPrefix(prefix));
    }
    for (const text of host.kernel.keys()) if (!held.has(text)) return `${host.name} has ${text} and is not master`;
  }
  return undefined;
};

/** Members of a sync group are in one state, and the group knows which. */
export const groupsAgree: Invariant = (world) => {
  for (const host of world.hosts) {
    if (!host.alive) continue;
    for (const { machine, members } of host.router.groups) {
      const states = new Set(members.map((index) => host.router.members[index]?.router.phase.state));
      const text = [...states].join();
      if (text !== machine.state)
        return `${host.name}: group ${machine.params.name} is ${machine.state}, its members ${text}`;
    }
  }
  return undefined;
};

/** Every transition of an instance begins where the one before ended. */
export const transitionsChain: Invariant = (world) => {
  for (const host of world.hosts) {
    const last = new Map<string, string>();
    for (const line of host.transitions) {
      const [name = "", change = ""] = line.split(" ");
      const [from = "", to = ""] = change.split(">");
      const before = last.get(name);
      if (before !== undefined && before !== from && from !== "initialize")
        return `${host.name}: ${before}, then ${line}`;
      last.set(name, to);
    }
  }
  return undefined;
};

/** To be checked after quiet: exactly one master an instance, and it has all its addresses. */
export const oneMaster: Invariant = (world) => {
  const names = new Set(world.hosts.flatMap((host) => host.router.members.map(({ router }) => router.params.name)));
  for (const name of names) {
    const masters = world.hosts.filter((host) => host.alive && host.masters().includes(name));
    const [only] = masters;
    if (masters.length !== 1 || only === undefined)
      return `${name}: masters ${masters.map((host) => host.name).join(", ")}`;
    const params = only.router.members.find(({ router }) => router.params.name === name)?.router.params;
    for (const { prefix } of params?.addresses ?? []) {
      if (!only.kernel.has(formatPrefix(prefix))) return `${only.name} is master without ${formatIp(prefix.address)}`;
    }
  }
  return undefined;
};
