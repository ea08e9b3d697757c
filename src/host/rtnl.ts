// The kernel's links, addresses, routes and rules: listed, added and removed over rtnetlink(7).
import { constants } from "node:os";
import { sameIp } from "../base/ip.js";
import type { PlacedAddress, PlacedItem } from "../vrrp/effects.js";
import type { ItemOutcome } from "../vrrp/events.js";
import {
  type AddressRequest,
  addressFlags,
  deleteAddress,
  dumpAddresses,
  newAddress,
  readAddress,
} from "../wire/netlink/address.js";
import {
  type VirtualLinkRequest,
  deleteLink,
  nameAlias,
  newVirtualLink,
  switchLink,
} from "../wire/netlink/link-request.js";
import { dumpLinks, readLink } from "../wire/netlink/link.js";
import { NETLINK_ROUTE } from "../wire/netlink/rtnetlink.js";
import type { Link, LinkAddress } from "../wire/link.js";
import { type SystemError, isSystemError } from "../native/index.js";
import { type NetlinkSocket, type RequestRefusal, openNetlinkSocket } from "./netlink-socket.js";
import { installItems, removeItems } from "./routing.js";

const { EADDRNOTAVAIL, ENODEV } = constants.errno;

/** An address that the kernel did not add or remove. */
export interface AddressRefusal {
  readonly placed: PlacedAddress;
  readonly error: SystemError;
  /** The kernel's own words, where it has any. */
  readonly text?: string;
}

export interface Rtnl {
  readonly links: () => readonly Link[] | SystemError;
  readonly addresses: () => readonly LinkAddress[] | SystemError;
  /** Adds in one batch; an address that is there already is taken over. Returns the refused ones. */
  add(addresses: readonly PlacedAddress[]): readonly AddressRefusal[];
  /** Removes in one batch; an address that is not there is no failure. Returns the refused ones. */
  remove(addresses: readonly PlacedAddress[]): readonly AddressRefusal[];
  /** Makes a virtual link, switched off, or changes the one of its name into it. */
  ensureLink(request: VirtualLinkRequest): LinkRefusal | undefined;
  switchLink(index: number, on: boolean): LinkRefusal | undefined;
  /** By index or name; a link that is not there is no failure. */
  removeLink(which: number | string): LinkRefusal | undefined;
  /** Routes and rules: adds in one batch; one that is the same is not added twice. */
  install(items: readonly PlacedItem[]): readonly ItemOutcome[];
  /** Routes and rules: removes in one batch. */
  uninstall(items: readonly PlacedItem[]): readonly ItemOutcome[];
  close(): void;
}

/** A link that the kernel did not make, change or remove. */
export interface LinkRefusal {
  readonly error: SystemError;
  /** The kernel's own words, where it has any. */
  readonly text?: string;
}

export function openRtnl(): Rtnl | SystemError {
  const socket = openNetlinkSocket(NETLINK_ROUTE);
  return isSystemError(socket) ? socket : rtnl(socket);
}

export function rtnl(socket: NetlinkSocket): Rtnl {
  const addresses = () => socket.dump(dumpAddresses, readAddress);

  const removeAs = (removals: readonly Removal[]): readonly AddressRefusal[] =>
    refusals(removals, socket.request(removals.map(({ request }) => deleteAddress(request))));

  /**
   * IPv6 has an address once per link, whatever its prefix length, and one that was taken over keeps the length it had
   * before: what is not there under our length may be there under its own.
   */
  const removeUnderOwnLength = (missing: readonly PlacedAddress[]): readonly AddressRefusal[] => {
    if (missing.length === 0) return [];
    const present = addresses();
    if (isSystemError(present)) return missing.map((placed) => ({ placed, error: present }));
    return removeAs(
      missing.flatMap((placed) => {
        const request = addressRequest(placed);
        return present
          .filter((there) => isOn(there, request))
          .map(({ prefix }) => ({ placed, request: { ...request, prefix } }));
      }),
    );
  };

  return {
    links: () => socket.dump(dumpLinks, readLink),
    addresses,
    add(placed) {
      const additions = placed.map((address) => ({ placed: address, request: addressRequest(address) }));
      return refusals(additions, socket.request(additions.map(({ request }) => newAddress(request))));
    },
    remove(placed) {
      const refused = removeAs(placed.map((address) => ({ placed: address, request: addressRequest(address) })));
      const failed = refused.filter(({ error }) => !isAbsence(error));
      const missing = refused.filter(({ error }) => error.errno === EADDRNOTAVAIL).map((refusal) => refusal.placed);
      return [...failed, ...removeUnderOwnLength(missing.filter(isIpv6))];
    },
    ensureLink(request) {
      const { name, alias } = request;
      return socket.request([newVirtualLink(request), ...(alias === undefined ? [] : [nameAlias(name, alias)])])[0];
    },
    switchLink: (index, on) => socket.request([switchLink(index, on)])[0],
    removeLink(which) {
      const [refused] = socket.request([deleteLink(which)]);
      return refused?.error.errno === ENODEV ? undefined : refused;
    },
    install: (items) => installItems(socket, items),
    uninstall: (items) => removeItems(socket, items),
    close: () => socket.close(),
  };
}

interface Removal {
  readonly placed: PlacedAddress;
  readonly request: AddressRequest;
}

/** What the kernel is asked for when a virtual address goes on its link. */
export function addressRequest({ interfaceIndex, address }: PlacedAddress): AddressRequest {
  return {
    interfaceIndex,
    prefix: address.prefix,
    peer: address.peer,
    broadcast: address.broadcast,
    scope: address.scope,
    label: address.label,
    flags:
      (address.home ? addressFlags.home : 0) |
      (address.nodad ? addressFlags.nodad : 0) |
      (address.manageTempAddress ? addressFlags.manageTempAddress : 0) |
      (address.noPrefixRoute ? addressFlags.noPrefixRoute : 0) |
      (address.autoJoin ? addressFlags.autoJoin : 0),
    preferredLifetimeSeconds: address.preferredLifetimeSeconds,
  };
}

const isIpv6 = ({ address }: PlacedAddress): boolean => address.prefix.address.family === 6;

const isOn = (there: LinkAddress, { interfaceIndex, prefix }: AddressRequest): boolean =>
  there.interfaceIndex === interfaceIndex && sameIp(there.prefix.address, prefix.address);

/** The address is not there, or the link it would be on. */
const isAbsence = ({ errno }: SystemError): boolean => errno === EADDRNOTAVAIL || errno === ENODEV;

const refusals = (
  asked: readonly { readonly placed: PlacedAddress }[],
  refused: readonly RequestRefusal[],
): readonly AddressRefusal[] =>
  refused.flatMap(({ index, error, text }) => {
    const placed = asked[index]?.placed;
    return placed === undefined ? [] : [{ placed, error, ...(text === undefined ? {} : { text }) }];
  });
