// Rules over whole virtual servers, after everything has been read: what is left out gets its default, what cannot be
// is changed as keepalived changes it. Programs of virtual servers are looked at as well.
import { formatIp, sameIp, type IpAddress } from "../../base/ip.js";
import { seconds } from "../../base/time.js";
import type { RootConf, ScriptConf } from "../conf.js";
import { serviceName } from "../keywords/virtual-server.js";
import type { Forwarding, RealServerConf, VirtualServerConf, VirtualServerGroupConf } from "../lvs-conf.js";
import type { Word } from "../source.js";
import { placeOf, type Scope, type Section } from "../table.js";
import { lowerCommand, type ScriptRules } from "./scripts.js";

const DEFAULT_PERSISTENCE = seconds(360);

interface Subject {
  readonly server: Section<VirtualServerConf>;
  readonly conf: VirtualServerConf;
  readonly name: string;
  readonly service: Service;
  readonly scope: Scope;
}

/** What clients of a virtual server can come by. */
interface Service {
  readonly marks: boolean;
  /** Of its addresses; undefined stands for all ports. */
  readonly ports: ReadonlySet<number | undefined>;
}

export function completeVirtualServers(conf: RootConf, rules: ScriptRules, scope: Scope): void {
  for (const server of conf.virtualServers) {
    const service = serviceOf(server.conf, conf.virtualServerGroups);
    completeVirtualServer({ server, conf: server.conf, name: serviceName(server.conf), service, scope });
    checkScripts(server.conf, rules, scope);
  }
  const { lvsNotifyFifoScript } = conf.globals.conf;
  if (lvsNotifyFifoScript !== undefined) lowerCommand(lvsNotifyFifoScript, rules, "missingHook", scope);
}

function serviceOf(
  { service }: VirtualServerConf,
  groups: ReadonlyMap<string, Section<VirtualServerGroupConf>>,
): Service {
  switch (service.kind) {
    case "address":
      return { marks: false, ports: new Set([service.port]) };
    case "fwmark":
      return { marks: true, ports: new Set() };
    case "group": {
      const items = groups.get(service.name)?.conf.items ?? [];
      return {
        marks: items.some(({ kind }) => kind === "fwmark"),
        ports: new Set(items.flatMap((item) => (item.kind === "addresses" ? [item.port] : []))),
      };
    }
  }
}

function completeVirtualServer(subject: Subject): void {
  completeProtocol(subject);
  completeMethod(subject);
  completePersistence(subject);
  completePorts(subject);
  removeDuplicates(subject);
  completeSorryServer(subject);
  completeQuorum(subject);
}

function completeProtocol({ server, conf, name, service, scope: { report } }: Subject): void {
  if (service.ports.size > 0 && conf.protocol === undefined) {
    report.add(
      "defaultTaken",
      server.header.keyword,
      `virtual_server ${name} names no protocol: it serves UDP`,
      "add protocol TCP, or whatever is meant",
    );
    conf.protocol = "UDP";
  } else if (service.marks && service.ports.size === 0 && conf.protocol !== undefined) {
    report.add(
      "ignoredSetting",
      placeOf(server, "protocol"),
      `the protocol of ${name} is ignored: a firewall mark selects packets of any protocol`,
      "remove it",
    );
    delete conf.protocol;
  }
  if (conf.scheduler === undefined) {
    report.add(
      "defaultTaken",
      server.header.keyword,
      `virtual_server ${name} names no scheduler: it uses wlc`,
      "add lvs_sched wlc, or whatever is meant",
    );
    conf.scheduler = "wlc";
  }
  if (conf.onePacket && conf.protocol !== undefined && conf.protocol !== "UDP") {
    report.add(
      "ignoredSetting",
      placeOf(server, "ops"),
      `ops of ${name} is ignored: one-packet scheduling is for UDP`,
      "remove it",
    );
    conf.onePacket = false;
  }
  if (conf.haSuspend && service.marks) {
    report.add(
      "ignoredSetting",
      placeOf(server, "ha_suspend"),
      `ha_suspend of ${name} is ignored: a firewall mark has no address to wait for`,
      "remove it",
    );
    conf.haSuspend = false;
  }
}

function completeMethod({ server, conf, name, scope: { report } }: Subject): void {
  if (conf.forwarding !== undefined) return;
  const { realServers, sorryServer, sorryServerForwarding } = conf;
  const left = realServers.some((real) => real.conf.forwarding === undefined);
  if (left || (sorryServer !== undefined && sorryServerForwarding === undefined)) {
    report.add(
      "defaultTaken",
      server.header.keyword,
      `virtual_server ${name} names no forwarding method: it uses NAT`,
      "add lvs_method NAT, DR or TUN",
    );
  }
  conf.forwarding = { method: "NAT" };
}

