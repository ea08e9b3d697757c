// real_server: a backend of a virtual server, and its checkers (keepalived.conf(5)).
import { formatIp, isLinkLocal } from "../../base/ip.js";
import * as arg from "../arguments.js";
import type {
  BfdCheckConf,
  CheckConf,
  CheckDefaultsConf,
  ConnectingConf,
  FileCheckConf,
  RealServerConf,
} from "../lvs-conf.js";
import { connectTimeout, forwarding, INT32_MAX, oneWord, UINT32_MAX, type ServerAddress } from "../lvs-arguments.js";
import { script } from "../script-argument.js";
import type { Place, Word } from "../source.js";
import { rowsFor, section, table, type Row, type Scope, type Section, type Table } from "../table.js";
import * as checkers from "./checkers.js";
import { realServerTiming, timingRows, type TimingLevel } from "./check-timing.js";
import { httpGet, openHttpCheck, sslGet } from "./http-check.js";

const defaults = rowsFor<CheckDefaultsConf>();

/** What virtual and real servers hand down to checkers. */
export const checkDefaultsRows = (level: TimingLevel): readonly Row<CheckDefaultsConf>[] => [
  ...timingRows(level),
  defaults.leaf("connect_timeout", "connectTimeout", connectTimeout, {
    default: level.connectTimeout,
    doc: "Seconds for a connection, and for an answer.",
  }),
  defaults.leaf("virtualhost", "virtualHost", arg.text, {
    absence: "missingWord",
    ...(level.virtualHost && { default: level.virtualHost }),
    doc: "Host header of HTTP checks that name none.",
  }),
];

export const defaultRealServer = (server: ServerAddress): RealServerConf => ({
  upperThreshold: 0,
  lowerThreshold: 0,
  checks: [],
  ...server,
});

const { leaf, section: block } = rowsFor<RealServerConf>();

/** A checker block: `finish` says what it lacks, or undefined when it can be used. */
function checkerRow<U>(
  kind: CheckConf["kind"],
  inner: Table<U>,
  make: () => U,
  wrap: (section: Section<U>) => CheckConf,
  spec: {
    readonly doc: string;
    readonly lacks?: (check: Section<U>, server: RealServerConf, end: Word, scope: Scope) => Lack | undefined;
  },
): Row<RealServerConf> {
  return block<U>(kind, inner, (statement) => section<U>(make(), statement), {
    doc: spec.doc,
    finish(check, server, end, scope) {
      const lack = spec.lacks?.(check, server, end, scope);
      if (lack === undefined) server.checks.push(wrap(check));
      else scope.report.add("incompleteChecker", end, `this ${kind} ${lack.what}; the checker is dropped`, lack.hint);
    },
  });
}

interface Lack {
  readonly what: string;
  readonly hint: string;
}

/** A source address of the other family is left out, and a link-local target needs an interface. */
function lacksInterface(
  check: Section<ConnectingConf>,
  server: RealServerConf,
  _end: Place,
  scope: Scope,
): Lack | undefined {
  dropForeignSource(check, server, scope);
  const { conf } = check;
  const target = conf.connectIp ?? server.address;
  if (target.family === 4 || !isLinkLocal(target) || conf.bindInterface !== undefined) return undefined;
  return { what: `cannot reach the link-local address ${formatIp(target)}`, hint: "add bind_if INTERFACE" };
}

function dropForeignSource(check: Section<ConnectingConf>, server: RealServerConf, { report }: Scope): void {
  const { conf, given } = check;
  const target = conf.connectIp ?? server.address;
  if (conf.bindTo !== undefined && conf.bindTo.family !== target.family) {
    const [bindTo, connectIp] = [given.get("bindto"), given.get("connect_ip")];
    const later =
      bindTo !== undefined && connectIp !== undefined && connectIp.order > bindTo.order ? connectIp : bindTo;
    report.add(
      "wrongFamily",
      later?.args[0] ?? check.header.keyword,
      `bindto ${formatIp(conf.bindTo)} is not of the family of ${formatIp(target)}; it is ignored`,
      "write addresses of one family",
    );
    delete conf.bindTo;
  }
}

const http = (kind: "HTTP_GET" | "SSL_GET", doc: string): Row<RealServerConf> =>
  block(kind, kind === "HTTP_GET" ? httpGet : sslGet, openHttpCheck, {
    doc,
    finish(check, server, end, scope) {
      const lack =
        check.conf.urls.length === 0
          ? { what: "has no url", hint: "add url { path / }" }
          : lacksInterface(check, server, end, scope);
      if (lack === undefined) server.checks.push({ kind, section: check });
      else scope.report.add("incompleteChecker", end, `this ${kind} ${lack.what}; the checker is dropped`, lack.hint);
    },
  });

