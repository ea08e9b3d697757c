// What the kernel tells on its own about links, addresses, routes and rules (rtnetlink(7), multicast groups).
import { constants } from "node:os";
import { assert } from "../base/assert.js";
import { type RtnlEvent, readChange } from "../wire/netlink/change.js";
import { Malformed } from "../wire/netlink/kind.js";
import { readMessages } from "../wire/netlink/message.js";
import {
  NETLINK_ROUTE,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV6_NETCONF,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_IPV6_RULE,
  RTNLGRP_LINK,
} from "../wire/netlink/rtnetlink.js";
import { type SystemError, allocateFixed, isSystemError } from "../native/index.js";
import { type NetlinkTransport, openNetlinkTransport } from "./netlink-transport.js";

import { filterRoutes } from "./route-filter.js";

export type { RtnlEvent } from "../wire/netlink/change.js";

const { EAGAIN, ENOBUFS, ENOMEM } = constants.errno;

const GROUPS = [
  RTNLGRP_LINK,
  RTNLGRP_IPV4_IFADDR,
  RTNLGRP_IPV6_IFADDR,
  RTNLGRP_IPV4_ROUTE,
  RTNLGRP_IPV6_ROUTE,
  RTNLGRP_IPV4_RULE,
  RTNLGRP_IPV6_RULE,
  RTNLGRP_IPV6_NETCONF,
];
/** Some thousand changes may wait. */
const RECEIVE_QUEUE_BYTES = 4_194_304;
const DATAGRAMS_PER_READ = 64;
const RECEIVE_BUFFER_BYTES = 65_536;

export interface RtnlMonitor {
  /** Readable when there is something to read. */
  readonly fd: number;
  /**
   * Delivers what has happened, a bounded part of it per call. "more": call again. "drained": that was all.
   * "overrun": changes were lost and everything that was still waiting has been dropped with them, so that a listing
   * made from now on is newer than all that was delivered and older than all that will be.
   */
  read(deliver: (event: RtnlEvent) => void): "drained" | "overrun" | "more";
  close(): void;
}

export function openRtnlMonitor(receiveBufferBytes = RECEIVE_QUEUE_BYTES): RtnlMonitor | SystemError {
  const transport = openNetlinkTransport({ protocol: NETLINK_ROUTE, groups: GROUPS, receiveBufferBytes });
  if (isSystemError(transport)) return transport;
  const filtered = filterRoutes(transport.fd);
  if (typeof filtered === "number") return rtnlMonitor(transport, transport.fd);
  transport.close();
  return filtered;
}

export function rtnlMonitor(transport: NetlinkTransport, fd: number): RtnlMonitor {
  const buffer = allocateFixed(RECEIVE_BUFFER_BYTES);
  const view = new DataView(buffer.buffer, buffer.byteOffset, buffer.byteLength);
  /** Something was lost; nothing is delivered until the queue is empty. */
  let overrun = false;

  /** Delivers the changes in one datagram; false when it cannot be read, which is a loss like any other. */
  const deliverAll = (length: number, deliver: (event: RtnlEvent) => void): boolean => {
    const messages = length > buffer.length ? undefined : readMessages(view, length);
    if (messages === undefined || messages instanceof Malformed) return false;
    const changes = messages.map(readChange);
    for (const change of changes) if (change !== undefined && !(change instanceof Malformed)) deliver(change);
    return !changes.some((change) => change instanceof Malformed);
  };

  return {
    fd,
    read(deliver) {
      for (let datagrams = 0; datagrams < DATAGRAMS_PER_READ; datagrams++) {
        const length = transport.receive(buffer);
        if (typeof length === "number") {
          if (!overrun) overrun = !deliverAll(length, deliver);
        } else if (length.errno === EAGAIN) {
          const outcome = overrun ? "overrun" : "drained";
          overrun = false;
          return outcome;
        } else {
          assert(length.errno === ENOBUFS || length.errno === ENOMEM, "the socket of the monitor can be read", length);
          overrun = true;
        }
      }
      return "more";
    },
    close: () => transport.close(),
  };
}
