// Routes and rules in the kernel: added, asked for and removed, all of a list in one batch.
import { constants } from "node:os";
import type { PlacedItem } from "../vrrp/effects.js";
import type { ItemOutcome } from "../vrrp/events.js";
import type { Request } from "../wire/netlink/message.js";
import { deleteRoute, newRoute } from "../wire/netlink/route.js";
import { deleteRule, newRule } from "../wire/netlink/rule.js";
import type { NetlinkSocket } from "./netlink-socket.js";

const { EEXIST, ENODEV, ENOENT, ESRCH } = constants.errno;

/** What the kernel says when there is nothing to remove: the route, the rule, or the link it went with. */
const ABSENCE: readonly number[] = [ESRCH, ENOENT, ENODEV];

/** Adds what is not there; the outcomes tell which was. */
export function installItems(socket: NetlinkSocket, items: readonly PlacedItem[]): readonly ItemOutcome[] {
  return execute(socket, items, addition, "added", (errno) => (errno === EEXIST ? "present" : undefined));
}

/** Removes what is there, in the order given. */
export function removeItems(socket: NetlinkSocket, items: readonly PlacedItem[]): readonly ItemOutcome[] {
  return execute(socket, items, removal, "removed", (errno) => (ABSENCE.includes(errno) ? "absent" : undefined));
}

type Done = Exclude<ItemOutcome["result"], "refused">;

function execute(
  socket: NetlinkSocket,
  items: readonly PlacedItem[],
  requestFor: (item: PlacedItem) => Request,
  carriedOut: Done,
  harmless: (errno: number) => Done | undefined,
): readonly ItemOutcome[] {
  const refused = new Map(socket.request(items.map(requestFor)).map((refusal) => [refusal.index, refusal]));
  return items.map(({ name }, index): ItemOutcome => {
    const refusal = refused.get(index);
    if (refusal === undefined) return { name, result: carriedOut };
    const result = harmless(refusal.error.errno);
    if (result !== undefined) return { name, result };
    const { code } = refusal.error;
    return { name, result: "refused", code: refusal.text === undefined ? code : `${code} (${refusal.text})` };
  });
}

const addition = (item: PlacedItem): Request => (item.kind === "route" ? newRoute(item.route) : newRule(item.rule));

const removal = (item: PlacedItem): Request =>
  item.kind === "route" ? deleteRoute(item.route) : deleteRule(item.rule);
