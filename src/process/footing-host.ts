// Performs what the VRRP router asks of the machine besides sockets: virtual links, settings of the kernel, the filter.
import { type Firewall, openFirewall } from "../host/firewall.js";
import type { LinkRefusal, Rtnl } from "../host/rtnl.js";
import { Sysctls } from "../host/sysctl.js";
import { type SystemError, isSystemError } from "../host/system-error.js";
import type { IpPrefix } from "../base/ip.js";
import { plainAddress } from "../vrrp/params.js";
import type { RouterEffect, TunedSetting } from "../vrrp/effects.js";
import type { Refusal, RouterEvent } from "../vrrp/events.js";

type EffectOf<Kind extends RouterEffect["kind"]> = Extract<RouterEffect, { kind: Kind }>;
type FootingEffect = EffectOf<"createLink" | "removeLink" | "switchLinks" | "tune" | "filter">;
type Deliver = (event: RouterEvent) => void;

export interface FootingHost {
  perform(effect: FootingEffect, deliver: Deliver): void;
  /** Settings that a predecessor of this process has changed. */
  adopt(tuned: readonly TunedSetting[]): void;
  close(): void;
}

/** `note` is told of every setting that differs from what was found, before it does. */
export function createFootingHost(rtnl: Rtnl, note: (tuned: readonly TunedSetting[]) => void): FootingHost {
  let sysctls = new Sysctls([], note);
  let firewall: Firewall | undefined;

  const refuse = (
    deliver: Deliver,
    effect: Refusal["effect"],
    subject: string,
    { error, text }: LinkRefusal,
    instance?: string,
  ): void => {
    const { syscall, errno, code } = error;
    const refusal = { effect, syscall, errno, code: text === undefined ? code : `${code}, ${text}`, subject };
    deliver({ kind: "refused", refusal: { ...refusal, ...(instance !== undefined && { instance }) } });
  };

  const createLink = ({ link, lower, alias }: EffectOf<"createLink">, deliver: Deliver): void => {
    const { name, form, group } = link;
    const refused = rtnl.ensureLink({ name, lower, alias, group, form });
    if (refused !== undefined) refuse(deliver, "createLink", name, refused);
    else if (form.kind === "ipvlan" && form.address !== undefined) addOwnAddress(name, form.address, deliver);
  };

  /** The address that an ipvlan has in every state. */
  const addOwnAddress = (interfaceName: string, prefix: IpPrefix, deliver: Deliver): void => {
    const links = rtnl.links();
    if (isSystemError(links)) {
      refuse(deliver, "createLink", interfaceName, { error: links });
      return;
    }
    const link = links.find(({ name }) => name === interfaceName);
    if (link === undefined) return;
    const placed = { interfaceIndex: link.index, interfaceName, address: plainAddress(prefix) };
    const [refused] = rtnl.add([placed]);
    if (refused !== undefined) refuse(deliver, "createLink", interfaceName, refused);
  };

  const switchLinks = ({ instance, links, on }: EffectOf<"switchLinks">, deliver: Deliver): void => {
    for (const { interfaceIndex, interfaceName } of links) {
      const refused = rtnl.switchLink(interfaceIndex, on);
      if (refused !== undefined) refuse(deliver, "switchLinks", interfaceName, refused, instance);
    }
  };

  /** Opened when it is needed first: without a filter nothing asks the kernel for nf_tables. */
  const openOnce = (): Firewall | SystemError => {
    if (firewall !== undefined) return firewall;
    const opened = openFirewall();
    if (!isSystemError(opened)) firewall = opened;
    return opened;
  };

  const filter = (wanted: EffectOf<"filter">["filter"], deliver: Deliver): void => {
    if (wanted === undefined && firewall === undefined) return;
    const opened = openOnce();
    const refused = isSystemError(opened) ? { error: opened } : opened.apply(wanted);
    if (refused === undefined) deliver({ kind: "filtered" });
    else refuse(deliver, "filter", "the rules of no_accept", refused);
  };

  return {
    perform(effect, deliver) {
      switch (effect.kind) {
        case "createLink":
          createLink(effect, deliver);
          break;
        case "removeLink": {
          const refused = rtnl.removeLink(effect.interfaceIndex ?? effect.interfaceName);
          if (refused !== undefined) refuse(deliver, "removeLink", effect.interfaceName, refused);
          break;
        }
        case "switchLinks":
          switchLinks(effect, deliver);
          break;
        case "tune":
          for (const refused of sysctls.apply(effect.settings)) {
            refuse(deliver, "tune", `net.${refused.path.replaceAll("/", ".")}`, refused);
          }
          break;
        case "filter":
          filter(effect.filter, deliver);
          break;
      }
    },
    adopt(tuned) {
      sysctls = new Sysctls(tuned, note);
    },
    close() {
      // What a predecessor changed and this configuration has no use for.
      sysctls.apply([]);
      firewall?.close();
    },
  };
}
