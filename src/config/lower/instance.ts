// A vrrp_instance as the engine is told about it: settings inherited, defaults filled in, contradictions resolved and
// named (language rules of keepalived.conf(5); RFC 3768 and RFC 5798 for the limits of both versions).
import type { IpFamily } from "../../base/ip.js";
import { micros, toSeconds, type Micros } from "../../base/time.js";
import type { ImpossibleInstance, VirtualAddress, VirtualRouterParams, VrrpVersion } from "../../vrrp/params.js";
import type { GlobalConf, InstanceConf } from "../conf.js";
import { DEFAULT_ADVERT_INTERVAL } from "../keywords/vrrp-instance.js";
import { placeOf, type Scope, type Section } from "../table.js";
import { familyOf, lowerAddresses } from "./addresses.js";
import { lowerAnnounce } from "./announce.js";
import { lowerAuthentication } from "./authentication.js";
import { lowerChecksum } from "./checksum.js";
import { checkPeers, lowerDestination, ofFamily, sourceKeyword } from "./destination.js";
import { DEFAULT_INTERFACE } from "./network.js";
import { findObstacle } from "./obstacles.js";
import { trackersOfMember, type LoweredGroup } from "./groups.js";
import { lowerRouting } from "./routing.js";
import { lowerTrackers, type Trackable } from "./trackers.js";
import { lowerVirtualLinks, type LinkNames } from "./virtual-links.js";

export type LoweredInstance =
  | { readonly possible: true; readonly params: VirtualRouterParams }
  | { readonly possible: false; readonly impossible: ImpossibleInstance };

const OWNER_PRIORITY = 255;
const DEFAULT_PRIORITY = 100;
const MICROS_PER_SECOND = 1_000_000;
const CENTISECOND = 10_000;
/** Twelve bits of centiseconds (RFC 5798 §5.2.7). */
const MAX_V3_INTERVAL = 4095 * CENTISECOND;

export function lowerInstance(
  instance: Section<InstanceConf>,
  globals: GlobalConf,
  trackable: Trackable,
  group: LoweredGroup | undefined,
  names: LinkNames,
  scope: Scope,
): LoweredInstance {
  const { conf } = instance;
  const family = familyOf(instance);
  const version = versionOf(instance, globals, family, scope);
  const strict = conf.strict ?? globals.strict ?? false;
  const links = lowerVirtualLinks(instance, globals, { family, strict, names }, scope);
  const addresses = lowerAddresses(instance, family, version, links, scope);
  checkPeers(instance, family, scope);
  const obstacle = findObstacle(instance, globals, { version, strict, addresses }, scope);
  if (obstacle !== undefined) return { possible: false, impossible: impossible(conf, obstacle) };
  const { interfaceName, virtualRouterId: vrid } = conf;
  if (vrid === undefined) return { possible: false, impossible: impossible(conf, "it has no virtual_router_id") };
  const { priority, startAs: wanted } = stateOf(instance, strict, scope);
  const isAuthenticated = version === 2 && conf.authentication?.conf.type === "AH";
  const startAs = isAuthenticated ? "backup" : wanted;
  const isAddressOwner = priority === OWNER_PRIORITY;
  if (wanted !== startAs) {
    scope.report.add(
      "adjusted",
      placeOf(instance, "state"),
      `${conf.name} cannot start as master with auth_type AH; it starts as backup`,
      "write state BACKUP, or auth_type PASS",
    );
  }
  const { preemptMode, preemptDelay } = preemption(instance, startAs === "master" || isAddressOwner, strict, scope);
  const giveWayTo = lowerGiveWay(instance, preemptMode, scope);
  if (strict) reportStrict(instance, scope);
  const source = ofFamily(instance, conf.mcastSrcIp, sourceKeyword(instance), family, scope) ?? links.source;
  const destination = lowerDestination(instance, family, globals, scope);
  const interval = advertisementInterval(instance, version, scope);
  const params: VirtualRouterParams = {
    name: conf.name,
    ...(interfaceName !== undefined && { interfaceName }),
    vrid,
    version,
    family,
    priority,
    advertisementInterval: interval,
    startAs,
    preemptMode,
    preemptDelay,
    downTimerAdverts: strict ? 3 : (conf.downTimerAdverts ?? globals.downTimerAdverts ?? 3),
    addresses: placed(addresses.announced, interfaceName, globals),
    excludedAddresses: placed(addresses.excluded, interfaceName, globals),
    routing: lowerRouting(conf.routes, conf.rules, scope),
    destination,
    virtualLinks: links.virtualLinks,
    ...(links.ownLink !== undefined && { ownLink: links.ownLink }),
    ...(links.advertMac !== undefined && { advertMac: links.advertMac }),
    acceptMode: acceptMode(instance, version, { strict, isAddressOwner }, scope),
    promoteSecondaries: conf.promoteSecondaries ?? false,
    ...(source !== undefined && { sourceAddress: source }),
    trackSourceAddress: conf.trackSrcIp && source !== undefined,
    trackPrimary: !conf.dontTrackPrimary,
    authentication: lowerAuthentication(instance, { version, family, strict, interval }, scope),
    checksum: lowerChecksum(conf, globals, family, version, destination.kind === "unicast"),
    announce: lowerAnnounce(instance, globals, strict, scope),
    lowerPriorityNoAdvert: strict || (conf.lowerPrioNoAdvert ?? globals.lowerPrioNoAdvert ?? false),
    ...(giveWayTo !== undefined && { giveWayToPriority: giveWayTo }),
    higherPrioritySendAdvert: !strict && (conf.higherPrioSendAdvert ?? globals.higherPrioSendAdvert ?? false),
    ownerIgnoreAdverts: isAddressOwner && (strict || (conf.ownerIgnoreAdverts ?? globals.ownerIgnoreAdverts ?? false)),
    skipAddressCheckOfSameSender: conf.skipCheckAdvAddr ?? globals.skipCheckAdvAddr ?? false,
    trackers: trackersOfMember(group, lowerTrackers(conf, trackable, isAddressOwner, scope)),
    ...(group !== undefined && { syncGroup: group.params.name }),
  };
  return { possible: true, params };
}

