// What the kernel tells on its own about links and addresses, as the events that engines are handed.
import type { Link, LinkAddress } from "../link.js";
import { readAddress } from "./address.js";
import { Malformed } from "./kind.js";
import { readLink } from "./link.js";
import type { Message } from "./message.js";
import { readForwarding } from "./netconf.js";
import { RTM_DELADDR, RTM_DELLINK, RTM_NEWADDR, RTM_NEWLINK, RTM_NEWNETCONF } from "./rtnetlink.js";

export type RtnlEvent =
  /** Appeared, or changed: also renamed, which keeps the index. */
  | { readonly kind: "linkChanged"; readonly link: Link }
  /** Deleted, or moved to another network namespace. */
  | { readonly kind: "linkRemoved"; readonly index: number }
  /** Added, or changed. */
  | { readonly kind: "addressAdded"; readonly address: LinkAddress }
  | { readonly kind: "addressRemoved"; readonly address: LinkAddress }
  /** net.ipv6.conf.IFNAME.forwarding */
  | { readonly kind: "forwardingChanged"; readonly index: number; readonly forwarding: boolean };

/** Undefined when the message says nothing about a link or an IP address as such. */
export function readChange(message: Message): RtnlEvent | undefined | Malformed {
  switch (message.type) {
    case RTM_NEWLINK:
    case RTM_DELLINK: {
      const link = readLink(message);
      if (link === undefined || link instanceof Malformed) return link;
      return message.type === RTM_NEWLINK ? { kind: "linkChanged", link } : { kind: "linkRemoved", index: link.index };
    }
    case RTM_NEWADDR:
    case RTM_DELADDR: {
      const address = readAddress(message);
      if (address === undefined || address instanceof Malformed) return address;
      return { kind: message.type === RTM_NEWADDR ? "addressAdded" : "addressRemoved", address };
    }
    case RTM_NEWNETCONF: {
      const change = readForwarding(message);
      if (change === undefined || change instanceof Malformed) return change;
      return { kind: "forwardingChanged", ...change };
    }
    default:
      return undefined;
  }
}
