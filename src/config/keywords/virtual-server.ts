// virtual_server, virtual_server_group and SSL: services of IPVS (ipvsadm(8), keepalived.conf(5)).
import { formatIp, type IpFamily } from "../../base/ip.js";
import * as arg from "../arguments.js";
import {
  SCHEDULERS,
  type LvsConf,
  type RealServerConf,
  type Scheduler,
  type SorryServerConf,
  type SslConf,
  type TransportProtocol,
  type VirtualServerConf,
  type VirtualServerGroupConf,
  type VirtualServerHeader,
} from "../lvs-conf.js";
import * as lvs from "../lvs-arguments.js";
import { script } from "../script-argument.js";
import type { Word } from "../source.js";
import { rowsFor, section, table, type Argument, type Row, type Scope, type Section } from "../table.js";
import type { Statement } from "../tree.js";
import { virtualServerTiming } from "./check-timing.js";
import { checkDefaultsRows, defaultRealServer, realServer } from "./real-server.js";

export const defaultVirtualServer = (service: VirtualServerHeader): VirtualServerConf => ({
  service,
  onePacket: false,
  schedulerFlags: 0,
  haSuspend: false,
  omega: false,
  quorum: 1,
  hysteresis: 0,
  weight: 1,
  inhibitOnFailure: false,
  sorryServerInhibit: false,
  realServers: [],
});

const scheduler = arg.choice<Scheduler>(
  Object.fromEntries(SCHEDULERS.map((name): readonly [Scheduler, Scheduler] => [name, name])),
);

const PROTOCOLS: ReadonlyMap<string, TransportProtocol> = new Map([
  ["TCP", "TCP"],
  ["UDP", "UDP"],
  ["SCTP", "SCTP"],
]);

/** In any case. */
const protocol: Argument<TransportProtocol> = {
  grammar: "TCP, UDP or SCTP",
  takes: { kind: "choice", words: [...PROTOCOLS.keys()] },
  parse([word], { report }) {
    if (word === undefined) return undefined;
    const known = PROTOCOLS.get(word.text.toUpperCase());
    if (known === undefined)
      report.add("invalidChoice", word, `'${word.text}' is not a protocol of IPVS`, "write TCP, UDP or SCTP");
    return known;
  },
};

/** IPVS keeps 16 characters. */
const engineName: Argument<string> = {
  grammar: "a name of at most 16 characters, such as sip",
  takes: { kind: "text", longest: 16 },
  parse([word], { report }) {
    if (word === undefined || word.text.length <= 16) return word?.text;
    report.add("adjusted", word, `the name ${word.text} is too long, only 16 characters count`, "write sip");
    return word.text.slice(0, 16);
  },
};

const sorryServer: Argument<SorryServerConf> = {
  grammar: "IP [PORT]",
  parse(words, scope) {
    const [at] = words;
    const server = lvs.readServer(words, scope);
    return at === undefined || server === undefined ? undefined : { ...server, at };
  },
};

/** The family of a virtual server's own address, where it has one. */
export const serviceFamily = ({ service }: VirtualServerConf): IpFamily | undefined =>
  service.kind === "address" ? service.address.family : undefined;

/** The name people know it by. */
export function serviceName({ service }: VirtualServerConf): string {
  switch (service.kind) {
    case "address":
      return service.port === undefined ? formatIp(service.address) : `${formatIp(service.address)} ${service.port}`;
    case "fwmark":
      return `fwmark ${service.mark}`;
    case "group":
      return `group ${service.name}`;
  }
}

const { leaf, section: block } = rowsFor<VirtualServerConf>();

/** Flags of the kernel's struct ip_vs_service: IP_VS_SVC_F_SCHED1..3. */
const FLAG_1 = 0x08;
const FLAG_2 = 0x10;
const FLAG_3 = 0x20;

