// Settings of global_defs that are nothing to do with an election: mail, pipes, files, firewall, buffers.
import type { Identity } from "../base/command.js";
import type { IpAddress } from "../base/ip.js";
import type { Micros } from "../base/time.js";
import type { ScriptConf } from "./conf.js";
import type { Word } from "./source.js";

export interface SmtpServerConf {
  readonly host: string;
  readonly port: number;
  readonly at: Word;
}

/** A named pipe, and who may read it where that is said. */
export interface FifoConf {
  readonly path: string;
  readonly identity?: Identity;
}

/** How the receive buffers of advertisement sockets are sized. */
export type ReceiveBufferPolicy = "MTU" | "ADVERT" | number;

/** Scheduling of the bfd process. */
export interface BfdProcessConf {
  bfdNice?: number;
  bfdNoSwap?: boolean;
  bfdRtPriority?: number;
  bfdRlimitRttime?: Micros;
  bfdCpuAffinity?: readonly number[];
  bfdProcessName?: string;
}

/** Settings of mail, scripts of the daemon, files, SNMP and D-Bus. */
export interface ServiceConf {
  notificationEmailFrom?: string;
  notificationEmails: string[];
  smtpServer?: SmtpServerConf;
  smtpHeloName?: string;
  smtpConnectTimeout?: Micros;
  smtpAlert?: boolean;
  smtpAlertVrrp?: boolean;
  smtpAlertChecker?: boolean;
  noEmailFaults?: boolean;
  startupScript?: ScriptConf;
  startupScriptTimeout?: Micros;
  shutdownScript?: ScriptConf;
  shutdownScriptTimeout?: Micros;
  notifyFifo?: FifoConf;
  notifyFifoScript?: ScriptConf;
  vrrpNotifyFifo?: FifoConf;
  vrrpNotifyFifoScript?: ScriptConf;
  fifoWriteStatesOnReload?: boolean;
  snmpSocket?: string;
  snmp: string[];
  snmpVirtualServerInterval?: Micros;
  snmpRealServerInterval?: Micros;
  dbus?: boolean;
  dbusServiceName?: string;
  dbusNoInterfaceName?: string;
  tmpConfigDirectory?: string;
  configSaveDirectory?: string;
  processNames?: boolean;
  processName?: string;
  vrrpProcessName?: string;
  useSymlinkPaths?: boolean;
  setSupplementaryGroups?: boolean;
  maxAutoPriority?: number;
  minAutoPriorityDelay?: Micros;
  randomSeed?: number;
  reloadCheckConfig?: string;
  reloadTimeFile?: string;
  reloadRepeat?: boolean;
  reloadFile?: string;
  dataUseInstance?: boolean;
  statsDumpFile?: string;
  jsonDumpFile?: string;
  jsonVersion?: number;
}

/** Settings of the network side: firewall, virtual MACs, buffers. */
export interface NetworkConf {
  disableLocalIgmp?: boolean;
  mcastGroup6?: IpAddress;
  iptables?: readonly string[];
  nftables?: string;
  nftablesPriority?: number;
  nftablesCounters?: boolean;
  nftablesIfindex?: boolean;
  vmacPrefix?: string;
  vmacAddressPrefix?: string;
  delayAfterBoot?: Micros;
  netlinkCommandBuffer?: number;
  netlinkCommandBufferForce?: boolean;
  netlinkMonitorBuffer?: number;
  netlinkMonitorBufferForce?: boolean;
  processMonitorBuffer?: number;
  processMonitorBufferForce?: boolean;
  receiveBufferPolicy?: ReceiveBufferPolicy;
  receiveBufferMultiplier?: number;
  iprouteUserDirectory?: string;
  iprouteAdminDirectory?: string;
}
