// Gratuitous ARP: an instance says it, or global_defs does, or keepalived's defaults hold.
import { micros, seconds } from "../../base/time.js";
import type { AnnounceParams, VrrpRouterParams } from "../../vrrp/params.js";
import type { GarpConf, GlobalConf, InstanceConf, RootConf } from "../conf.js";
import { placeOf, type Scope, type Section } from "../table.js";

const DEFAULTS = { delay: seconds(5), repeat: 5, refresh: micros(0), refreshRepeat: 1 } as const;
/** `vrrp_min_garp`: takes the place of the defaults, never of what is written. */
const MINIMUM = { ...DEFAULTS, delay: micros(0), repeat: 1 } as const;

export function lowerAnnounce(
  instance: Section<InstanceConf>,
  globals: GlobalConf,
  strict: boolean,
  scope: Scope,
): AnnounceParams {
  const { conf } = instance;
  const defaults = globals.minGarp === true ? MINIMUM : DEFAULTS;
  const either = <F extends keyof GarpConf>(field: F): GarpConf[F] => conf[field] ?? globals[field];
  const delay = either("garpMasterDelay") ?? defaults.delay;
  const repeat = either("garpMasterRepeat") ?? defaults.repeat;
  const extra = conf.garpExtraInterface ?? globals.garpExtraInterface;
  if (strict) reportStrict(instance, scope);
  return {
    delay,
    repeat,
    refresh: either("garpMasterRefresh") ?? defaults.refresh,
    refreshRepeat: either("garpMasterRefreshRepeat") ?? defaults.refreshRepeat,
    lowerPriorityDelay: strict ? micros(0) : (either("garpLowerPrioDelay") ?? delay),
    lowerPriorityRepeat: strict ? 0 : (either("garpLowerPrioRepeat") ?? repeat),
    extraPeriod: extra?.period ?? micros(0),
    extraEverywhere: extra?.all ?? false,
  };
}

/** The pace of all interfaces, and of those that share one. */
export const lowerPaces = ({ globals, garpGroups }: RootConf): Pick<VrrpRouterParams, "pace" | "paceGroups"> => ({
  pace: { arp: globals.conf.garpInterval, neighbour: globals.conf.gnaInterval },
  paceGroups: garpGroups.map(({ conf: { garpInterval, gnaInterval, interfaceName, interfaces } }) => ({
    arp: garpInterval ?? micros(0),
    neighbour: gnaInterval ?? micros(0),
    interfaces: [...(interfaceName === undefined ? [] : [interfaceName]), ...interfaces.map(({ name }) => name)],
  })),
});

function reportStrict(instance: Section<InstanceConf>, { report }: Scope): void {
  for (const keyword of ["garp_lower_prio_delay", "garp_lower_prio_repeat"]) {
    if (!instance.given.has(keyword)) continue;
    report.add(
      "ignoredSetting",
      placeOf(instance, keyword),
      `${keyword} has no effect in strict mode`,
      "remove it, or remove vrrp_strict",
    );
  }
}
