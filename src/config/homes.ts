// Where keywords belong: what tells that a line has slipped into a block that does not know it.
import type { TableFacts } from "./table.js";

/** Blocks that can only stand at the top level; inside another block they betray a missing brace. */
export const TOP_LEVEL: ReadonlySet<string> = new Set([
  "global_defs",
  "vrrp_instance",
  "vrrp_script",
  "vrrp_sync_group",
  "virtual_server",
  "virtual_server_group",
  "static_ipaddress",
  "static_routes",
  "static_rules",
  "bfd_instance",
]);

/** Names of the blocks that know a keyword, in the order of the tables. */
export type Homes = (keyword: string) => readonly string[];

/** Looks through the tables when it is asked for the first time. */
export function homesIn(root: TableFacts): Homes {
  let homes: Map<string, string[]> | undefined;
  const add = (table: TableFacts, into: Map<string, string[]>): void => {
    for (const keyword of table.byKeyword.keys()) {
      const known = into.get(keyword) ?? [];
      if (table.section !== "" && !known.includes(table.section)) into.set(keyword, [...known, table.section]);
    }
    for (const { inner } of table.rows) if (inner !== undefined) add(inner, into);
  };
  return (keyword) => {
    if (homes === undefined) {
      homes = new Map<string, string[]>();
      add(root, homes);
    }
    return homes.get(keyword) ?? [];
  };
}
