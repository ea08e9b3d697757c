// What keepalived(8)'s options ask for, as plain values.

/** How `--config-test` reports: for people, or for programs. */
export type ReportFormat = "text" | "json" | "sarif";

/** Which process this one is to be; `daemon` is the supervisor in the background, `vrrp` its child. */
export type Role = "supervisor" | "daemon" | "vrrp" | "bfd";

export type Action =
  | { readonly kind: "run" }
  /** `file` absent: to standard error. */
  | { readonly kind: "configTest"; readonly file?: string }
  | { readonly kind: "version" }
  | { readonly kind: "help" }
  | { readonly kind: "signalNumber"; readonly name: string }
  | { readonly kind: "genhash" };

export interface Options {
  readonly configurationFile: string;
  /** `--settings`; absent: the default file, which may be missing. */
  readonly settingsFile?: string;
  readonly foreground: boolean;

  readonly logConsole: boolean;
  /** Number of `-D`: 0, 1 or 2. */
  readonly logDetail: number;
  readonly logFacility: string;
  readonly syslog: boolean;
  readonly logFile?: string;
  readonly flushLogFile: boolean;
  readonly dumpConfiguration: boolean;
  readonly addressMonitoring: boolean;

  readonly pidFile: string;
  readonly vrrpPidFile: string;
  readonly checkersPidFile: string;
  readonly bfdPidFile: string;

  /** Which halves may run: `-P` and `-C` name those that are wanted, `-B` takes BFD away. */
  readonly vrrp: boolean;
  readonly checkers: boolean;
  readonly bfd: boolean;
  /** `--all`: start every child even when it has nothing to do. */
  readonly allChildren: boolean;

  readonly releaseVips: boolean;
  /** `-V`: leave addresses in place at the stop. */
  readonly keepVrrp: boolean;
  /** `-I`: leave the IPVS table in place at the stop. */
  readonly keepIpvs: boolean;
  readonly respawn: boolean;

  readonly namespace?: string;
  /** `-e`: a missing include is an error. */
  readonly strictIncludes: boolean;
  readonly configId?: string;
  readonly reportFormat: ReportFormat;
  readonly umask?: number;

  readonly snmp: boolean;
  readonly agentSocket?: string;
  readonly coreDump: boolean;
  readonly corePattern?: string;
  readonly ignoreSigint: boolean;

  /** Of a child: send the supervisor a journal of every input. */
  readonly journal: boolean;
}

export const DEFAULT_CONFIGURATION_FILE = "/etc/keepalived/keepalived.conf";

export const defaultOptions: Options = {
  configurationFile: DEFAULT_CONFIGURATION_FILE,
  foreground: false,
  logConsole: false,
  logDetail: 0,
  logFacility: "daemon",
  syslog: true,
  flushLogFile: false,
  dumpConfiguration: false,
  addressMonitoring: false,
  pidFile: "/run/keepalived.pid",
  vrrpPidFile: "/run/vrrp.pid",
  checkersPidFile: "/run/checkers.pid",
  bfdPidFile: "/run/bfd.pid",
  vrrp: true,
  checkers: true,
  bfd: true,
  allChildren: false,
  releaseVips: false,
  keepVrrp: false,
  keepIpvs: false,
  respawn: true,
  strictIncludes: false,
  reportFormat: "text",
  snmp: false,
  coreDump: false,
  ignoreSigint: false,
  journal: false,
};