/** Without `interface`, an address that names none goes where static addresses go. */
const placed = (
  addresses: readonly VirtualAddress[],
  own: string | undefined,
  { defaultInterface = DEFAULT_INTERFACE }: GlobalConf,
): readonly VirtualAddress[] =>
  own !== undefined ? addresses : addresses.map((address) => ({ interfaceName: defaultInterface, ...address }));

const impossible = (conf: InstanceConf, reason: string): ImpossibleInstance => ({
  name: conf.name,
  ...(conf.interfaceName !== undefined && { interfaceName: conf.interfaceName }),
  ...(conf.virtualRouterId !== undefined && { vrid: conf.virtualRouterId }),
  reason,
});

function versionOf(
  instance: Section<InstanceConf>,
  globals: GlobalConf,
  family: IpFamily,
  { report }: Scope,
): VrrpVersion {
  const written = instance.conf.version ?? globals.version;
  if (family === 4) return written ?? 2;
  if (instance.conf.version === 2) {
    report.add("adjusted", placeOf(instance, "version"), "IPv6 has no VRRP version 2; 3 is used", "write version 3");
  }
  return 3;
}

/** `state` and `priority` follow from each other where one is missing. */
function stateOf(
  instance: Section<InstanceConf>,
  strict: boolean,
  { report }: Scope,
): { readonly priority: number; readonly startAs: "master" | "backup" } {
  const { conf } = instance;
  const priority = conf.priority ?? (conf.state === "MASTER" ? OWNER_PRIORITY : DEFAULT_PRIORITY);
  const derived = priority === OWNER_PRIORITY ? "MASTER" : "BACKUP";
  const written = conf.state ?? derived;
  if (!strict || written === derived) return { priority, startAs: written === "MASTER" ? "master" : "backup" };
  report.add(
    "adjusted",
    placeOf(instance, "state"),
    `in strict mode a priority of ${priority} starts as ${derived}`,
    `write state ${derived}, or remove vrrp_strict`,
  );
  return { priority, startAs: derived === "MASTER" ? "master" : "backup" };
}

