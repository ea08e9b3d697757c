// The configuration as it is written, word for word, before anything is derived from it. `lower` turns it into what the
// engines are told; no engine sees these types.
import type { Identity } from "../base/command.js";
import type { IpAddress } from "../base/ip.js";
import type { Micros } from "../base/time.js";
import type { VirtualAddress, VrrpVersion } from "../vrrp/params.js";
import type {
  GarpGroupConf,
  InterfaceDelayConf,
  LinkbeatConf,
  RouteConf,
  RuleConf,
  StaticAddressConf,
} from "./conf-network.js";
import type { BfdProcessConf, NetworkConf, ServiceConf } from "./conf-global.js";
import type { LvsConf, LvsGlobalsConf } from "./lvs-conf.js";
import type { Section } from "./table.js";
import type { Word } from "./source.js";

/** A program with its arguments, and who it runs as where the line says so. */
export interface ScriptConf {
  readonly argv: readonly string[];
  /** Absent: as `script_user` has it. */
  readonly identity?: Identity;
  readonly at: Word;
}

/** Times and numbers of gratuitous ARP; absent: as the level above has it. */
export interface GarpConf {
  garpMasterDelay?: Micros;
  garpMasterRepeat?: number;
  garpMasterRefresh?: Micros;
  garpMasterRefreshRepeat?: number;
  garpLowerPrioDelay?: Micros;
  garpLowerPrioRepeat?: number;
}

/** What an instance takes from global_defs where it says nothing itself. */
export interface InheritedConf extends GarpConf {
  version?: VrrpVersion;
  downTimerAdverts?: number;
  lowerPrioNoAdvert?: boolean;
  higherPrioSendAdvert?: boolean;
  ownerIgnoreAdverts?: boolean;
  skipCheckAdvAddr?: boolean;
  v3ChecksumAsV2?: boolean;
  strict?: boolean;
  garpExtraInterface?: ExtraGarpConf;
  checkUnicastSource?: boolean;
  notifyPriorityChanges?: boolean;
}

/** Gratuitous ARP on other interfaces that hold virtual addresses. */
export interface ExtraGarpConf {
  readonly period: Micros;
  /** On interfaces without a virtual MAC as well. */
  readonly all: boolean;
}

export interface GlobalConf extends InheritedConf, ServiceConf, NetworkConf, BfdProcessConf, LvsGlobalsConf {
  routerId?: string;
  garpInterval: Micros;
  gnaInterval: Micros;
  minGarp?: boolean;
  startupDelay: Micros;
  mcastGroup4: IpAddress;
  nice: number;
  noSwap: boolean;
  rtPriority?: number;
  rlimitRttime?: Micros;
  cpuAffinity: readonly number[];
  scriptUser?: Identity;
  enableScriptSecurity: boolean;
  umask?: number;
  dynamicInterfaces: boolean;
  defaultInterface?: string;
  logUnknownVrids: boolean;
  stateDumpFile?: string;
  /** What include lines insist on; the preprocessor has already acted on it. */
  includeCheck: readonly string[];
}

export interface AuthenticationConf {
  type?: "PASS" | "AH";
  password?: string;
}

/** `virtual_ipaddress` and its like: the address, and where its line is. */
export interface AddressConf {
  readonly address: VirtualAddress;
  /** It is to have a virtual MAC address of its own. */
  readonly useVmac: boolean;
  readonly at: Word;
}

/** An address alone. */
export interface AddressWord {
  readonly address: IpAddress;
  readonly at: Word;
}

/** A line of `unicast_peer`. */
export interface PeerConf extends AddressWord {
  /** Fewest and most hops to live an advertisement of it may have left. */
  readonly minTtl?: number;
  readonly maxTtl?: number;
}

/** A line of `track_interface`, `track_script` and the like. */
export interface TrackConf {
  readonly name: string;
  /** Absent: that of what is tracked. */
  readonly weight?: number;
  readonly reverse?: boolean;
  readonly at: Word;
  readonly order: number;
}

export interface AuthHmacConf {
  keys: HmacKeyConf[];
  activeKey?: number;
  timeWindow?: Micros;
  antiReplay?: "time" | "monotonic";
  mode?: "enforce" | "permissive" | "receive-only";
}

export interface HmacKeyConf {
  readonly id: number;
  readonly key:
    | { readonly kind: "text"; readonly text: string }
    | { readonly kind: "octets"; readonly octets: readonly number[] }
    | { readonly kind: "file"; readonly path: string };
  readonly at: Word;
}

/** `use_vmac` and `use_ipvlan`. */
export interface VirtualInterfaceConf {
  readonly name?: string;
  readonly mac?: readonly number[];
  readonly address?: IpAddress;
  readonly mode?: "bridge" | "private" | "vepa";
  readonly netlinkNotify: boolean;
  readonly group?: number;
}

/** The notify scripts of an instance; a sync group has all but the last. */
export interface NotifyConf {
  notify?: ScriptConf;
  notifyMaster?: ScriptConf;
  notifyBackup?: ScriptConf;
  notifyFault?: ScriptConf;
  notifyStop?: ScriptConf;
  notifyMasterRxLowerPri?: ScriptConf;
}

