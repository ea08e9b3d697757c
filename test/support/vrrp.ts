// Builders for virtual routers, so that a test names only what it is about.
import { ip } from "../../src/base/ip.js";
import { type Micros, instant, micros, millis, seconds } from "../../src/base/time.js";
import type { AnnounceParams, VirtualAddress, VirtualRouterParams } from "../../src/vrrp/params.js";
import type { VrrpEvent } from "../../src/vrrp/events.js";
import { type Phase, type VirtualRouter, newVirtualRouter } from "../../src/vrrp/virtual-router.js";
import type { Advertisement } from "../../src/wire/vrrp.js";

export const T0 = instant(1_000_000_000);
export const at = (offset: Micros): typeof T0 => instant(T0 + offset);
/** Whole or broken milliseconds after T0. */
export const ms = (milliseconds: number): typeof T0 => at(micros(Math.round(milliseconds * 1000)));

export const address = (text: string, options: Partial<VirtualAddress> = {}): VirtualAddress => {
  const [host = "", length = "32"] = text.split("/");
  return {
    prefix: { address: ip(host), length: Number(length) },
    scope: 0,
    home: false,
    nodad: false,
    manageTempAddress: false,
    noPrefixRoute: false,
    autoJoin: false,
    tracked: true,
    ...options,
  };
};

export const quiet: AnnounceParams = {
  repeat: 1,
  delay: micros(0),
  refresh: micros(0),
  refreshRepeat: 1,
  lowerPriorityRepeat: 1,
  lowerPriorityDelay: micros(0),
  extraPeriod: micros(0),
  extraEverywhere: false,
};

export const params = (options: Partial<VirtualRouterParams> = {}): VirtualRouterParams => ({
  name: "VI_1",
  interfaceName: "eth0",
  vrid: 51,
  version: 2,
  family: 4,
  priority: 100,
  advertisementInterval: seconds(1),
  startAs: "backup",
  preemptMode: true,
  preemptDelay: micros(0),
  downTimerAdverts: 3,
  addresses: [address("10.0.0.100/24")],
  excludedAddresses: [],
  routing: [],
  destination: { kind: "multicast", group: ip("224.0.0.18") },
  virtualLinks: [],
  acceptMode: true,
  promoteSecondaries: false,
  trackSourceAddress: false,
  trackPrimary: true,
  authentication: { type: "none" },
  checksum:
    options.version === 3
      ? { cover: "pseudoHeader", recognises: options.family === 6 ? [] : ["message"], adapts: options.family !== 6 }
      : { cover: "message", recognises: [], adapts: false },
  announce: quiet,
  lowerPriorityNoAdvert: false,
  higherPrioritySendAdvert: false,
  ownerIgnoreAdverts: false,
  skipAddressCheckOfSameSender: false,
  trackers: [],
  ...options,
});

export const OUR_ADDRESS = ip("10.0.0.2");
export const LOWER_ADDRESS = ip("10.0.0.1");
export const HIGHER_ADDRESS = ip("10.0.0.3");

/** A virtual router in a given phase, entered at T0, speaking from 10.0.0.2. */
export const routerIn = (phase: Phase, options: Partial<VirtualRouterParams> = {}): VirtualRouter => {
  const fresh = newVirtualRouter(params(options), T0);
  const causes = phase.state === "fault" ? [{ kind: "interfaceDown", interfaceName: "eth0" } as const] : [];
  return { ...fresh, source: OUR_ADDRESS, causes, phase };
};

export const backup = (masterDownAt = ms(3609)): Extract<Phase, { state: "backup" }> => ({
  state: "backup",
  masterAdverInterval: seconds(1),
  masterDownAt,
});

export const master = (adverAt = ms(1000)): Extract<Phase, { state: "master" }> => ({
  state: "master",
  adverAt,
  answerAgainAt: T0,
  announcements: [],
});

export const advert = (priority: number, options: Partial<Advertisement> = {}): Advertisement => ({
  version: 2,
  vrid: 51,
  priority,
  interval: seconds(1),
  addresses: [ip("10.0.0.100")],
  authType: 0,
  authData: [0, 0, 0, 0, 0, 0, 0, 0],
  ...options,
});

export const hears = (priority: number, from = HIGHER_ADDRESS, options: Partial<Advertisement> = {}): VrrpEvent => ({
  kind: "advertReceived",
  from,
  advert: advert(priority, options),
});

export { millis, seconds, micros };
