// Numbers that the rtnetlink families share (rtnetlink(7), <linux/rtnetlink.h>, <sys/socket.h>).
import type { IpFamily } from "../../base/ip.js";
import type { Message } from "./message.js";

export const NETLINK_ROUTE = 0;

export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_INET6 = 10;

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;
export const RTM_NEWNETCONF = 80;
export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_NEWRULE = 32;
export const RTM_DELRULE = 33;

/** Multicast groups (RTNLGRP_*) of changes to links, addresses, routes and rules. */
export const RTNLGRP_LINK = 1;
export const RTNLGRP_IPV4_IFADDR = 5;
export const RTNLGRP_IPV4_ROUTE = 7;
export const RTNLGRP_IPV4_RULE = 8;
export const RTNLGRP_IPV6_IFADDR = 9;
/** Of settings of a link, forwarding among them. */
export const RTNLGRP_IPV6_NETCONF = 25;
export const RTNLGRP_IPV6_ROUTE = 11;
export const RTNLGRP_IPV6_RULE = 19;

export const addressFamily = (family: IpFamily): number => (family === 4 ? AF_INET : AF_INET6);

/** The IP family of an AF_* number; undefined for any other family. */
export function ipFamily(family: number | undefined): IpFamily | undefined {
  if (family === AF_INET) return 4;
  return family === AF_INET6 ? 6 : undefined;
}

/** The AF_* number that the body of every rtnetlink message begins with (struct rtgenmsg); undefined without a body. */
export const familyOf = ({ view, start, end }: Message): number | undefined =>
  start < end ? view.getUint8(start) : undefined;
