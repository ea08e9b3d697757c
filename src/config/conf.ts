// The configuration as it is written, word for word, before anything is derived from it. `lower` turns it into what the
// engines are told; no engine sees these types.
import type { Identity } from "../base/command.js";
import type { IpAddress } from "../base/ip.js";
import type { Micros } from "../base/time.js";
import type { VirtualAddress, VrrpVersion } from "../vrrp/params.js";
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
}

export interface GlobalConf extends InheritedConf, LvsGlobalsConf {
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
  readonly at: Word;
}

/** An address alone, such as a line of `unicast_peer`. */
export interface AddressWord {
  readonly address: IpAddress;
  readonly at: Word;
}

/** A line of `track_interface` or `track_script`. */
export interface TrackConf {
  readonly name: string;
  /** Absent: that of what is tracked. */
  readonly weight?: number;
  readonly reverse?: boolean;
  readonly at: Word;
  readonly order: number;
}

export interface InstanceConf extends InheritedConf {
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
  mcastSrcIp?: IpAddress;
  mcastDstIp?: IpAddress;
  trackSrcIp: boolean;
  dontTrackPrimary: boolean;
  debug?: number;
  notify?: ScriptConf;
  notifyMaster?: ScriptConf;
  notifyBackup?: ScriptConf;
  notifyFault?: ScriptConf;
  notifyStop?: ScriptConf;
  notifyMasterRxLowerPri?: ScriptConf;
  unicastPeers: AddressWord[];
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

export interface RootConf extends LvsConf {
  readonly globals: Section<GlobalConf>;
  /** By name, in configuration order. */
  readonly instances: Map<string, Section<InstanceConf>>;
  readonly scripts: Map<string, Section<VrrpScriptConf>>;
  childWait: Micros;
}
