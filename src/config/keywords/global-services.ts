// global_defs: mail, scripts of the daemon, named pipes, files, reload, SNMP and D-Bus.
import { micros, type Micros } from "../../base/time.js";
import * as arg from "../arguments.js";
import { reportUnexpectedBlock } from "../complaints.js";
import type { GlobalConf, ScriptConf } from "../conf.js";
import type { FifoConf, SmtpServerConf } from "../conf-global.js";
import { readIdentity, script, startScript } from "../script-argument.js";
import { wholeNumber } from "../takes.js";
import { rowsFor, type Argument, type Row } from "../table.js";

const UINT32_MAX = 4_294_967_295;
/** Linux names a process with 15 characters (TASK_COMM_LEN). */
const MAX_PROCESS_NAME = 15;
/** Length of a socket path (sockaddr_un). */
const MAX_SOCKET = 108;
const DEFAULT_SMTP_PORT = 25;

const { leaf, lines } = rowsFor<GlobalConf>();

/** At most `longest` characters; more are cut off, with a complaint. */
export const processName: Argument<string> = {
  grammar: `a name of at most ${MAX_PROCESS_NAME} characters`,
  takes: { kind: "text", longest: MAX_PROCESS_NAME },
  parse([word], { report }) {
    if (word === undefined || word.text.length <= MAX_PROCESS_NAME) return word?.text;
    const name = word.text.slice(0, MAX_PROCESS_NAME);
    report.add("adjusted", word, `'${word.text}' is too long, ${name} is used`, `use ${MAX_PROCESS_NAME} characters`);
    return name;
  },
};

const socketAddress: Argument<string> = {
  grammar: `an address of at most ${MAX_SOCKET} characters`,
  takes: { kind: "text", longest: MAX_SOCKET },
  parse([word], { report }) {
    if (word === undefined || word.text.length <= MAX_SOCKET) return word?.text;
    report.add("invalidName", word, "the address is too long", `use at most ${MAX_SOCKET} characters`);
    return undefined;
  },
};

const emailLine: Argument<readonly string[]> = {
  grammar: "ADDRESS...",
  parse: (words) => words.map(({ text }) => text),
};

const sender: Argument<string> = {
  grammar: "ADDRESS",
  parse([word, extra], { report }) {
    if (extra !== undefined) {
      report.add("extraWords", extra, `'${extra.text}' is ignored`, 'put "NAME <ADDRESS>" into double quotes');
    }
    return word?.text;
  },
};

/** A host name is resolved once it is used; here it only has to look like one. */
const smtpServer: Argument<SmtpServerConf> = {
  grammar: "HOST [PORT]",
  parse([host, port], scope) {
    if (host === undefined) return undefined;
    if (!/^[A-Za-z0-9:._-]+$/.test(host.text)) {
      scope.report.add("invalidAddress", host, `'${host.text}' is no host`, "write a host name or an address");
      return undefined;
    }
    const number = port === undefined ? DEFAULT_SMTP_PORT : arg.readInteger(port, { min: 1, max: 65_535 }, scope);
    return number === undefined ? undefined : { host: host.text, port: number, at: host };
  },
};

/** Whole seconds; 0 is taken for 1, with a complaint. */
const timeout: Argument<Micros> = {
  grammar: "whole seconds 1..4294",
  takes: wholeNumber(1, 4294, "s"),
  parse([word], scope) {
    const value = word && arg.readInteger(word, { min: 0, max: 4294 }, scope);
    if (word === undefined || value === undefined) return undefined;
    if (value === 0) scope.report.add("adjusted", word, "0 is not possible here, 1 second is used", "write 1..4294");
    return micros(Math.max(1, value) * 1_000_000);
  },
};

export const fifo: Argument<FifoConf> = {
  grammar: "PATH [USER [GROUP]]",
  parse([path, ...user], scope) {
    if (path === undefined) return undefined;
    const [first] = user;
    if (first === undefined) return { path: path.text };
    const identity = readIdentity(
      user.slice(0, 2).map(({ text }) => text),
      first,
      "unknownScriptUser",
      scope,
    );
    return identity === undefined ? undefined : { path: path.text, identity };
  },
};

/** A word that may be left out. */
const optionalText = (grammar: string): Argument<string> => ({
  grammar,
  takes: { kind: "text" },
  arity: 0,
  parse: ([word]) => word?.text ?? "",
});

const absolutePath = (grammar: string, arity: 0 | 1): Argument<string> => ({
  grammar,
  arity,
  parse([word], { report }) {
    if (word === undefined || word.text.startsWith("/")) return word?.text ?? "";
    report.add("invalidName", word, `'${word.text}' is not an absolute path`, "write a path from / on");
    return undefined;
  },
});