function completePersistence({ server, conf, name, service, scope: { report } }: Subject): void {
  if (conf.persistenceTimeout !== undefined) return;
  if (conf.persistenceGranularity !== undefined) conf.persistenceTimeout = DEFAULT_PERSISTENCE;
  else if (service.ports.has(undefined)) {
    report.add(
      "adjusted",
      server.header.keyword,
      `virtual_server ${name} has no port, which only a persistent one can do without: it becomes persistent`,
      "add a port, or persistence_timeout",
    );
    conf.persistenceTimeout = DEFAULT_PERSISTENCE;
  }
}

/** Only NAT can change the port of a packet. */
function completePorts({ conf, name, service, scope: { report } }: Subject): void {
  const complain = (at: Word, server: string, port: number): void => {
    const why = service.marks
      ? "packets with a firewall mark keep their port"
      : `${name} has ${describePorts(service)}, and only NAT can change a port`;
    report.add("portMismatch", at, `port ${port} of ${server} has no effect: ${why}`, "remove the port, or use NAT");
  };
  const isWrong = (port: number | undefined, forwarding: Forwarding | undefined): port is number =>
    port !== undefined &&
    forwarding !== undefined &&
    forwarding.method !== "NAT" &&
    (service.marks || (service.ports.size > 0 && [...service.ports].some((own) => own !== port)));
  for (const { conf: real, header } of conf.realServers) {
    if (isWrong(real.port, real.forwarding ?? conf.forwarding))
      complain(header.args[1] ?? header.keyword, `real_server ${formatIp(real.address)}`, real.port);
  }
  const { sorryServer } = conf;
  if (sorryServer !== undefined && isWrong(sorryServer.port, conf.sorryServerForwarding ?? conf.forwarding))
    complain(sorryServer.at, `sorry_server ${formatIp(sorryServer.address)}`, sorryServer.port);
}

const describePorts = ({ ports }: Service): string => {
  const [port] = ports;
  return port === undefined ? "all ports" : `port ${[...ports].join(", ")}`;
};

function removeDuplicates({ conf, name, scope: { report } }: Subject): void {
  const first = new Map<string, Section<RealServerConf>>();
  const surplus = new Set<Section<RealServerConf>>();
  for (const real of conf.realServers) {
    const { address, port } = real.conf;
    const key = `${formatIp(address)} ${port ?? ""}`;
    const other = first.get(key);
    if (other === undefined) {
      first.set(key, real);
      continue;
    }
    surplus.add(real);
    report.add(
      "duplicateServer",
      real.header.keyword,
      `real_server ${formatIp(address)} stands in line ${other.header.keyword.line.number} of ${name} already; this one is ignored`,
      "keep one of the two",
    );
  }
  if (surplus.size > 0) conf.realServers = conf.realServers.filter((real) => !surplus.has(real));
}

function completeSorryServer({ server, conf, scope: { report } }: Subject): void {
  const { sorryServer } = conf;
  if (sorryServer === undefined) return;
  const isSame = (address: IpAddress, port: number | undefined): boolean =>
    sameIp(address, sorryServer.address) && port === sorryServer.port;
  const twin = conf.realServers.find((real) => isSame(real.conf.address, real.conf.port));
  const inhibit = twin?.conf.inhibitOnFailure ?? conf.inhibitOnFailure;
  if (twin === undefined || inhibit === conf.sorryServerInhibit) return;
  report.add(
    "adjusted",
    placeOf(server, "sorry_server"),
    `sorry_server ${formatIp(sorryServer.address)} is a real_server too, so inhibit must be the same for both`,
    "add sorry_server_inhibit where inhibit_on_failure is set, remove it where not",
  );
  conf.sorryServerInhibit = inhibit;
}

function completeQuorum({ server, conf, name, scope: { report } }: Subject): void {
  const total = conf.realServers.reduce((sum, real) => sum + (real.conf.weight ?? conf.weight), 0);
  if (conf.quorum > total) {
    report.add(
      "quorumOutOfReach",
      placeOf(server, "quorum"),
      `the quorum ${conf.quorum} of ${name} is more than all its servers weigh, ${total}: it becomes ${total}`,
      `write quorum ${total}, or raise weights`,
    );
    conf.quorum = total;
  }
  if (conf.hysteresis > 0 && conf.hysteresis >= conf.quorum) {
    report.add(
      "quorumOutOfReach",
      placeOf(server, "hysteresis"),
      `the hysteresis ${conf.hysteresis} of ${name} is not below its quorum, ${conf.quorum}: it becomes 0`,
      "write a hysteresis below the quorum",
    );
    conf.hysteresis = 0;
  }
}

function checkScripts(conf: VirtualServerConf, rules: ScriptRules, scope: Scope): void {
  const check = (script: ScriptConf | undefined): void => {
    if (script !== undefined) lowerCommand(script, rules, "missingHook", scope);
  };
  check(conf.quorumUp);
  check(conf.quorumDown);
  for (const { conf: real } of conf.realServers) {
    check(real.notifyUp);
    check(real.notifyDown);
    for (const { kind, section } of real.checks) {
      if (kind !== "MISC_CHECK") continue;
      const { script, identity } = section.conf;
      check(script === undefined ? undefined : { ...script, ...(identity !== undefined && { identity }) });
    }
  }
}
