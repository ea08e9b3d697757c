// A line of `virtual_ipaddress`: the words of ip-address(8), in any order after the address.
import { formatIp, ipFromOctets, octetCount, type IpAddress, type IpPrefix } from "../base/ip.js";
import type { VirtualAddress } from "../vrrp/params.js";
import { MAX_INTERFACE_NAME, readAddress, readInteger, readPrefix } from "./arguments.js";
import type { AddressConf } from "./conf.js";
import type { Word } from "./source.js";
import { suggestion } from "./spelling.js";
import type { Argument, Scope } from "./table.js";

/** RT_SCOPE_* by the names of iproute2's rt_scopes. */
const SCOPES: ReadonlyMap<string, number> = new Map([
  ["global", 0],
  ["universe", 0],
  ["site", 200],
  ["link", 253],
  ["host", 254],
  ["nowhere", 255],
]);

const UINT32_MAX = 4_294_967_295;

type Draft = { -readonly [K in keyof VirtualAddress]: VirtualAddress[K] };

/** What one line has to hand to the options: the address under construction, and a way to take the next word. */
interface Line {
  readonly draft: Draft;
  readonly scope: Scope;
  /** The word after the option; reports its absence. */
  readonly next: (option: Word, grammar: string) => Word | undefined;
}

type Option = (line: Line, option: Word) => void;

const OPTIONS: ReadonlyMap<string, Option> = new Map<string, Option>([
  ["dev", device],
  ["brd", broadcast],
  ["broadcast", broadcast],
  ["scope", addressScope],
  ["label", label],
  ["peer", peer],
  ["home", ({ draft }) => void (draft.home = true)],
  ["-nodad", ({ draft }) => void (draft.nodad = false)],
  ["mngtmpaddr", ({ draft }) => void (draft.manageTempAddress = true)],
  ["noprefixroute", ({ draft }) => void (draft.noPrefixRoute = true)],
  ["autojoin", ({ draft }) => void (draft.autoJoin = true)],
  ["preferred_lft", preferredLifetime],
  ["no_track", ({ draft }) => void (draft.tracked = false)],
  [
    "use_vmac",
    ({ scope }, option) =>
      scope.report.add(
        "notSupported",
        option,
        "use_vmac is not supported yet: the address keeps the MAC of its interface",
      ),
  ],
]);

export const addressLine: Argument<readonly AddressConf[]> = {
  grammar: "IP[/LEN] [dev IFNAME] [brd IP|+|-] [scope NAME] [label NAME] [peer IP[/LEN]] ...",
  parse([first, ...rest], scope) {
    if (first === undefined) return undefined;
    const prefix = readPrefix(first, scope);
    if (prefix === undefined) return undefined;
    const draft = draftOf(prefix);
    const words = rest.values();
    const next = (option: Word, grammar: string): Word | undefined => {
      const word = words.next().value;
      if (word === undefined) {
        scope.report.add(
          "missingWord",
          option,
          `${option.text} needs a word after it`,
          `write ${option.text} ${grammar}`,
        );
      }
      return word;
    };
    for (const option of words) {
      const apply = OPTIONS.get(option.text);
      if (apply === undefined) unknownOption(option, scope);
      else apply({ draft, scope, next }, option);
    }
    return [{ address: draft, at: first }];
  },
};

const draftOf = (prefix: IpPrefix): Draft => ({
  prefix,
  scope: 0,
  home: false,
  nodad: prefix.address.family === 6,
  manageTempAddress: false,
  noPrefixRoute: false,
  autoJoin: false,
  tracked: true,
  ...(prefix.address.family === 6 && prefix.length === 128 && { preferredLifetimeSeconds: 0 }),
});

function unknownOption(option: Word, { report }: Scope): void {
  const near = suggestion(option.text, OPTIONS.keys());
  const hint =
    near === undefined ? `words that can follow an address: ${[...OPTIONS.keys()].join(" ")}` : `did you mean ${near}?`;
  report.add("unknownOption", option, `'${option.text}' is not understood after an address; it is ignored`, hint);
}

function device({ draft, scope, next }: Line, option: Word): void {
  const word = next(option, "IFNAME");
  if (word === undefined) return;
  if (word.text.length > MAX_INTERFACE_NAME || word.text === "") {
    scope.report.add(
      "invalidName",
      word,
      `'${word.text}' cannot be the name of an interface`,
      "interface names have 1..15 characters",
    );
  } else draft.interfaceName = word.text;
}

function broadcast({ draft, scope, next }: Line, option: Word): void {
  const word = next(option, "IP, + or -");
  if (word === undefined) return;
  const { prefix } = draft;
  if (prefix.address.family === 6) {
    scope.report.add("ignoredSetting", option, "IPv6 has no broadcast addresses", "remove brd");
    return;
  }
  const value =
    word.text === "+" || word.text === "-" ? withHostBits(prefix, word.text === "+") : readAddress(word, scope);
  if (value?.family === 6) {
    scope.report.add("wrongFamily", word, `${formatIp(value)} is not an IPv4 address`, "write an IPv4 address, + or -");
  } else if (value !== undefined) draft.broadcast = value;
}

/** The address with all host bits set, or none. */
function withHostBits({ address, length }: IpPrefix, set: boolean): IpAddress {
  const octets = address.octets.map((octet, index) => {
    const networkBits = Math.max(0, Math.min(8, length - 8 * index));
    const hostMask = 0xff >> networkBits;
    return set ? octet | hostMask : octet & ~hostMask & 0xff;
  });
  return ipFromOctets(octets.slice(0, octetCount(address.family)));
}

function addressScope({ draft, scope, next }: Line, option: Word): void {
  const word = next(option, "NAME");
  if (word === undefined) return;
  const named = SCOPES.get(word.text);
  const value = named ?? (/^[0-9]+$/.test(word.text) ? readInteger(word, { min: 0, max: 255 }, scope) : undefined);
  if (value !== undefined) draft.scope = value;
  else if (!/^[0-9]+$/.test(word.text)) {
    scope.report.add(
      "invalidChoice",
      word,
      `'${word.text}' is not a scope`,
      `write one of ${[...SCOPES.keys()].join(" ")}, or a number`,
    );
  }
}

function label({ draft, scope, next }: Line, option: Word): void {
  const word = next(option, "NAME");
  if (word === undefined) return;
  if (word.text.length > MAX_INTERFACE_NAME) {
    scope.report.add(
      "invalidName",
      word,
      `the label '${word.text}' is too long; it is ignored`,
      "labels have at most 15 characters",
    );
  } else draft.label = word.text;
}

function peer({ draft, scope, next }: Line, option: Word): void {
  const word = next(option, "IP[/LEN]");
  const value = word === undefined ? undefined : readPrefix(word, scope);
  if (word === undefined || value === undefined) return;
  if (value.address.family !== draft.prefix.address.family) {
    scope.report.add(
      "wrongFamily",
      word,
      "the peer is not of the family of the address",
      "write both as IPv4 or both as IPv6",
    );
  } else draft.peer = value;
}

function preferredLifetime({ draft, scope, next }: Line, option: Word): void {
  const word = next(option, "SECS or forever");
  if (word === undefined) return;
  if (word.text === "forever") {
    delete draft.preferredLifetimeSeconds;
    return;
  }
  const value = readInteger(word, { min: 0, max: UINT32_MAX }, scope);
  if (value !== undefined) draft.preferredLifetimeSeconds = value;
}
