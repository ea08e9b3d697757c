// What makes an instance impossible: it is shown in FAULT with the reason, while all others work.
import type { VrrpVersion } from "../../vrrp/params.js";
import type { GlobalConf, InstanceConf } from "../conf.js";
import type { Problem } from "../diagnostics.js";
import { placeOf, type Scope, type Section } from "../table.js";
import type { InstanceAddresses } from "./addresses.js";

export interface Findings {
  readonly version: VrrpVersion;
  readonly strict: boolean;
  readonly addresses: InstanceAddresses;
}

/** What makes the instance unable to work; undefined when nothing does. */
export function findObstacle(
  instance: Section<InstanceConf>,
  globals: GlobalConf,
  { version, strict, addresses }: Findings,
  { report, environment }: Scope,
): string | undefined {
  const { conf } = instance;
  let reason: string | undefined;
  const obstacle = (problem: Problem, keyword: string, what: string, hint: string): void => {
    report.add(problem, placeOf(instance, keyword), `${conf.name} cannot work: ${what}`, hint);
    reason ??= what;
  };
  if (conf.virtualRouterId === undefined) {
    obstacle(
      "impossibleInstance",
      "virtual_router_id",
      "it has no virtual_router_id",
      "add virtual_router_id 1..255, the same on all its routers",
    );
  }
  if (
    conf.useIpvlan !== undefined &&
    conf.useIpvlan.address === undefined &&
    addresses.announced[0]?.prefix.address.family !== 6
  ) {
    const what = "an ipvlan of IPv4 needs an address of its own";
    obstacle("impossibleInstance", "use_ipvlan", what, "write use_ipvlan ADDRESS");
  }
  if (conf.interfaceName === undefined) {
    if (conf.unicastPeers.length === 0) {
      obstacle("impossibleInstance", "interface", "it has no interface", "add interface NAME");
    } else if (conf.mcastSrcIp === undefined) {
      const what = "unicast without interface has nothing to send from";
      obstacle("impossibleInstance", "interface", what, "add interface NAME, or unicast_src_ip ADDRESS");
    }
  } else {
    const facts = environment.findInterface(conf.interfaceName);
    if (facts?.loopback === true) {
      obstacle(
        "unusableInterface",
        "interface",
        `${conf.interfaceName} is a loopback interface`,
        "name an interface of the segment it serves",
      );
    } else if (facts === undefined && !globals.dynamicInterfaces) {
      // The engine keeps it in FAULT until the interface appears.
      report.add(
        "unknownInterface",
        placeOf(instance, "interface"),
        `there is no interface ${conf.interfaceName}: ${conf.name} stays in FAULT until it appears`,
        "check the name, or set dynamic_interfaces in global_defs",
      );
    }
  }
  if (addresses.announced.length === 0) {
    if (strict || (version === 3 && !conf.noVirtualIpaddress)) {
      obstacle("noAddresses", "virtual_ipaddress", "it has no virtual_ipaddress", "add virtual_ipaddress { ADDRESS }");
    } else if (!conf.noVirtualIpaddress) {
      report.add(
        "noAddresses",
        placeOf(instance, "virtual_ipaddress"),
        `${conf.name} has no virtual_ipaddress`,
        "add virtual_ipaddress { ADDRESS }, or no_virtual_ipaddress if that is meant",
      );
    }
  }
  if (strict && conf.unicastPeers.length > 0) {
    obstacle("impossibleInstance", "unicast_peer", "strict mode forbids unicast_peer", "remove vrrp_strict");
  }
  return reason;
}