const maxAutoPriority: Argument<number> = {
  grammar: "[a number -1..99]",
  takes: wholeNumber(-1, 99),
  arity: 0,
  parse: ([word], scope) => (word === undefined ? 99 : arg.readInteger(word, { min: -1, max: 99 }, scope)),
};

const microseconds: Argument<Micros> = {
  grammar: "microseconds 1..10000000",
  takes: wholeNumber(1, 10_000_000, "us"),
  parse([word], scope) {
    const value = word && arg.readInteger(word, { min: 1, max: 10_000_000 }, scope);
    return value === undefined ? undefined : micros(value);
  },
};

const statistics: Argument<Micros> = arg.time({ min: 0.001, max: 30, decimals: 6 });

const notYet = true;
const word = { absence: "missingWord", notYet } as const;

type ScriptField = "startupScript" | "shutdownScript" | "notifyFifoScript" | "vrrpNotifyFifoScript";

const ownScript = (keyword: string, field: ScriptField, argument: Argument<ScriptConf>, doc: string): Row<GlobalConf> =>
  leaf<ScriptField>(keyword, field, argument, { absence: "missingWord", once: true, doc });

type FlagField = {
  [F in keyof GlobalConf]-?: GlobalConf[F] extends boolean | undefined ? F : never;
}[keyof GlobalConf];
const bare = (keyword: string, field: FlagField, doc: string, aliases: readonly string[] = []): Row<GlobalConf> =>
  leaf<FlagField>(keyword, field, arg.bare, { aliases, notYet, doc });
const boolean = (keyword: string, field: FlagField, doc: string): Row<GlobalConf> =>
  leaf<FlagField>(keyword, field, arg.optionalBoolean, { notYet, doc });

/** The SNMP switches add up: each names a MIB to serve. */
const snmp = (keyword: string, doc: string): Row<GlobalConf> => {
  const row = leaf("enable_traps", "dbus", arg.bare, { notYet, doc });
  return {
    ...row,
    keyword,
    read(statement, into, { report }) {
      reportUnexpectedBlock(statement, report);
      into.conf.snmp.push(statement.keyword.text);
    },
  };
};

