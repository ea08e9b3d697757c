// Interfaces that addresses, routes and rules name: they must exist, or come with an instance.
import { formatIp } from "../../base/ip.js";
import type { RootConf } from "../conf.js";
import type { RouteConf, RuleConf } from "../conf-network.js";
import type { Scope } from "../table.js";
import type { Word } from "../source.js";

/** keepalived puts static addresses there when nothing is said. */
export const DEFAULT_INTERFACE = "eth0";

export function completeNetwork(conf: RootConf, { report, environment }: Scope): void {
  const { dynamicInterfaces, defaultInterface = DEFAULT_INTERFACE } = conf.globals.conf;
  const own = virtualInterfaces(conf);
  const exists = (name: string): boolean => own.has(name) || environment.findInterface(name) !== undefined;
  const check = (name: string | undefined, at: Word): void => {
    if (name === undefined || dynamicInterfaces || exists(name)) return;
    const hint = "check the name, or set dynamic_interfaces in global_defs";
    report.add("unknownInterface", at, `there is no interface ${name}`, hint);
  };
  const checkRoutes = (routes: readonly RouteConf[]): void => {
    for (const route of routes) for (const hop of [route, ...route.nextHops]) check(hop.interfaceName, route.at);
  };
  const checkRules = (rules: readonly RuleConf[]): void => {
    for (const rule of rules) for (const name of [rule.inputInterface, rule.outputInterface]) check(name, rule.at);
  };
  for (const { conf: instance } of conf.instances.values()) {
    for (const { address, at } of [...instance.addresses, ...instance.excludedAddresses])
      check(address.interfaceName, at);
    checkRoutes(instance.routes);
    checkRules(instance.rules);
  }
  checkRoutes(conf.staticRoutes);
  checkRules(conf.staticRules);
  for (const { conf: group, header, given } of conf.garpGroups) {
    for (const { name, at } of group.interfaces) check(name, at);
    check(group.interfaceName, given.get("interface")?.args[0] ?? header.keyword);
  }
  for (const { address, at } of conf.staticAddresses) {
    if (address.interfaceName !== undefined) check(address.interfaceName, at);
    else if (!exists(defaultInterface)) {
      report.add(
        "missingInterface",
        at,
        `${formatIp(address.prefix.address)} names no interface, and there is no ${defaultInterface} either`,
        "add dev IFNAME, or default_interface to global_defs",
      );
    }
  }
}

/** Interfaces that instances make for themselves. */
function virtualInterfaces(conf: RootConf): ReadonlySet<string> {
  const prefix = conf.globals.conf.vmacPrefix ?? "vrrp";
  const names = new Set<string>();
  for (const { conf: instance } of conf.instances.values()) {
    const made = instance.useVmac ?? instance.useIpvlan;
    if (made !== undefined) names.add(made.name ?? `${prefix}.${instance.virtualRouterId ?? ""}`);
  }
  return names;
}