export interface InstanceConf extends InheritedConf, NotifyConf {
  readonly name: string;
  state?: "MASTER" | "BACKUP";
  interfaceName?: string;
  virtualRouterId?: number;
  priority?: number;
  advertInt?: Micros;
  preempt: boolean;
  preemptDelay: Micros;
  authentication?: Section<AuthenticationConf>;
  addresses: AddressConf[];
  excludedAddresses: AddressConf[];
  noVirtualIpaddress: boolean;
  trackInterfaces: TrackConf[];
  trackScripts: TrackConf[];
  trackFiles: TrackConf[];
  trackProcesses: TrackConf[];
  trackBfds: TrackConf[];
  routes: RouteConf[];
  rules: RuleConf[];
  authHmac?: Section<AuthHmacConf>;
  useVmac?: VirtualInterfaceConf;
  useIpvlan?: VirtualInterfaceConf;
  useVmacAddresses?: boolean;
  vmacXmitBase?: boolean;
  vrf?: string;
  unicastFaultNoPeer?: boolean;
  oldUnicastChecksum?: boolean;
  nativeIpv6?: boolean;
  unicastTtl?: number;
  timerExpiredBackup?: number;
  kernelReceiveBuffer?: number;
  promoteSecondaries?: boolean;
  linkbeatPolling?: boolean;
  accept?: boolean;
  notifyDeleted?: ScriptConf | "report";
  smtpAlert?: boolean;
  lvsSyncDaemonInterface?: string;
  mcastSrcIp?: IpAddress;
  mcastDstIp?: IpAddress;
  trackSrcIp: boolean;
  dontTrackPrimary: boolean;
  debug?: number;
  unicastPeers: PeerConf[];
}

export interface VrrpScriptConf {
  readonly name: string;
  script?: ScriptConf;
  interval: Micros;
  /** Absent: `interval`. */
  timeout?: Micros;
  weight: TrackWeight;
  rise: number;
  fall: number;
  identity?: Identity;
  initFail: boolean;
}

export interface TrackWeight {
  readonly weight: number;
  readonly reverse: boolean;
}

/** `track_file` and its old name `vrrp_track_file`. */
export interface TrackFileConf {
  readonly name: string;
  path?: string;
  weight: TrackWeight;
  initFile?: { readonly value: number; readonly overwrite: boolean };
}

export interface TrackProcessConf {
  readonly name: string;
  /** The program, and its arguments where they count. */
  process?: readonly string[];
  paramMatch?: "exact" | "initial" | "partial";
  weight: TrackWeight;
  quorum: number;
  quorumMax?: number;
  forkDelay: Micros;
  terminateDelay: Micros;
  fullCommand: boolean;
}

export interface BfdConf {
  readonly name: string;
  neighbor?: IpAddress;
  source?: IpAddress;
  minRx: Micros;
  minTx: Micros;
  idleTx: Micros;
  multiplier: number;
  passive: boolean;
  ttl?: number;
  maxHops?: number;
  multihop: boolean;
  weight: TrackWeight;
  vrrp: boolean;
  checker: boolean;
}

export interface MemberWord {
  readonly name: string;
  readonly at: Word;
}

export interface SyncGroupConf extends Omit<NotifyConf, "notifyMasterRxLowerPri"> {
  readonly name: string;
  members: MemberWord[];
  trackInterfaces: TrackConf[];
  trackScripts: TrackConf[];
  trackFiles: TrackConf[];
  trackProcesses: TrackConf[];
  trackBfds: TrackConf[];
  smtpAlert?: boolean;
  globalTracking: boolean;
  trackingWeight: boolean;
  notifyPriorityChanges?: boolean;
}

export interface TrackGroupConf {
  readonly name: string;
  members: MemberWord[];
}

export interface RootConf extends LvsConf {
  readonly globals: Section<GlobalConf>;
  /** By name, in configuration order. */
  readonly instances: Map<string, Section<InstanceConf>>;
  readonly scripts: Map<string, Section<VrrpScriptConf>>;
  readonly syncGroups: Map<string, Section<SyncGroupConf>>;
  readonly trackGroups: Map<string, Section<TrackGroupConf>>;
  readonly trackFiles: Map<string, Section<TrackFileConf>>;
  readonly trackProcesses: Map<string, Section<TrackProcessConf>>;
  readonly bfds: Map<string, Section<BfdConf>>;
  readonly garpGroups: Section<GarpGroupConf>[];
  staticAddresses: StaticAddressConf[];
  staticRoutes: RouteConf[];
  staticRules: RuleConf[];
  linkbeatInterfaces: LinkbeatConf[];
  interfaceDelays: InterfaceDelayConf[];
  netNamespace?: string;
  /** Empty: the namespace vipd is started in. */
  netNamespaceIpvs?: string;
  namespaceWithIpsets?: boolean;
  instanceName?: string;
  usePidDirectory?: boolean;
  linkbeatPolling?: boolean;
  childWait: Micros;
}
