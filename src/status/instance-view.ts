// From the engine's state to what the status socket shows of one instance.
import { formatIp } from "../base/ip.js";
import { formatMac } from "../base/mac.js";
import { type Instant, instant } from "../base/time.js";
import { masterDownInterval } from "../vrrp/election.js";
import { isFiltered } from "../vrrp/footing.js";
import { type Member, trackerReport } from "../vrrp/member.js";
import type {
  AdvertDestination,
  ImpossibleInstance,
  RoutingItem,
  VirtualAddress,
  VirtualLink,
  VirtualRouterParams,
} from "../vrrp/params.js";
import { addressText } from "../vrrp/perform.js";
import { noStatistics } from "../vrrp/statistics.js";
import type { Upkeep } from "../vrrp/upkeep.js";
import { nextDue } from "../vrrp/virtual-router.js";
import { type Link, isDuplicate, isTentative } from "../wire/link.js";
import { type World, findAddress, interfaceOf, isPresent, linkOf } from "../vrrp/world.js";
import type { AddressView, InstanceView, PeerView, RoutingView, TrackerView, VirtualLinkView } from "./views.js";

export function viewInstance({ router, routing }: Member, world: World): InstanceView {
  const { params, phase, heard } = router;
  const masterInterval = phase.state === "backup" ? phase.masterAdverInterval : params.advertisementInterval;
  const due = nextDue(router);
  return {
    name: params.name,
    state: phase.state,
    since: router.since,
    reason: router.reason,
    faults: router.causes,
    ...(params.interfaceName !== undefined && { interfaceName: params.interfaceName }),
    vrid: params.vrid,
    version: params.version,
    family: params.family,
    basePriority: params.priority,
    effectivePriority: router.priority,
    destinations: destinationTexts(params.destination),
    ...(router.source !== undefined && { sourceAddress: formatIp(router.source) }),
    advertisementIntervalMicros: params.advertisementInterval,
    masterAdvertisementIntervalMicros: masterInterval,
    masterDownIntervalMicros: masterDownInterval(params, router.priority, masterInterval),
    preempt: params.preemptMode,
    preemptDelayMicros: params.preemptDelay,
    ...(heard !== undefined && phase.state !== "master" && { master: viewPeer(heard) }),
    ...(due !== undefined && { nextDeadline: due }),
    addresses: [
      ...params.addresses.map((address) => viewAddress(address, params, false, world)),
      ...params.excludedAddresses.map((address) => viewAddress(address, params, true, world)),
    ],
    ...(params.virtualLinks.length > 0 && { virtualLinks: params.virtualLinks.map((link) => viewLink(link, world)) }),
    ...(isFiltered(params) && { filtered: viewFilter(world) }),
    routing: params.routing.map((item) => viewItem(item, routing)),
    trackers: params.trackers.map((tracker): TrackerView => {
      const report = trackerReport(tracker, world);
      if (report === undefined) return tracker;
      const { up, value } = report;
      return { ...tracker, up, ...(value !== undefined && { value }) };
    }),
    ...(params.syncGroup !== undefined && { syncGroup: params.syncGroup }),
    statistics: router.statistics,
  };
}

function viewLink({ name, baseName, form }: VirtualLink, { linksByName }: World): VirtualLinkView {
  const link = linksByName.get(name);
  return {
    name,
    baseName,
    ...(form.kind === "macvlan" && { mac: formatMac(form.mac) }),
    state: link === undefined ? "missing" : link.enabled ? "on" : "off",
  };
}

const viewFilter = ({ filterRefusal }: World): { readonly trouble?: string } =>
  filterRefusal === undefined ? {} : { trouble: filterRefusal };

const destinationTexts = (destination: AdvertDestination): readonly string[] =>
  destination.kind === "multicast"
    ? [formatIp(destination.group)]
    : destination.peers.map(({ address }) => formatIp(address));

const viewPeer = (heard: {
  readonly address: Parameters<typeof formatIp>[0];
  readonly priority: number;
  readonly lastHeard: Instant;
}): PeerView => ({ address: formatIp(heard.address), priority: heard.priority, lastHeard: heard.lastHeard });

function viewAddress(
  address: VirtualAddress,
  params: VirtualRouterParams,
  excluded: boolean,
  world: World,
): AddressView {
  const link = linkOf(world, address, params);
  return {
    address: addressText(address),
    interfaceName: interfaceOf(address, params) ?? "",
    excluded,
    present: link !== undefined && isPresent(world, address, link),
    ...detectionOf(address, link, world),
  };
}

export function viewItem({ name }: RoutingItem, { states }: Upkeep): RoutingView {
  const known = states.get(name);
  if (known === undefined || known.state === "lost") return { item: name, present: false };
  if (known.state === "set") return { item: name, present: true };
  const trouble =
    known.state === "waiting" ? `there is no interface ${known.interfaceName}` : `the kernel refuses it: ${known.code}`;
  return { item: name, present: false, trouble };
}

function detectionOf({ prefix }: VirtualAddress, link: Link | undefined, world: World): Pick<AddressView, "detection"> {
  const known = link === undefined ? undefined : findAddress(world, prefix.address, link);
  if (known === undefined) return {};
  return isDuplicate(known) ? { detection: "duplicate" } : isTentative(known) ? { detection: "tentative" } : {};
}

/** An instance that the configuration makes impossible still has a line, with the reason. */
export const viewImpossible = (
  { name, interfaceName, vrid, reason }: ImpossibleInstance,
  at: Instant,
): InstanceView => {
  const causes = [{ kind: "configuration", reason }] as const;
  return {
    name,
    state: "fault",
    since: instant(at),
    reason: { code: "fault", causes },
    faults: causes,
    ...(interfaceName !== undefined && { interfaceName }),
    vrid: vrid ?? 0,
    version: 2,
    family: 4,
    basePriority: 0,
    effectivePriority: 0,
    destinations: [],
    advertisementIntervalMicros: 0,
    masterAdvertisementIntervalMicros: 0,
    masterDownIntervalMicros: 0,
    preempt: false,
    preemptDelayMicros: 0,
    addresses: [],
    routing: [],
    trackers: [],
    statistics: noStatistics,
  };
};
