// A line of `virtual_ipaddress` or `static_ipaddress`: an address, then the words of ip-address(8) in any order.
import { formatIp, ipFromOctets, octetCount, type IpAddress, type IpPrefix } from "../base/ip.js";
import type { VirtualAddress } from "../vrrp/params.js";
import { interfaceName, MAX_INTERFACE_NAME, prefix, readAddress, readInteger, readPrefix } from "./arguments.js";
import type { AddressConf } from "./conf.js";
import type { StaticAddressConf } from "./conf-network.js";
import { nameOrNumber } from "./iproute-names.js";
import { ItemLine, itemTable, optionsFor, readOptions, type ItemTable, type OptionRow } from "./item-line.js";
import type { Argument } from "./table.js";
import type { Word } from "./source.js";
import { trackGroupName } from "./track-line.js";

const UINT32_MAX = 4_294_967_295;

/** An address that is being read. */
interface Draft {
  readonly address: { -readonly [K in keyof VirtualAddress]: VirtualAddress[K] };
  useVmac: boolean;
  trackGroup?: string;
}

const scopeNumber = nameOrNumber("rt_scopes", 255);

const options = optionsFor<Draft>();
const { custom } = options;

const common: readonly OptionRow<Draft>[] = [
  custom(
    "dev",
    interfaceName.grammar,
    {
      takes: { kind: "interface" },
      default: { from: "the instance, or default_interface" },
      doc: "Interface to put the address on.",
    },
    (line, option, { address }) => {
      const name = line.value(option, interfaceName);
      if (name !== undefined) address.interfaceName = name;
    },
  ),
  custom("brd", "IP, + or -", { aliases: ["broadcast"], doc: "Broadcast address; + sets the host bits." }, broadcast),
  custom(
    "scope",
    scopeNumber.grammar,
    { default: "global", doc: "Scope of the address." },
    (line, option, { address }) => {
      const value = line.value(option, scopeNumber);
      if (value === undefined || refuseForIpv6(line, option, address, "scopes")) return;
      address.scope = value;
    },
  ),
  custom(
    "label",
    "NAME",
    { takes: { kind: "text", longest: MAX_INTERFACE_NAME }, doc: "Name of the address, shown by ip-address(8)." },
    label,
  ),
  custom(
    "peer",
    prefix.grammar,
    { takes: { kind: "address", of: "prefix" }, doc: "Other end of a point-to-point address." },
    peer,
  ),
  custom("home", "", { doc: "IPv6: a home address (RFC 6275)." }, (_l, _o, { address }) => void (address.home = true)),
  custom(
    "-nodad",
    "",
    { doc: "IPv6: do run duplicate address detection, which is left out otherwise." },
    (_l, _o, { address }) => void (address.nodad = false),
  ),
  custom(
    "mngtmpaddr",
    "",
    { doc: "IPv6: the kernel makes temporary addresses from it." },
    (_l, _o, { address }) => void (address.manageTempAddress = true),
  ),
  custom(
    "noprefixroute",
    "",
    { doc: "No route to the prefix is made." },
    (_l, _o, { address }) => void (address.noPrefixRoute = true),
  ),
  custom(
    "autojoin",
    "",
    { doc: "The kernel joins the group of a multicast address." },
    (_l, _o, { address }) => void (address.autoJoin = true),
  ),
  custom(
    "preferred_lft",
    "SECS or forever",
    {
      default: { from: "the prefix: 0 with IPv6 and /128, forever otherwise" },
      doc: "Seconds until it is deprecated.",
    },
    preferredLifetime,
  ),
  custom(
    "no_track",
    "",
    { doc: "Nobody minds when the address is removed from outside." },
    (_l, _o, { address }) => void (address.tracked = false),
  ),
];

const FIRST = { name: "<ADDR>", grammar: "IP[/LEN]", doc: "The address." };

export const addressItems: ItemTable<Draft> = itemTable(
  [
    ...common,
    custom(
      "use_vmac",
      "",
      { doc: "A virtual MAC on the interface of dev for this address." },
      (_l, _o, into) => void (into.useVmac = true),
    ),
  ],
  FIRST,
);

export const staticAddressItems: ItemTable<Draft> = itemTable(
  [
    ...common,
    options.value("track_group", "trackGroup", trackGroupName, {
      doc: "Instances that leave master when the address goes.",
    }),
  ],
  FIRST,
);

