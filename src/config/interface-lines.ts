// Lines of `linkbeat_interfaces` and `interface_up_down_delays`: an interface, and how it is watched.
import { micros } from "../base/time.js";
import { readSeconds } from "./arguments.js";
import type { InterfaceDelayConf, LinkbeatConf } from "./conf-network.js";
import { ItemLine, itemTable, optionsFor, readOptions, type ItemFacts } from "./item-line.js";
import type { Word } from "./source.js";
import type { Argument, Scope } from "./table.js";

const FIRST = { name: "<IFNAME>", grammar: "IFNAME", doc: "The interface." };

type LinkbeatDraft = { method?: LinkbeatConf["method"] };
const { custom } = optionsFor<LinkbeatDraft>();

/** The first one counts. */
const method = (word: LinkbeatConf["method"], doc: string, spec: { readonly default?: "on" } = {}) =>
  custom(word, "", { doc, ...spec }, (line, option, draft) => {
    if (draft.method === undefined) draft.method = word;
    else {
      const message = `${option.text} stands behind ${draft.method}; it is ignored`;
      line.scope.report.add("unknownOption", option, message, "write one of MII, ETHTOOL and IOCTL");
    }
  });

export const linkbeatItems = itemTable<LinkbeatDraft>(
  [
    method("MII", "By the MII registers.", { default: "on" }),
    method("ETHTOOL", "By ethtool."),
    method("IOCTL", "By the flags of the interface."),
  ],
  FIRST,
);

export const linkbeatLine: Argument<readonly LinkbeatConf[]> = {
  grammar: "IFNAME [MII|ETHTOOL|IOCTL]",
  parse(words, scope, statement) {
    const line = new ItemLine(words, scope, statement);
    const at = line.next();
    const draft: LinkbeatDraft = {};
    readOptions(line, linkbeatItems, draft);
    return at === undefined || !mustExist(at, scope)
      ? undefined
      : [{ method: draft.method ?? "MII", name: at.text, at }];
  },
};

export const interfaceDelayItems: ItemFacts = { first: { ...FIRST, grammar: "IFNAME DOWN [UP]" }, options: [] };

export const interfaceDelayLine: Argument<readonly InterfaceDelayConf[]> = {
  grammar: "IFNAME DOWN [UP]",
  parse([at, down, up], scope) {
    if (at === undefined || !mustExist(at, scope)) return undefined;
    if (down === undefined) {
      scope.report.add("missingWord", at, `${at.text} has no delay`, `write ${at.text} DOWN [UP], in seconds`);
      return undefined;
    }
    const range = { min: 0, max: 255, decimals: 6 };
    const downDelay = readSeconds(down, range, scope);
    const upDelay = up === undefined ? micros(0) : readSeconds(up, range, scope);
    return downDelay === undefined || upDelay === undefined
      ? undefined
      : [{ name: at.text, at, down: downDelay, up: upDelay }];
  },
};

/** dynamic_interfaces does not help here. */
function mustExist(at: Word, { environment, report }: Scope): boolean {
  if (environment.findInterface(at.text) !== undefined) return true;
  report.add("missingInterface", at, `there is no interface ${at.text}; the line is ignored`, "check the name");
  return false;
}
