// One row per option of keepalived(8) and of vipd itself; the parser and the help are driven by them.
import { type Draft, type OptionRow, change, debuggingAid, flag, instead, text } from "./option-table.js";

export const optionRows: readonly OptionRow[] = [
  flag({ short: "n", long: "dont-fork" }, "Running", { foreground: true }, "stay in the foreground"),
  {
    short: "P",
    long: "vrrp",
    argument: "none",
    section: "Running",
    help: "run VRRP only",
    apply: ({ only }) => void only.add("vrrp"),
  },
  {
    short: "C",
    long: "check",
    argument: "none",
    section: "Running",
    help: "run health checkers and IPVS only",
    apply: ({ only }) => void only.add("checkers"),
  },
  flag({ short: "B", long: "no_bfd" }, "Running", { bfd: false }, "do not run BFD"),
  flag({ long: "all" }, "Running", { allChildren: true }, "start every child process, even without configuration"),
  flag(
    { short: "R", long: "dont-respawn" },
    "Running",
    { respawn: false },
    "stop when a child process dies, instead of restarting it",
  ),
  text(
    { short: "s", long: "namespace" },
    "Running",
    "NAME",
    (namespace) => ({ namespace }),
    "network namespace to run in (overrides net_namespace)",
  ),
  {
    short: "u",
    long: "umask",
    argument: "required",
    valueName: "MASK",
    section: "Running",
    help: "umask for files, as in 0177 (overrides umask)",
    apply: applyUmask,
  },
  flag({ short: "m", long: "core-dump" }, "Running", { coreDump: true }, "write a core file on a crash"),
  {
    short: "M",
    long: "core-dump-pattern",
    argument: "optional",
    valueName: "PATTERN",
    section: "Running",
    help: "the same, and set kernel.core_pattern (default core)",
    apply: (draft, value) => change(draft, { coreDump: true, corePattern: value === "" ? "core" : value }),
  },
  flag({ long: "ignore-sigint" }, "Running", { ignoreSigint: true }, "do not stop on SIGINT"),

  flag({ short: "l", long: "log-console" }, "Logging", { logConsole: true }, "log to the console too"),
  {
    short: "D",
    long: "log-detail",
    argument: "none",
    section: "Logging",
    help: "log more; -DD logs even more",
    apply: (draft) => change(draft, { logDetail: Math.min(2, draft.options.logDetail + 1) }),
  },
  {
    short: "S",
    long: "log-facility",
    argument: "required",
    valueName: "FACILITY",
    section: "Logging",
    help: "syslog facility: 0..7, local0..7, user or daemon (default)",
    apply: applyFacility,
  },
  flag({ short: "G", long: "no-syslog" }, "Logging", { syslog: false }, "do not log to syslog"),
  {
    short: "g",
    long: "log-file",
    argument: "optional",
    valueName: "FILE",
    section: "Logging",
    help: "log to a file too (default /tmp/keepalived.log)",
    apply: (draft, value) => change(draft, { logFile: value === "" ? "/tmp/keepalived.log" : value }),
  },
  flag({ long: "flush-log-file" }, "Logging", { flushLogFile: true }, "write every line of the log file at once"),
  flag({ short: "d", long: "dump-conf" }, "Logging", { dumpConfiguration: true }, "log the configuration at the start"),
  flag(
    { short: "a", long: "address-monitoring" },
    "Logging",
    { addressMonitoring: true },
    "log every address that appears or goes",
  ),

  text(
    { short: "p", long: "pid" },
    "Files",
    "FILE",
    (pidFile) => ({ pidFile }),
    "pid file (default /run/keepalived.pid)",
  ),
  text(
    { short: "r", long: "vrrp_pid" },
    "Files",
    "FILE",
    (vrrpPidFile) => ({ vrrpPidFile }),
    "pid file of the VRRP child (default /run/vrrp.pid)",
  ),
  text(
    { short: "c", long: "checkers_pid" },
    "Files",
    "FILE",
    (checkersPidFile) => ({ checkersPidFile }),
    "pid file of the checker child (default /run/checkers.pid)",
  ),
  text(
    { short: "b", long: "bfd_pid" },
    "Files",
    "FILE",
    (bfdPidFile) => ({ bfdPidFile }),
    "pid file of the BFD child (default /run/bfd.pid)",
  ),

  text(
    { short: "f", long: "use-file" },
    "Configuration",
    "FILE",
    (configurationFile) => ({ configurationFile }),
    "configuration (default /etc/keepalived/keepalived.conf)",
  ),
  text(
    { long: "settings" },
    "Configuration",
    "FILE",
    (settingsFile) => ({ settingsFile }),
    "vipd's own settings (default /etc/vipd/vipd.ini)",
  ),
  text(
    { short: "i", long: "config-id" },
    "Configuration",
    "ID",
    (configId) => ({ configId }),
    "keep only the @ID lines of this ID (default: host name)",
  ),
  flag(
    { short: "e", long: "all-config" },
    "Configuration",
    { strictIncludes: true },
    "a missing included file is an error",
  ),
  {
    short: "t",
    long: "config-test",
    argument: "optional",
    valueName: "FILE",
    section: "Configuration",
    help: "check the configuration, report to stderr or FILE, and end",
    apply: (draft, value) => {
      draft.action = value === "" ? { kind: "configTest" } : { kind: "configTest", file: value };
      return undefined;
    },
  },
  {
    long: "format",
    argument: "required",
    valueName: "FORMAT",
    section: "Configuration",
    help: "how -t reports: text, or json or sarif to stdout or FILE",
    apply: (draft, value) => {
      if (value !== "text" && value !== "json" && value !== "sarif") {
        return `Option --format takes text, json or sarif, not "${value}"`;
      }
      return change(draft, { reportFormat: value });
    },
  },

  flag(
    { short: "X", long: "release-vips" },
    "What to leave behind",
    { releaseVips: true },
    "leaving MASTER, delete VIPs that were not known to be set too",
  ),
  flag(
    { short: "V", long: "dont-release-vrrp" },
    "What to leave behind",
    { keepVrrp: true },
    "leave VIPs in place at the stop",
  ),
  flag(
    { short: "I", long: "dont-release-ipvs" },
    "What to leave behind",
    { keepIpvs: true },
    "leave the IPVS table in place at the stop",
  ),

  flag({ short: "x", long: "snmp" }, "Other services", { snmp: true }, "SNMP over AgentX"),
  text(
    { short: "A", long: "snmp-agent-socket" },
    "Other services",
    "ADDRESS",
    (agentSocket) => ({ agentSocket }),
    "where the SNMP master agent listens",
  ),

  {
    long: "signum",
    argument: "required",
    valueName: "NAME",
    section: "Asking",
    help: "print a signal's number: STOP RELOAD DATA STATS STATS_CLEAR JSON",
    apply: (draft, value) => {
      draft.action = { kind: "signalNumber", name: value };
      return undefined;
    },
  },
  instead({ short: "T", long: "genhash" }, { kind: "genhash" }, "keepalived's genhash; not part of this version"),
  instead({ short: "v", long: "version" }, { kind: "version" }, "print the version"),
  instead({ short: "h", long: "help" }, { kind: "help" }, "print this help"),

  debuggingAid({ long: "perf" }, "optional"),
  debuggingAid({ long: "debug" }, "optional"),
  debuggingAid({ long: "no-mem-check" }, "none"),
  debuggingAid({ short: "L", long: "mem-check-log" }, "none"),
  debuggingAid({ long: "config-fd" }, "required"),
  {
    long: "journal",
    argument: "none",
    section: "Running",
    help: "",
    hidden: true,
    apply: (draft) => change(draft, { journal: true }),
  },
  {
    long: "role",
    argument: "required",
    valueName: "ROLE",
    section: "Running",
    help: "",
    hidden: true,
    apply: applyRole,
  },
];

function applyUmask(draft: Draft, value: string): string | undefined {
  const mask = Number(value.replace(/^0(?=[0-7])/, "0o"));
  if (value === "" || !Number.isInteger(mask) || mask < 0 || mask > 0o777) {
    return `Invalid umask "${value}": it must be a number from 0 to 0777, with a leading 0 for octal`;
  }
  return change(draft, { umask: mask });
}

function applyFacility(draft: Draft, value: string): string | undefined {
  const logFacility = /^[0-7]$/.test(value) ? `local${value}` : value;
  if (!/^(local[0-7]|user|daemon)$/.test(logFacility)) {
    return `Invalid log facility "${value}": it must be 0..7, local0..local7, user or daemon`;
  }
  return change(draft, { logFacility });
}

function applyRole(draft: Draft, value: string): string | undefined {
  if (value !== "vrrp" && value !== "bfd" && value !== "daemon") {
    return `Unknown role "${value}": --role is for vipd's own child processes`;
  }
  draft.role = value;
  return undefined;
}
