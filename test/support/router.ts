// A VRRP router at work without a host: events in, effects written down.
import { ip } from "../../src/base/ip.js";
import { parseMac } from "../../src/base/mac.js";
import type { Instant } from "../../src/base/time.js";
import type { RouterEffect } from "../../src/vrrp/effects.js";
import type { Resumption, RouterEvent } from "../../src/vrrp/events.js";
import { type VirtualRouterParams, type VrrpRouterParams, noRouterParams } from "../../src/vrrp/params.js";
import { nextDue, step } from "../../src/vrrp/router-machine.js";
import { type VrrpRouter, newVrrpRouter } from "../../src/vrrp/vrrp-router.js";
import type { Link, LinkAddress } from "../../src/wire/link.js";
import { encodeIpv4 } from "../../src/wire/ipv4.js";
import { type Advertisement, encodeAdvertisement } from "../../src/wire/vrrp.js";
import { T0 } from "./vrrp.js";

export const link = (index: number, name: string, options: Partial<Link> = {}): Link => {
  const mac = parseMac(`02:00:00:00:00:0${index}`);
  return {
    index,
    name,
    enabled: options.up ?? true,
    up: true,
    loopback: false,
    arp: true,
    mtu: 1500,
    ...(mac !== undefined && { mac }),
    ...options,
  };
};

export const linkAddress = (interfaceIndex: number, text: string): LinkAddress => {
  const [host = "", length = "32"] = text.split("/");
  return { interfaceIndex, prefix: { address: ip(host), length: Number(length) }, scope: 0, flags: 0 };
};

export const routerParams = (
  instances: readonly VirtualRouterParams[],
  options: Partial<VrrpRouterParams> = {},
): VrrpRouterParams => ({
  ...noRouterParams,
  instances,
  ...options,
});

export const fromPeer = (
  advert: Advertisement,
  options: { source?: string; interfaceIndex?: number; ttl?: number } = {},
): RouterEvent => {
  const source = ip(options.source ?? "10.0.0.1");
  const destination = ip("224.0.0.18");
  const payload = encodeAdvertisement(advert, advert.version === 3 ? { source, destination } : undefined);
  const header = { source, destination, protocol: 112, ttl: options.ttl ?? 255, identification: 1 };
  return {
    kind: "datagram",
    socket: { interfaceIndex: options.interfaceIndex ?? 2, local: destination },
    bytes: encodeIpv4(header, payload),
  };
};

export class RouterBench {
  state: VrrpRouter = newVrrpRouter();
  now: Instant = T0;
  readonly log: RouterEffect[] = [];

  /** eth0 (index 2, 10.0.0.2) and eth1 (index 3, 10.1.0.2), both up. */
  constructor(instances: readonly VirtualRouterParams[], resume: readonly Resumption[] = []) {
    this.give({
      kind: "resync",
      links: [link(2, "eth0"), link(3, "eth1")],
      addresses: [linkAddress(2, "10.0.0.2/24"), linkAddress(3, "10.1.0.2/24")],
    });
    this.give({ kind: "configure", params: routerParams(instances), resume });
  }

  /** Delivers an event and gives back what it caused. */
  give(event: RouterEvent): readonly RouterEffect[] {
    const stepped = step(this.state, event, this.now);
    this.state = stepped.state;
    this.log.push(...stepped.effects);
    return stepped.effects;
  }

  /** Jumps to the next deadline and delivers the timeout. */
  wake(): readonly RouterEffect[] {
    const due = nextDue(this.state);
    if (due === undefined) throw new Error("no deadline to wait for");
    if (due > this.now) this.now = due;
    return this.give({ kind: "timeout" });
  }

  /** Lets time pass, serving every deadline. */
  runUntil(end: Instant): void {
    for (let due = nextDue(this.state); due !== undefined && due <= end; due = nextDue(this.state)) this.wake();
    this.now = end;
  }

  stateOf(name = "VI_1"): string {
    return this.state.members.find((member) => member.router.params.name === name)?.router.phase.state ?? "absent";
  }

  member(name = "VI_1"): VrrpRouter["members"][number] {
    const member = this.state.members.find((candidate) => candidate.router.params.name === name);
    if (member === undefined) throw new Error(`no instance ${name}`);
    return member;
  }
}

/** The kinds of effects, transitions spelt out. */
export const kinds = (effects: readonly RouterEffect[]): string[] =>
  effects.map((effect) => {
    if (effect.kind === "transition") return `${effect.from}>${effect.to}`;
    if (effect.kind === "complain") return `complain ${effect.about.kind}`;
    return effect.kind;
  });