function preemption(
  instance: Section<InstanceConf>,
  startsAsMaster: boolean,
  strict: boolean,
  { report }: Scope,
): { readonly preemptMode: boolean; readonly preemptDelay: Micros } {
  const { conf } = instance;
  const ignore = (keyword: string, why: string, hint: string): void =>
    report.add("ignoredSetting", placeOf(instance, keyword), `${keyword} has no effect ${why}`, hint);
  const preemptMode = conf.preempt || startsAsMaster;
  if (preemptMode && !conf.preempt) ignore("nopreempt", "with state MASTER", "write state BACKUP on both routers");
  if (conf.preemptDelay === 0) return { preemptMode, preemptDelay: conf.preemptDelay };
  if (strict) ignore("preempt_delay", "in strict mode", "remove it, or remove vrrp_strict");
  else if (startsAsMaster) ignore("preempt_delay", "with state MASTER", "write state BACKUP");
  else if (!preemptMode) ignore("preempt_delay", "with nopreempt", "remove one of the two");
  else return { preemptMode, preemptDelay: conf.preemptDelay };
  return { preemptMode, preemptDelay: micros(0) };
}

/** Whoever preempts takes over again at once. */
function lowerGiveWay(instance: Section<InstanceConf>, preemptMode: boolean, { report }: Scope): number | undefined {
  const { timerExpiredBackup } = instance.conf;
  if (timerExpiredBackup === undefined || !preemptMode) return timerExpiredBackup;
  report.add(
    "ignoredSetting",
    placeOf(instance, "timer_expired_backup"),
    "timer_expired_backup has no effect without nopreempt",
    "write state BACKUP and nopreempt, or remove it",
  );
  return undefined;
}

/** What strict mode overrides, where an instance says otherwise itself. */
function reportStrict(instance: Section<InstanceConf>, { report }: Scope): void {
  const { conf } = instance;
  const overridden = [
    { keyword: "down_timer_adverts", is: (conf.downTimerAdverts ?? 3) !== 3 },
    { keyword: "lower_prio_no_advert", is: conf.lowerPrioNoAdvert === false },
    { keyword: "higher_prio_send_advert", is: conf.higherPrioSendAdvert === true },
  ];
  for (const { keyword, is } of overridden) {
    if (!is) continue;
    const message = `${keyword} is as the RFC has it in strict mode`;
    report.add("ignoredSetting", placeOf(instance, keyword), message, "remove it, or remove vrrp_strict");
  }
}

/** Version 2 carries whole seconds, version 3 centiseconds up to 40.95 s. */
function advertisementInterval(instance: Section<InstanceConf>, version: VrrpVersion, { report }: Scope): Micros {
  const written = instance.conf.advertInt ?? DEFAULT_ADVERT_INTERVAL;
  const unit = version === 2 ? MICROS_PER_SECOND : CENTISECOND;
  const rounded = Math.max(unit, Math.round(written / unit) * unit);
  const usable = micros(version === 3 ? Math.min(MAX_V3_INTERVAL, rounded) : rounded);
  if (usable !== written) {
    report.add(
      "adjusted",
      placeOf(instance, "advert_int"),
      `version ${version} cannot advertise every ${toSeconds(written)} s; ${toSeconds(usable)} s is used`,
      version === 2 ? "write whole seconds, or version 3" : "write 0.01 .. 40.95 in steps of 0.01",
    );
  }
  return usable;
}

/** RFC 5798 §6.1: Accept_Mode is for version 3 and decides about those that do not own the addresses. */
function acceptMode(
  instance: Section<InstanceConf>,
  version: VrrpVersion,
  { strict, isAddressOwner }: { readonly strict: boolean; readonly isAddressOwner: boolean },
  { report }: Scope,
): boolean {
  const { accept } = instance.conf;
  if (isAddressOwner) return true;
  if (!strict) return accept ?? true;
  if (accept !== true || version === 3) return accept ?? false;
  report.add(
    "adjusted",
    placeOf(instance, "accept"),
    "in strict mode version 2 accepts no packets to addresses of another router; accept is ignored",
    "write version 3, or remove vrrp_strict",
  );
  return false;
}