/** A flag of the scheduler, which has another name for each; `only`: the scheduler that must stand above. */
function schedulerFlag(
  keyword: string,
  bit: number,
  only: "sh" | "mh" | undefined,
  doc: string,
): Row<VirtualServerConf> {
  const row = leaf(
    "flag",
    "schedulerFlags",
    { grammar: "", takes: { kind: "nothing" }, arity: 0, parse: () => bit },
    { doc },
  );
  return {
    ...row,
    keyword,
    read(statement, into, scope) {
      const { scheduler: chosen, schedulerFlags } = into.conf;
      // keepalived says nothing where the other of the two hashing schedulers is chosen.
      if (only === undefined || chosen === only) {
        row.read(statement, into, scope);
        into.conf.schedulerFlags = schedulerFlags | bit;
      } else if (chosen !== "sh" && chosen !== "mh") {
        const what = `${keyword} is ignored: it applies to lvs_sched ${only}, which must stand above it`;
        scope.report.add("ignoredSetting", statement.keyword, what, `write lvs_sched ${only} above it, or remove it`);
      }
    },
  };
}

const needsSorryServer = ({ sorryServer: server }: VirtualServerConf): string | undefined =>
  server === undefined ? "no sorry_server stands above it" : undefined;

export const virtualServer = table<VirtualServerConf>("virtual_server", [
  ...checkDefaultsRows(virtualServerTiming),
  leaf("lvs_sched", "scheduler", scheduler, {
    aliases: ["lb_algo"],
    default: "wlc",
    doc: "How connections are spread.",
  }),
  leaf("lvs_method", "forwarding", lvs.forwarding, {
    aliases: ["lb_kind"],
    default: "NAT",
    doc: "How packets reach the real servers.",
  }),
  leaf("protocol", "protocol", protocol, { default: "UDP", doc: "Transport protocol." }),
  leaf("persistence_timeout", "persistenceTimeout", lvs.persistence, {
    default: "off",
    doc: "Seconds for which a client stays with its server; 360 where none are given.",
  }),
  persistenceGranularity(),
  leaf("persistence_engine", "persistenceEngine", engineName, { doc: "What recognises a client besides its address." }),
  leaf("ops", "onePacket", arg.flag<boolean>(true), { doc: "Schedule every datagram for itself (UDP)." }),
  schedulerFlag("flag-1", FLAG_1, undefined, "First flag of the scheduler."),
  schedulerFlag("flag-2", FLAG_2, undefined, "Second flag of the scheduler."),
  schedulerFlag("flag-3", FLAG_3, undefined, "Third flag of the scheduler."),
  schedulerFlag("sh-port", FLAG_2, "sh", "Hash the source port as well (sh)."),
  schedulerFlag("sh-fallback", FLAG_1, "sh", "Take another server when the hashed one is down (sh)."),
  schedulerFlag("mh-port", FLAG_2, "mh", "Hash the source port as well (mh)."),
  schedulerFlag("mh-fallback", FLAG_1, "mh", "Take another server when the hashed one is down (mh)."),
  schedulerFlag("hashed", 0, "sh", "Has no effect."),
  leaf("ha_suspend", "haSuspend", arg.flag<boolean>(true), {
    doc: "No checks while this machine does not have the address.",
  }),
  leaf("smtp_alert", "smtpAlert", arg.optionalBoolean, {
    default: { from: "smtp_alert_checker, then smtp_alert" },
    doc: "Mail when the quorum is reached or lost.",
  }),
  leaf("snmp_name", "snmpName", lvs.oneWord, { absence: "missingWord", doc: "Name to show over SNMP." }),
  leaf("alpha", "alpha", arg.flag<boolean>(true), { doc: "Real servers start as down, until their checks succeed." }),
  leaf("omega", "omega", arg.flag<boolean>(true), { doc: "Report servers as down at the end." }),
  leaf("quorum", "quorum", quorum(), { default: "1", doc: "Weight of servers that are up from which on it serves." }),
  leaf("hysteresis", "hysteresis", arg.integer(0, lvs.UINT32_MAX), { default: "0", doc: "Margin around the quorum." }),
  leaf("quorum_up", "quorumUp", script, { once: true, doc: "Command to run when the quorum is reached." }),
  leaf("quorum_down", "quorumDown", script, { once: true, doc: "Command to run when the quorum is lost." }),
  leaf("ip_family", "family", arg.choice<IpFamily>({ inet: 4, inet6: 6 }), {
    default: { from: "the addresses" },
    doc: "Address family of a firewall mark whose servers are all reached by tunnels.",
  }),
  leaf("weight", "weight", arg.integer(1, lvs.INT32_MAX), {
    default: "1",
    doc: "Weight of real servers that give none.",
  }),
  leaf("inhibit_on_failure", "inhibitOnFailure", arg.flag<boolean>(true), {
    doc: "Weight 0 instead of removal for servers that fail.",
  }),
  leaf("sorry_server", "sorryServer", sorryServer, { doc: "Server to use while there is no quorum." }),
  leaf("sorry_server_inhibit", "sorryServerInhibit", arg.flag<boolean>(true), {
    pointless: needsSorryServer,
    doc: "Weight 0 instead of removal for the sorry server while it is not needed.",
  }),
  leaf("sorry_server_lvs_method", "sorryServerForwarding", lvs.forwarding, {
    pointless: needsSorryServer,
    default: { from: "lvs_method" },
    doc: "How packets reach the sorry server.",
  }),
  block("real_server", realServer, openRealServer, { arity: 1, finish: keepRealServer, doc: "A server behind it." }),
]);