export const serviceRows: readonly Row<GlobalConf>[] = [
  lines("notification_email", (conf) => conf.notificationEmails, emailLine, {
    emptyHint: "write an address on each line, or remove the block",
    doc: "Who alert mails go to.",
    items: { first: { name: "<EMAIL>", grammar: "ADDRESS", doc: "An address." }, options: [] },
  }),
  leaf("notification_email_from", "notificationEmailFrom", sender, {
    absence: "missingWord",
    default: { from: "user@hostname of the daemon" },
    doc: "Sender of alert mails.",
  }),
  leaf("smtp_server", "smtpServer", smtpServer, { doc: "Mail relay." }),
  leaf("smtp_helo_name", "smtpHeloName", arg.text, {
    absence: "missingWord",
    default: { from: "the host name" },
    doc: "Name given to the mail relay.",
  }),
  leaf("smtp_connect_timeout", "smtpConnectTimeout", timeout, {
    default: "30",
    doc: "Seconds for each step of SMTP.",
  }),
  leaf("smtp_alert", "smtpAlert", arg.optionalBoolean, { doc: "Default of smtp_alert everywhere." }),
  leaf("smtp_alert_vrrp", "smtpAlertVrrp", arg.optionalBoolean, {
    doc: "Default of smtp_alert of instances and sync groups.",
  }),
  boolean("smtp_alert_checker", "smtpAlertChecker", "Default of smtp_alert of virtual and real servers."),
  leaf("no_email_faults", "noEmailFaults", arg.bare, { doc: "No mail on entering FAULT." }),
  { ...ownScript("startup_script", "startupScript", startScript, "Run before anything starts."), reload: "restart" },
  leaf("startup_script_timeout", "startupScriptTimeout", arg.wholeSeconds(1, 1000), {
    absence: "missingWord",
    default: "10",
    reload: "restart",
    doc: "Seconds that startup_script may take.",
  }),
  ownScript("shutdown_script", "shutdownScript", startScript, "Run when everything has stopped."),
  leaf("shutdown_script_timeout", "shutdownScriptTimeout", arg.wholeSeconds(1, 1000), {
    absence: "missingWord",
    default: "10",
    doc: "Seconds that shutdown_script may take.",
  }),
  leaf("notify_fifo", "notifyFifo", fifo, { absence: "missingWord", once: true, doc: "Named pipe for all events." }),
  ownScript("notify_fifo_script", "notifyFifoScript", script, "Reads notify_fifo."),
  leaf("vrrp_notify_fifo", "vrrpNotifyFifo", fifo, {
    absence: "missingWord",
    once: true,
    doc: "Named pipe for VRRP events.",
  }),
  ownScript("vrrp_notify_fifo_script", "vrrpNotifyFifoScript", script, "Reads vrrp_notify_fifo."),
  leaf("fifo_write_vrrp_states_on_reload", "fifoWriteStatesOnReload", arg.bare, {
    doc: "Write all states to the pipes after a reload.",
  }),
  leaf("snmp_socket", "snmpSocket", arg.alone(socketAddress), {
    ...word,
    once: true,
    default: "unix:/var/agentx/master",
    doc: "Address of the AgentX master.",
  }),
  snmp("enable_traps", "Send SNMP notifications."),
  snmp("enable_snmp_vrrp", "Serve the VRRP part of KEEPALIVED-MIB."),
  snmp("enable_snmp_keepalived", "Old name of enable_snmp_vrrp."),
  snmp("enable_snmp_checker", "Serve the checker part of KEEPALIVED-MIB."),
  snmp("enable_snmp_rfc", "Serve both RFC MIBs."),
  snmp("enable_snmp_rfcv2", "Serve VRRP-MIB (RFC 2787)."),
  snmp("enable_snmp_rfcv3", "Serve VRRPV3-MIB (RFC 6527)."),
  leaf("snmp_vs_stats_update_interval", "snmpVirtualServerInterval", statistics, {
    ...word,
    default: "5",
    doc: "Seconds for which counters of virtual servers are kept.",
  }),
  leaf("snmp_rs_stats_update_interval", "snmpRealServerInterval", statistics, {
    ...word,
    default: { from: "snmp_vs_stats_update_interval" },
    doc: "Seconds for which counters of real servers are kept.",
  }),
  bare("enable_dbus", "dbus", "Offer the D-Bus interface."),
  leaf("dbus_service_name", "dbusServiceName", arg.text, {
    ...word,
    default: "org.keepalived.Vrrp1",
    doc: "Name on D-Bus.",
  }),
  leaf("dbus_no_interface_name", "dbusNoInterfaceName", arg.text, {
    ...word,
    default: "none",
    doc: "Path of instances without interface.",
  }),
  leaf("tmp_config_directory", "tmpConfigDirectory", arg.text, {
    ...word,
    once: true,
    default: { from: "memory: a file without a name" },
    reload: "restart",
    doc: "Where keepalived keeps a copy.",
  }),
  leaf("config_save_dir", "configSaveDirectory", arg.text, {
    notYet,
    default: "off",
    doc: "Where reloads leave their configurations.",
  }),
  bare("process_names", "processNames", "Name the processes by what they do."),
  leaf("process_name", "processName", processName, {
    notYet,
    doc: "Name of the supervisor process.",
  }),
  leaf("vrrp_process_name", "vrrpProcessName", processName, {
    notYet,
    doc: "Name of the vrrp process.",
  }),
  boolean("use_symlink_paths", "useSymlinkPaths", "Run scripts by the path that is written, not by the real one."),
  boolean("set_supplementary_groups", "setSupplementaryGroups", "Scripts get all groups of their user."),
  leaf("max_auto_priority", "maxAutoPriority", maxAutoPriority, {
    notYet,
    default: "0",
    doc: "Highest realtime priority the daemon may give itself.",
  }),
  leaf("min_auto_priority_delay", "minAutoPriorityDelay", microseconds, {
    absence: "missingWord",
    notYet,
    default: "1000000",
    doc: "Lateness that makes it do so, in microseconds.",
  }),
  leaf("random_seed", "randomSeed", arg.integer(0, UINT32_MAX), {
    notYet,
    default: { from: "the clock" },
    doc: "No effect, as in keepalived.",
  }),
  leaf("reload_check_config", "reloadCheckConfig", optionalText("[LOGFILE]"), {
    default: "off",
    doc: "Where to write what is wrong with a configuration before it is reloaded; vipd checks in any case.",
  }),
  leaf("reload_time_file", "reloadTimeFile", absolutePath("/PATH", 1), {
    absence: "missingWord",
    default: "off",
    doc: "File that says when to reload.",
  }),
  leaf("reload_repeat", "reloadRepeat", arg.bare, { doc: "Reload every day at that time." }),
  leaf("reload_file", "reloadFile", absolutePath("[/PATH]", 0), {
    default: "off",
    doc: "File that exists while the configuration is read.",
  }),
  boolean("data_use_instance", "dataUseInstance", "Put the name of the instance into names of dumps."),
  leaf("stats_dump_file", "statsDumpFile", arg.text, { ...word, doc: "No effect, as in keepalived." }),
  leaf("json_dump_file", "jsonDumpFile", arg.text, { ...word, doc: "No effect, as in keepalived." }),
  leaf("json_version", "jsonVersion", arg.choice({ "1": 1, "2": 2 }), {
    ...word,
    default: "1",
    doc: "Shape of the JSON dump.",
  }),
];
