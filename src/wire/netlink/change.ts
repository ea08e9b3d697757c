// What the kernel tells on its own about links, addresses, routes and rules, as the events that engines are handed.
import type { Link, LinkAddress } from "../link.js";
import { PROTOCOL_KEEPALIVED, type RouteSlot } from "../route.js";
import type { RuleSlot } from "../rule.js";
import { readAddress } from "./address.js";
import { Malformed } from "./kind.js";
import { readLink } from "./link.js";
import type { Message } from "./message.js";
import { readForwarding } from "./netconf.js";
import { readRoute } from "./route.js";
import {
  RTM_DELADDR,
  RTM_DELLINK,
  RTM_DELROUTE,
  RTM_DELRULE,
  RTM_NEWADDR,
  RTM_NEWLINK,
  RTM_NEWNETCONF,
  RTM_NEWROUTE,
  RTM_NEWRULE,
} from "./rtnetlink.js";
import { readRule } from "./rule.js";

export type RtnlEvent =
  /** Appeared, or changed: also renamed, which keeps the index. */
  | { readonly kind: "linkChanged"; readonly link: Link }
  /** Deleted, or moved to another network namespace. */
  | { readonly kind: "linkRemoved"; readonly index: number }
  /** Added, or changed. */
  | { readonly kind: "addressAdded"; readonly address: LinkAddress }
  | { readonly kind: "addressRemoved"; readonly address: LinkAddress }
  /** net.ipv6.conf.IFNAME.forwarding */
  | { readonly kind: "forwardingChanged"; readonly index: number; readonly forwarding: boolean }
  /** Only routes of protocol keepalived: a table of the whole Internet changes a thousand times a second. */
  | { readonly kind: "routeAdded" | "routeRemoved"; readonly route: RouteSlot }
  | { readonly kind: "ruleAdded" | "ruleRemoved"; readonly rule: RuleSlot };

/** Undefined when the message says nothing about a link, an IP address, a route of ours or a rule as such. */
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
    case RTM_NEWROUTE:
    case RTM_DELROUTE: {
      const route = readRoute(message);
      if (route === undefined || route instanceof Malformed) return route;
      if (route.protocol !== PROTOCOL_KEEPALIVED) return undefined;
      return { kind: message.type === RTM_NEWROUTE ? "routeAdded" : "routeRemoved", route };
    }
    case RTM_NEWRULE:
    case RTM_DELRULE: {
      const rule = readRule(message);
      if (rule === undefined || rule instanceof Malformed) return rule;
      return { kind: message.type === RTM_NEWRULE ? "ruleAdded" : "ruleRemoved", rule };
    }
    default:
      return undefined;
  }
}
