// Links that are made, switched and removed: RTM_NEWLINK and RTM_DELLINK (rtnetlink(7), <linux/if_link.h>).
// `link.ts` has the layout of the messages.
import type { MacAddress } from "../../base/mac.js";
import { encode } from "./attribute.js";
import { IFF_UP, ipvlanData, linkMessage, macvlanData } from "./link.js";
import { NLM_F_CREATE, type Request } from "./message.js";
import { AF_UNSPEC, RTM_DELLINK, RTM_NEWLINK } from "./rtnetlink.js";

/** Links of one parent reach each other, and what comes from outside with their own address reaches the parent. */
export const MACVLAN_MODE_BRIDGE = 4;
const IPVLAN_MODE_L2 = 0;
const ipvlanFlags = { bridge: 0, private: 1, vepa: 2 } as const;

/** A link on top of another one. */
export interface VirtualLinkRequest {
  readonly name: string;
  /** Index of the link it stands on. */
  readonly lower: number;
  /** IFLA_IFALIAS, shown by ip(8); absent: as it was. */
  readonly alias?: string | undefined;
  /** Interface group; absent: 0, or as it was. */
  readonly group?: number | undefined;
  readonly form:
    | { readonly kind: "macvlan"; readonly mac: MacAddress }
    /** L2 mode, with the MAC address of the link below. */
    | { readonly kind: "ipvlan"; readonly mode: keyof typeof ipvlanFlags };
}

/**
 * Makes a link, a macvlan switched off and an ipvlan on; one of that name and kind that is there already is changed into it, except for what it
 * stands on.
 * `ip link add link eth0 name vrrp.51 address 00:00:5e:00:01:33 type macvlan mode bridge`
 */
export function newVirtualLink({ name, lower, group, form }: VirtualLinkRequest): Request {
  const data =
    form.kind === "macvlan"
      ? encode(macvlanData, { mode: MACVLAN_MODE_BRIDGE })
      : encode(ipvlanData, { mode: IPVLAN_MODE_L2, flags: ipvlanFlags[form.mode] });
  return {
    type: RTM_NEWLINK,
    flags: NLM_F_CREATE,
    body: (out) =>
      linkMessage.write(out, header(0, form.kind === "macvlan" ? 0 : IFF_UP, IFF_UP), {
        address: form.kind === "macvlan" ? Uint8Array.from(form.mac.octets) : undefined,
        name,
        lower,
        info: { kind: form.kind, data },
        group,
      }),
  };
}

/** The kernel takes no alias with a new link. `ip link set dev vrrp.51 alias vipd` */
export const nameAlias = (name: string, alias: string): Request => ({
  type: RTM_NEWLINK,
  flags: 0,
  body: (out) => linkMessage.write(out, header(0, 0, 0), { name, alias }),
});

/** `ip link set dev vrrp.51 up`, or down. */
export const switchLink = (index: number, on: boolean): Request => ({
  type: RTM_NEWLINK,
  flags: 0,
  body: (out) => linkMessage.write(out, header(index, on ? IFF_UP : 0, IFF_UP), {}),
});

/** By its index, or by its name where that is not known. `ip link delete dev vrrp.51` */
export const deleteLink = (which: number | string): Request => ({
  type: RTM_DELLINK,
  flags: 0,
  body: (out) =>
    typeof which === "number"
      ? linkMessage.write(out, header(which, 0, 0), {})
      : linkMessage.write(out, header(0, 0, 0), { name: which }),
});

/** `change` says which of the flags count. */
const header = (index: number, flags: number, change: number) => ({
  family: AF_UNSPEC,
  padding: 0,
  hardwareType: 0,
  index,
  flags,
  change,
});