/** 0 and what is no number are taken for 1. */
function quorum(): Argument<number> {
  const range = arg.integer(1, lvs.UINT32_MAX);
  return { ...range, parse: (words, scope, statement) => range.parse(words, scope, statement) ?? 1 };
}

/** Read as the family of the virtual server has it. */
function persistenceGranularity(): Row<VirtualServerConf> {
  const doc = "How many clients count as one: a mask (IPv4), or a prefix length (IPv6).";
  const rows = {
    4: leaf("persistence_granularity", "persistenceGranularity", lvs.granularity(4), {
      default: { from: "the family: one client" },
      doc,
    }),
    6: leaf("persistence_granularity", "persistenceGranularity", lvs.granularity(6), { doc }),
  };
  return {
    ...rows[4],
    grammar: `${rows[4].grammar} (IPv4), ${rows[6].grammar} (IPv6)`,
    read: (statement, into, scope) => rows[serviceFamily(into.conf) ?? 4].read(statement, into, scope),
  };
}

function openRealServer(statement: Statement, _: VirtualServerConf, scope: Scope): Section<RealServerConf> | undefined {
  const server = lvs.readServer(statement.args, scope);
  return server === undefined ? undefined : section<RealServerConf>(defaultRealServer(server), statement);
}

/** Only tunnels lead from one address family to the other. */
function keepRealServer(server: Section<RealServerConf>, into: VirtualServerConf, end: Word, { report }: Scope): void {
  const family = serviceFamily(into);
  const { address, forwarding = into.forwarding } = server.conf;
  if (family === undefined || address.family === family || forwarding?.method === "TUN") into.realServers.push(server);
  else
    report.add(
      "wrongFamily",
      end,
      `real_server ${formatIp(address)} is IPv${address.family}, its virtual_server IPv${family}; it is ignored`,
      "write addresses of one family, or lvs_method TUN",
    );
}

/** `IP [PORT]`, `fwmark N` or `group NAME`; undefined after a report. */
export function readHeader({ keyword, args }: Statement, scope: Scope): VirtualServerHeader | undefined {
  const [first, second] = args;
  if (first === undefined) return undefined;
  if (first.text !== "fwmark" && first.text !== "group") {
    const server = lvs.readServer(args, scope);
    return server === undefined ? undefined : { kind: "address", ...server };
  }
  if (second === undefined) {
    const what = first.text === "group" ? "the name of a virtual_server_group" : "a number";
    scope.report.add(
      "missingParameter",
      first,
      `${keyword.text} ${first.text} needs a word after it`,
      `write ${keyword.text} ${first.text} and ${what}`,
    );
    return undefined;
  }
  if (first.text === "group") return { kind: "group", name: second.text };
  const mark = arg.readInteger(second, { min: 0, max: lvs.UINT32_MAX }, scope);
  return mark === undefined ? undefined : { kind: "fwmark", mark };
}

