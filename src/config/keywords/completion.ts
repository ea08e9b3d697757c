// What keepalived looks at when the last line of a block has been read.
import { formatIp, sameIp } from "../../base/ip.js";
import type { BfdConf, InstanceConf, RootConf } from "../conf.js";
import type { GarpGroupConf } from "../conf-network.js";
import type { Word } from "../source.js";
import { placeOf, type Scope, type Section } from "../table.js";

/** Settings of one instance that need another one beside them, and names that two instances want for theirs. */
export function finishInstance(instance: Section<InstanceConf>, into: RootConf, end: Word, scope: Scope): void {
  const { conf, given } = instance;
  const { report } = scope;
  if (conf.unicastTtl !== undefined && conf.unicastPeers.length === 0) {
    const message = `${conf.name}: unicast_ttl is ignored without unicast_peer`;
    report.add("ignoredSetting", end, message, "add unicast_peer { ADDRESS }, or remove it");
    delete conf.unicastTtl;
  }
  if (conf.vrf !== undefined && conf.interfaceName !== undefined) {
    const message = `${conf.name}: vrf is ignored beside interface`;
    report.add("ignoredSetting", placeOf(instance, "vrf"), message, "keep one of the two");
    delete conf.vrf;
  }
  if (conf.useVmac === undefined) return;
  const unicast = given.has("unicast_peer") || given.has("unicast_src_ip");
  if (unicast && conf.interfaceName !== undefined && conf.vmacXmitBase !== true) {
    const message = `${conf.name}: unicast with use_vmac advertises from the real interface`;
    report.add("adjusted", end, message, "add vmac_xmit_base");
    conf.vmacXmitBase = true;
  }
  const { name } = conf.useVmac;
  if (name === undefined) return;
  for (const { conf: other } of into.instances.values()) {
    if (other === conf || other.useVmac?.name !== name) continue;
    const message = `${other.name} already has the virtual interface ${name}; the name is ignored`;
    report.add("alreadyGiven", placeOf(instance, "use_vmac"), message, "choose another name");
  }
}

const interfacesOf = ({ interfaces, interfaceName }: GarpGroupConf): readonly string[] => [
  ...interfaces.map(({ name }) => name),
  ...(interfaceName === undefined ? [] : [interfaceName]),
];

/** A group without a pace is of no use; an interface belongs to one group. */
export function finishGarpGroup(group: Section<GarpGroupConf>, into: RootConf, end: Word, { report }: Scope): void {
  const { conf, given } = group;
  const taken = new Set(into.garpGroups.flatMap((other) => (other === group ? [] : interfacesOf(other.conf))));
  if (conf.interfaceName !== undefined && taken.has(conf.interfaceName)) {
    const message = `${conf.interfaceName} is in a garp_group already and stays there`;
    report.add("alreadyGiven", placeOf(group, "interface"), message, "name it once");
    delete conf.interfaceName;
  }
  const twice = conf.interfaces.filter(({ name }) => taken.has(name) || !taken.add(name));
  for (const { name } of twice) {
    const at = given.get("interfaces")?.block?.close ?? end;
    report.add("alreadyGiven", at, `${name} is in a garp_group already and stays there`, "name it once");
  }
  conf.interfaces = conf.interfaces.filter((entry) => !twice.includes(entry));
  if (conf.garpInterval !== undefined || conf.gnaInterval !== undefined) return;
  report.add(
    "incompleteBlock",
    end,
    "the garp_group has no interval and is ignored",
    "add garp_interval or gna_interval",
  );
  into.garpGroups.splice(into.garpGroups.indexOf(group), 1);
}

/** One session for each neighbour (RFC 5880 §6.3); the block keeps its name, which may be tracked. */
export function finishBfd({ conf }: Section<BfdConf>, into: RootConf, end: Word, { report }: Scope): void {
  const { neighbor } = conf;
  if (neighbor === undefined) return;
  for (const { conf: other } of into.bfds.values()) {
    if (other === conf || other.neighbor === undefined || !sameIp(other.neighbor, neighbor)) continue;
    const message = `bfd_instance ${other.name} already has the neighbour ${formatIp(neighbor)}; ${conf.name} is ignored`;
    report.add("duplicateAddress", end, message, `track ${other.name} instead`);
    delete conf.neighbor;
    return;
  }
}
