// Checkers of real servers, except those that speak HTTP: TCP_CHECK, PING_CHECK, SMTP_CHECK, DNS_CHECK, UDP_CHECK,
// MISC_CHECK, FILE_CHECK and BFD_CHECK (keepalived.conf(5)).
import * as arg from "../arguments.js";
import * as check from "../check-arguments.js";
import type {
  BfdCheckConf,
  CheckerConf,
  ConnectingConf,
  DnsCheckConf,
  FileCheckConf,
  MiscCheckConf,
  SmtpCheckConf,
  UdpCheckConf,
} from "../lvs-conf.js";
import { connectTimeout, oneWord, port, UINT32_MAX } from "../lvs-arguments.js";
import { command, identity } from "../script-argument.js";
import { rowsFor, section, table, type Argument, type Row } from "../table.js";
import { checkerTiming, timingRows, type CheckerDefaults } from "./check-timing.js";

const checker = rowsFor<CheckerConf>();
const connecting = rowsFor<ConnectingConf>();

const checkerRows = (defaults: CheckerDefaults = {}): readonly Row<CheckerConf>[] => [
  ...timingRows(checkerTiming(defaults)),
  checker.leaf("alpha", "alpha", arg.optionalBoolean, {
    default: { from: "its real_server" },
    doc: "Starts as failed.",
  }),
  checker.leaf("log_all_failures", "logAllFailures", arg.optionalBoolean, {
    default: { from: "checker_log_all_failures" },
    doc: "Log every failed attempt.",
  }),
];

/** A source address must be of the family of the address it connects to, where that stands above. */
export const connectingRows = (defaults?: CheckerDefaults): readonly Row<ConnectingConf>[] => [
  ...checkerRows(defaults),
  connecting.leaf("connect_ip", "connectIp", arg.address, {
    default: { from: "its real_server" },
    doc: "Address to connect to, if not the server's.",
  }),
  connecting.leaf("connect_port", "connectPort", port, {
    default: { from: "its real_server" },
    doc: "Port to connect to, if not the server's.",
  }),
  connecting.leaf("bindto", "bindTo", arg.address, { default: { from: "the kernel" }, doc: "Source address." }),
  connecting.leaf("bind_port", "bindPort", port, { default: { from: "the kernel" }, doc: "Source port." }),
  connecting.leaf("bind_if", "bindInterface", arg.interfaceName, { doc: "Interface to send from." }),
  connecting.leaf("connect_timeout", "connectTimeout", connectTimeout, {
    default: checkerTiming({}).connectTimeout,
    doc: "Seconds for a connection, and for an answer.",
  }),
  connecting.leaf("fwmark", "fwmark", arg.integer(0, UINT32_MAX), {
    default: "0",
    doc: "Firewall mark of the probe's packets.",
  }),
];

export const connectCheck = (name: "TCP_CHECK" | "PING_CHECK" | "host"): ReturnType<typeof table<ConnectingConf>> =>
  table<ConnectingConf>(name, connectingRows());

export const tcpCheck = connectCheck("TCP_CHECK");
export const pingCheck = connectCheck("PING_CHECK");

const smtp = rowsFor<SmtpCheckConf>();

export const defaultSmtpCheck = (): SmtpCheckConf => ({ hosts: [] });

export const smtpCheck = table<SmtpCheckConf>("SMTP_CHECK", [
  ...connectingRows(),
  smtp.leaf("helo_name", "heloName", arg.text, {
    once: true,
    absence: "missingWord",
    default: "smtpchecker.keepalived.org",
    doc: "Name to greet the server with.",
  }),
  smtp.section(
    "host",
    connectCheck("host"),
    (statement, into) => {
      const host = section<ConnectingConf>({}, statement);
      into.hosts.push(host);
      return host;
    },
    { doc: "One more target (an old form)." },
  ),
]);

const dns = rowsFor<DnsCheckConf>();

export const defaultDnsCheck = (): DnsCheckConf => ({ type: "SOA", name: "." });

export const dnsCheck = table<DnsCheckConf>("DNS_CHECK", [
  ...connectingRows({ retry: "3", delayBeforeRetry: "delay_loop" }),
  dns.leaf("type", "type", check.dnsType, { default: "SOA", doc: "Type of the record to ask for." }),
  dns.leaf("name", "name", check.domainName, {
    once: true,
    default: ".",
    doc: "Name to ask for; the root where none is given.",
  }),
]);

const udp = rowsFor<UdpCheckConf>();
const replyLength: Argument<number> = arg.integer(0, 65_535);

export const defaultUdpCheck = (): UdpCheckConf => ({ minReplyLength: 0, maxReplyLength: 255 });

export const udpCheck = table<UdpCheckConf>("UDP_CHECK", [
  ...connectingRows(),
  udp.leaf("payload", "payload", check.payload, {
    absence: "missingWord",
    default: { from: "chance: random bytes" },
    doc: "What to send; random bytes otherwise.",
  }),
  udp.leaf("require_reply", "requireReply", check.expectedReply, { doc: "A reply must come, and begin like this." }),
  udp.leaf("min_reply_length", "minReplyLength", replyLength, {
    default: "0",
    doc: "Shortest reply that counts, in bytes.",
  }),
  udp.leaf("max_reply_length", "maxReplyLength", replyLength, {
    default: "255",
    doc: "Longest reply that counts, in bytes.",
  }),
]);

const misc = rowsFor<MiscCheckConf>();

/** Without a command the setting stays absent, which the end of the block reports. */
const checkCommand: typeof command = {
  ...command,
  arity: 0,
  parse: (words, scope, statement) => (words.length === 0 ? undefined : command.parse(words, scope, statement)),
};

export const defaultMiscCheck = (): MiscCheckConf => ({ dynamic: false });

export const miscCheck = table<MiscCheckConf>("MISC_CHECK", [
  ...checkerRows({ retry: "0" }),
  misc.leaf("misc_path", "script", checkCommand, { doc: "Command; exit status 0 means that all is well." }),
  misc.leaf("misc_timeout", "timeout", arg.wholeSeconds(0, 4294), {
    default: { from: "delay_loop of its virtual_server" },
    doc: "Seconds after which a run is killed and counts as a failure.",
  }),
  misc.leaf("misc_dynamic", "dynamic", arg.flag<boolean>(true), {
    doc: "Exit statuses 2..255 set the weight of the server, less 2.",
  }),
  misc.leaf("user", "identity", identity, {
    absence: "missingWord",
    default: { from: "script_user" },
    doc: "Who the command runs as.",
  }),
]);

const file = rowsFor<FileCheckConf>();

export const fileCheck = table<FileCheckConf>("FILE_CHECK", [
  file.leaf("track_file", "trackFile", arg.text, { doc: "Name of the track_file." }),
  file.leaf("weight", "weight", check.fileWeight, {
    absence: "missingWord",
    default: { from: "the track_file" },
    doc: "What its number is multiplied with.",
  }),
]);

const bfd = rowsFor<BfdCheckConf>();

export const bfdCheck = table<BfdCheckConf>("BFD_CHECK", [
  bfd.leaf("name", "name", oneWord, { absence: "missingWord", doc: "Name of the bfd_instance." }),
  bfd.leaf("alpha", "alpha", arg.optionalBoolean, { default: { from: "its real_server" }, doc: "Starts as failed." }),
]);
