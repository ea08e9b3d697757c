// A line of `unicast_peer`: a router to send advertisements to, and how far away it may be.
import { formatIp } from "../base/ip.js";
import * as arg from "./arguments.js";
import type { PeerConf } from "./conf.js";
import { ItemLine, itemTable, optionsFor, readOptions } from "./item-line.js";
import type { Argument } from "./table.js";

type Draft = { -readonly [K in keyof PeerConf]: PeerConf[K] };

const ttl = arg.integer(0, 255);
const { value } = optionsFor<Draft>();

export const peerItems = itemTable(
  [
    value("min_ttl", "minTtl", ttl, { default: "0", doc: "Least TTL of an advertisement from it." }),
    value("max_ttl", "maxTtl", ttl, { default: "255", doc: "Greatest TTL of an advertisement from it." }),
  ],
  { name: "<ADDR>", grammar: "IP", doc: "Its address; a prefix length after it is ignored." },
);

export const peerLine: Argument<readonly PeerConf[]> = {
  grammar: "IP [min_ttl N] [max_ttl N]",
  parse(words, scope, statement) {
    const line = new ItemLine(words, scope, statement);
    const at = line.next();
    const address = at && arg.readPrefix(at, scope)?.address;
    if (at === undefined || address === undefined) return undefined;
    const draft: Draft = { address, at };
    readOptions(line, peerItems, draft);
    if ((draft.minTtl ?? 0) <= (draft.maxTtl ?? 255)) return [draft];
    scope.report.add(
      "outOfRange",
      at,
      `${formatIp(address)} has a min_ttl above its max_ttl; both are ignored`,
      "exchange the two",
    );
    return [{ address, at }];
  },
};