export const addressLine: Argument<readonly AddressConf[]> = {
  grammar: "IP[/LEN] [dev IFNAME] [brd IP|+|-] [scope NAME] [label NAME] [peer IP[/LEN]] ...",
  parse: (words, scope, statement) =>
    read(new ItemLine(words, scope, statement), addressItems).map(({ draft, at }) => ({
      address: draft.address,
      useVmac: draft.useVmac,
      at,
    })),
};

export const staticAddressLine: Argument<readonly StaticAddressConf[]> = {
  grammar: `${addressLine.grammar} [track_group NAME]`,
  parse(words, scope, statement) {
    const line = new ItemLine(words, scope, statement);
    return read(line, staticAddressItems).map(({ draft, at }) => ({
      address: draft.address,
      at,
      ...(draft.trackGroup !== undefined && { trackGroup: draft.trackGroup }),
    }));
  },
};

function read(line: ItemLine, items: ItemTable<Draft>): readonly { readonly draft: Draft; readonly at: Word }[] {
  const at = line.next();
  const written = at && readPrefix(at, line.scope);
  if (at === undefined || written === undefined) return [];
  const draft: Draft = { address: addressOf(written), useVmac: false };
  readOptions(line, items, draft);
  return line.isBroken ? [] : [{ draft, at }];
}

const addressOf = (written: IpPrefix): Draft["address"] => ({
  prefix: written,
  scope: 0,
  home: false,
  nodad: written.address.family === 6,
  manageTempAddress: false,
  noPrefixRoute: false,
  autoJoin: false,
  tracked: true,
  ...(written.address.family === 6 && written.length === 128 && { preferredLifetimeSeconds: 0 }),
});

/** True for an IPv6 address, which has no such thing. */
function refuseForIpv6(line: ItemLine, option: Word, { prefix: { address } }: Draft["address"], what: string): boolean {
  if (address.family === 4) return false;
  line.scope.report.add("ignoredSetting", option, `IPv6 addresses have no ${what}`, `remove ${option.text}`);
  return true;
}

function broadcast(line: ItemLine, option: Word, { address }: Draft): void {
  const word = line.after(option, "IP, + or -");
  if (word === undefined || refuseForIpv6(line, option, address, "broadcast address")) return;
  const fromPrefix = word.text === "+" || word.text === "-";
  const value = fromPrefix ? withHostBits(address.prefix, word.text === "+") : readAddress(word, line.scope);
  if (value?.family === 6) {
    const message = `${formatIp(value)} is not an IPv4 address`;
    line.scope.report.add("wrongFamily", word, message, "write an IPv4 address, + or -");
  } else if (value !== undefined) address.broadcast = value;
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

function label(line: ItemLine, option: Word, { address }: Draft): void {
  const word = line.after(option, "NAME");
  if (word === undefined || refuseForIpv6(line, option, address, "label")) return;
  if (word.text.length > MAX_INTERFACE_NAME) {
    line.scope.report.add(
      "invalidName",
      word,
      `the label '${word.text}' is too long; it is ignored`,
      "labels have at most 15 characters",
    );
  } else address.label = word.text;
}

function peer(line: ItemLine, option: Word, { address }: Draft): void {
  const word = line.after(option, prefix.grammar);
  const value = word && readPrefix(word, line.scope);
  if (word === undefined || value === undefined) return;
  if (value.address.family !== address.prefix.address.family) {
    line.scope.report.add(
      "wrongFamily",
      word,
      "the peer is not of the family of the address",
      "write both as IPv4 or both as IPv6",
    );
    return;
  }
  if (line.statement.keyword.text.includes("/")) {
    line.scope.report.add(
      "ignoredSetting",
      line.statement.keyword,
      "the prefix length belongs to the peer, not to the address before it",
      `write ${formatIp(address.prefix.address)} peer ${formatIp(value.address)}/LENGTH`,
    );
  }
  address.peer = value;
}

function preferredLifetime(line: ItemLine, option: Word, { address }: Draft): void {
  const word = line.after(option, "SECS or forever");
  if (word === undefined) return;
  if (word.text === "forever") {
    delete address.preferredLifetimeSeconds;
    return;
  }
  const value = readInteger(word, { min: 0, max: UINT32_MAX }, line.scope);
  if (value !== undefined) address.preferredLifetimeSeconds = value;
}