/** Rules that keepalived applies where the block ends. */
function keepVirtualServer(server: Section<VirtualServerConf>, into: LvsConf, end: Word, { report }: Scope): void {
  const { conf, given } = server;
  const family = serviceFamily(conf);
  if (conf.sorryServer !== undefined && family !== undefined && conf.sorryServer.address.family !== family) {
    const method = conf.sorryServerForwarding ?? conf.forwarding;
    if (method?.method !== "TUN") {
      report.add(
        "wrongFamily",
        end,
        `sorry_server ${formatIp(conf.sorryServer.address)} is not of the family of its virtual_server; it is ignored`,
        "write an address of the same family, or sorry_server_lvs_method TUN",
      );
      delete conf.sorryServer;
    }
  }
  if (conf.family !== undefined && family !== undefined && conf.family !== family) {
    report.add(
      "wrongFamily",
      given.get("ip_family")?.args[0] ?? end,
      `ip_family is not that of the address ${serviceName(conf)}; it is ignored`,
      "remove it: the address says it",
    );
    delete conf.family;
  }
  if (conf.realServers.length > 0) into.virtualServers.push(server);
  else
    report.add(
      "noRealServer",
      end,
      `virtual_server ${serviceName(conf)} has no usable real_server and is dropped`,
      "add real_server IP PORT { }",
    );
}

const group = rowsFor<VirtualServerGroupConf>();

/** Only its lines: the reader of the top level gives every statement of the block to it. */
const groupLines = group.lines("virtual_server_group", (conf) => conf.items, lvs.groupItem, {
  arity: 1,
  items: {
    first: { name: "<ADDR>", grammar: "IP[-LAST|-IP|/LEN] [PORT]", doc: "Addresses of the service." },
    options: [
      { word: "fwmark", aliases: [], grammar: "N [inet|inet6]", takes: { kind: "own" }, doc: "Or a firewall mark." },
    ],
  },
  doc: "Addresses, ranges of them and firewall marks that share real servers.",
});

const sslRows = rowsFor<SslConf>();

export const sslContext = table<SslConf>("SSL", [
  sslRows.leaf("password", "password", arg.text, {
    once: "last",
    absence: "missingWord",
    doc: "Password of the private key.",
  }),
  sslRows.leaf("ca", "ca", arg.text, {
    once: "last",
    absence: "missingWord",
    doc: "File with certificates of authorities.",
  }),
  sslRows.leaf("certificate", "certificate", arg.text, {
    once: "last",
    absence: "missingWord",
    doc: "File with the certificate to show to servers.",
  }),
  sslRows.leaf("key", "key", arg.text, { once: "last", absence: "missingWord", doc: "File with its private key." }),
]);

const top = rowsFor<LvsConf>();
const NO_SERVER = "no virtual server is set up";

/** What stands at the top level of a configuration. */
export const lvsRows: readonly Row<LvsConf>[] = [
  top.section(
    "virtual_server",
    virtualServer,
    (statement, _, scope) => {
      const service = readHeader(statement, scope);
      return service === undefined ? undefined : section<VirtualServerConf>(defaultVirtualServer(service), statement);
    },
    { arity: 1, finish: keepVirtualServer, notYet: NO_SERVER, doc: "One service of IPVS, or one for each of a group." },
  ),
  {
    ...groupLines,
    shape: "lines",
    grammar: "NAME { ... }",
    notYet: true,
    read(statement, into, scope) {
      const [name] = statement.args;
      if (name === undefined) return;
      const opened = into.conf.virtualServerGroups.get(name.text) ?? section({ name: name.text, items: [] }, statement);
      const before = opened.conf.items.length;
      groupLines.read(statement, opened, scope);
      if (opened.conf.items.length > before) into.conf.virtualServerGroups.set(name.text, opened);
      else
        scope.report.add(
          "emptyGroup",
          statement.block?.close ?? statement.keyword,
          `virtual_server_group ${name.text} has no usable line and is dropped`,
          "add lines such as 192.0.2.1 80",
        );
    },
  },
  top.section(
    "SSL",
    sslContext,
    (statement, into, { report }) => {
      if (into.ssl !== undefined)
        report.add(
          "alreadyGiven",
          statement.keyword,
          `SSL is already given in line ${into.ssl.header.keyword.line.number}; this one replaces it`,
          "keep one of the two",
        );
      into.ssl = section<SslConf>({}, statement);
      return into.ssl;
    },
    { notYet: true, doc: "Key material of SSL_GET checkers." },
  ),
];
