// What the kernel says about its links and addresses, as plain values: the form in which the engines see the network.
import type { IpAddress, IpPrefix } from "../base/ip.js";
import type { MacAddress } from "../base/mac.js";

/** One network interface, as RTM_NEWLINK describes it (rtnetlink(7)). */
export interface Link {
  readonly index: number;
  readonly name: string;
  /** Administratively up (IFF_UP), with carrier or without. */
  readonly enabled: boolean;
  /** Administratively up (IFF_UP) and with carrier (IFF_RUNNING). */
  readonly up: boolean;
  readonly loopback: boolean;
  /** False for links without ARP (IFF_NOARP): no gratuitous ARP is sent there. */
  readonly arp: boolean;
  readonly mtu: number;
  /** Absent where the link has no Ethernet address. */
  readonly mac?: MacAddress;
  /** True: it forwards IPv6 packets, so it is a router in the sense of RFC 4861. */
  readonly ipv6Forwarding?: boolean;
  /** IFLA_INFO_KIND, for example "macvlan". */
  readonly kind?: string;
  /** Index of the link it stands on (IFLA_LINK): of a macvlan its parent, of a veth the far end. */
  readonly lower?: number;
  /** IFLA_MACVLAN_MODE of a macvlan. */
  readonly macvlanMode?: number;
  /** IFLA_IFALIAS: words that an administrator, or we, have put there. */
  readonly alias?: string;
  /** The routing table of a VRF device (IFLA_VRF_TABLE). */
  readonly vrfTable?: number;
}

/** One address of an interface, as RTM_NEWADDR describes it. */
export interface LinkAddress {
  readonly interfaceIndex: number;
  /** The local address with its prefix length (of the peer, where there is one). */
  readonly prefix: IpPrefix;
  readonly peer?: IpAddress;
  readonly label?: string;
  /** RT_SCOPE_*: 0 is global. */
  readonly scope: number;
  /** IFA_F_*; includes IFA_F_SECONDARY (0x01). */
  readonly flags: number;
}

/** IFA_F_* (linux/if_addr.h). */
const SECONDARY = 0x01;
const OPTIMISTIC = 0x04;
const DAD_FAILED = 0x08;
const TENTATIVE = 0x40;

/** IPv4: there is another address of the same network on the link before it, and it goes with that one. */
export const isSecondary = ({ flags }: LinkAddress): boolean => (flags & SECONDARY) !== 0;

/** Duplicate address detection is under way: nothing may be sent from the address yet (RFC 4862 §5.4). */
export const isTentative = ({ flags }: LinkAddress): boolean => (flags & (TENTATIVE | OPTIMISTIC)) === TENTATIVE;

/** Duplicate address detection has found another host with the address: the kernel does not use it. */
export const isDuplicate = ({ flags }: LinkAddress): boolean => (flags & DAD_FAILED) !== 0;
