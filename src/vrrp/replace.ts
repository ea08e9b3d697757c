// What a reload changes in the addresses of a virtual router.
import { formatPrefix } from "../base/ip.js";
import { allAddresses } from "./announce.js";
import type { VirtualAddress, VirtualRouterParams } from "./params.js";
import { interfaceOf } from "./world.js";

export interface AddressChange {
  readonly added: readonly VirtualAddress[];
  readonly removed: readonly VirtualAddress[];
}

/** Two lines mean the same address in the kernel when prefix, peer and interface agree. */
export const addressKey = (address: VirtualAddress, params: VirtualRouterParams): string =>
  [
    interfaceOf(address, params) ?? "",
    formatPrefix(address.prefix),
    address.peer === undefined ? "" : formatPrefix(address.peer),
  ].join(" ");

export function diffAddresses(before: VirtualRouterParams, now: VirtualRouterParams): AddressChange {
  const key = (params: VirtualRouterParams) => (address: VirtualAddress) => addressKey(address, params);
  const old = new Set(allAddresses(before).map(key(before)));
  const wanted = new Set(allAddresses(now).map(key(now)));
  return {
    added: allAddresses(now).filter((address) => !old.has(key(now)(address))),
    removed: allAddresses(before).filter((address) => !wanted.has(key(before)(address))),
  };
}