export const realServer = table<RealServerConf>("real_server", [
  ...checkDefaultsRows(realServerTiming),
  leaf("alpha", "alpha", arg.optionalBoolean, {
    default: { from: "its virtual_server" },
    doc: "Starts as down, until its checks succeed.",
  }),
  leaf("weight", "weight", arg.integer(0, INT32_MAX), {
    default: { from: "its virtual_server" },
    doc: "Its share of the connections.",
  }),
  leaf("lvs_method", "forwarding", forwarding, {
    default: { from: "its virtual_server" },
    doc: "How packets reach it.",
  }),
  leaf("uthreshold", "upperThreshold", arg.integer(0, UINT32_MAX), {
    default: "0",
    doc: "Connections from which on it gets no more; 0: no limit.",
  }),
  leaf("lthreshold", "lowerThreshold", arg.integer(0, UINT32_MAX), {
    default: "0",
    doc: "Connections below which it gets new ones again.",
  }),
  leaf("inhibit_on_failure", "inhibitOnFailure", arg.optionalBoolean, {
    default: { from: "its virtual_server" },
    doc: "Weight 0 instead of removal when it fails.",
  }),
  leaf("notify_up", "notifyUp", script, { once: true, doc: "Command to run when it comes up." }),
  leaf("notify_down", "notifyDown", script, { once: true, doc: "Command to run when it goes down." }),
  leaf("smtp_alert", "smtpAlert", arg.optionalBoolean, {
    default: { from: "smtp_alert_checker, then smtp_alert; on where neither is given" },
    doc: "Mail when it comes up or goes down.",
  }),
  leaf("snmp_name", "snmpName", oneWord, { absence: "missingWord", doc: "Name to show over SNMP." }),
  checkerRow(
    "TCP_CHECK",
    checkers.tcpCheck,
    () => ({}),
    (section) => ({ kind: "TCP_CHECK", section }),
    {
      doc: "Up while a TCP connection succeeds.",
      lacks: lacksInterface,
    },
  ),
  http("HTTP_GET", "Up while its answers to HTTP requests are as expected."),
  http("SSL_GET", "Up while its answers to HTTPS requests are as expected; certificates are not verified."),
  checkerRow(
    "SMTP_CHECK",
    checkers.smtpCheck,
    checkers.defaultSmtpCheck,
    (section) => ({ kind: "SMTP_CHECK", section }),
    {
      doc: "Up while it greets like a mail server.",
      lacks(check, server, end, scope) {
        for (const host of check.conf.hosts) dropForeignSource(host, server, scope);
        return lacksInterface(check, server, end, scope);
      },
    },
  ),
  checkerRow("DNS_CHECK", checkers.dnsCheck, checkers.defaultDnsCheck, (section) => ({ kind: "DNS_CHECK", section }), {
    doc: "Up while it answers a DNS query.",
    lacks: lacksInterface,
  }),
  checkerRow(
    "MISC_CHECK",
    checkers.miscCheck,
    checkers.defaultMiscCheck,
    (section) => ({ kind: "MISC_CHECK", section }),
    {
      doc: "Up while a command succeeds.",
      lacks: ({ conf }) =>
        conf.script === undefined ? { what: "has no misc_path", hint: 'add misc_path "COMMAND ARGUMENTS"' } : undefined,
    },
  ),
  checkerRow(
    "PING_CHECK",
    checkers.pingCheck,
    () => ({}),
    (section) => ({ kind: "PING_CHECK", section }),
    {
      doc: "Up while it answers pings.",
      lacks: lacksInterface,
    },
  ),
  checkerRow("UDP_CHECK", checkers.udpCheck, checkers.defaultUdpCheck, (section) => ({ kind: "UDP_CHECK", section }), {
    doc: "Up while a UDP datagram is not refused, or is answered.",
    lacks(check, server, end, scope) {
      const { minReplyLength, maxReplyLength } = check.conf;
      if (minReplyLength > maxReplyLength) {
        scope.report.add(
          "outOfRange",
          end,
          `no reply has at least ${minReplyLength} and at most ${maxReplyLength} bytes: this UDP_CHECK always fails`,
          "lower min_reply_length, or raise max_reply_length",
        );
      }
      return lacksInterface(check, server, end, scope);
    },
  }),
  checkerRow(
    "FILE_CHECK",
    checkers.fileCheck,
    (): FileCheckConf => ({}),
    (section) => ({ kind: "FILE_CHECK", section }),
    {
      doc: "Up, and weighted, as a number in a file says.",
      lacks: ({ conf }) =>
        conf.trackFile === undefined ? { what: "has no track_file", hint: "add track_file NAME" } : undefined,
    },
  ),
  checkerRow(
    "BFD_CHECK",
    checkers.bfdCheck,
    (): BfdCheckConf => ({}),
    (section) => ({ kind: "BFD_CHECK", section }),
    {
      doc: "Up while a BFD session is.",
      lacks: ({ conf }) =>
        conf.name === undefined ? { what: "has no name", hint: "add name, and the name of a bfd_instance" } : undefined,
    },
  ),
]);
