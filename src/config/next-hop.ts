// Where a route leads through: gateway and interface, and the tunnel header of `encap` (ip-route(8)).
import { formatIp, type IpAddress } from "../base/ip.js";
import * as arg from "./arguments.js";
import type { EncapConf, NextHopConf } from "./conf-network.js";
import { realms } from "./iproute-names.js";
import {
  itemTable,
  optionsFor,
  readKnownOptions,
  type ItemFacts,
  type ItemLine,
  type ItemTable,
  type OptionRow,
} from "./item-line.js";
import type { Word } from "./source.js";
import type { Argument } from "./table.js";

const UINT64_MAX = 0xffff_ffff_ffff_ffffn;

/** A whole number of 64 bits, as C writes it. */
export const uint64: Argument<bigint> = {
  grammar: "a number of 64 bits",
  parse([word], { report }) {
    if (word === undefined) return undefined;
    const value = /^(0x[0-9a-fA-F]{1,16}|[0-9]{1,20})$/.test(word.text) ? BigInt(word.text) : undefined;
    if (value !== undefined && value <= UINT64_MAX) return value;
    report.add("invalidNumber", word, `'${word.text}' is not a number of 64 bits`, `write 0..${UINT64_MAX}`);
    return undefined;
  },
};

const labels: Argument<readonly number[]> = {
  grammar: "LABEL[/LABEL...]",
  parse([word], scope) {
    if (word === undefined) return undefined;
    const stack = word.text
      .split("/")
      .map((text) => arg.readInteger({ ...word, text }, { min: 0, max: 0xfffff }, scope));
    return stack.every((label) => label !== undefined) ? stack : undefined;
  },
};

/** Four groups of hexadecimal digits. */
const locator: Argument<bigint> = {
  grammar: "X:X:X:X",
  parse([word], { report }) {
    if (word === undefined) return undefined;
    if (/^([0-9a-fA-F]{1,4}:){3}[0-9a-fA-F]{1,4}$/.test(word.text)) {
      return BigInt(
        `0x${word.text
          .split(":")
          .map((group) => group.padStart(4, "0"))
          .join("")}`,
      );
    }
    report.add(
      "invalidAddress",
      word,
      `'${word.text}' is not an ILA locator`,
      "write four groups, such as 2001:db8:0:1",
    );
    return undefined;
  },
};

const encap = optionsFor<EncapConf>();

function addressOfFamily(
  word: string,
  field: "destination" | "source",
  family: 4 | 6,
  doc: string,
): OptionRow<EncapConf> {
  return encap.custom(word, `an IPv${family} address`, { doc }, (line, option, into) => {
    const written = line.after(option, `an IPv${family} address`);
    const value = written && arg.readAddress(written, line.scope);
    if (value === undefined) return;
    if (value.family === family) into[field] = value;
    else
      line.scope.report.add(
        "wrongFamily",
        option,
        `${formatIp(value)} is not of IPv${family}`,
        `write an IPv${family} address`,
      );
  });
}

const tunnel = (family: 4 | 6, classWord: string, hopWord: string): ItemTable<EncapConf> =>
  itemTable([
    encap.value("id", "id", uint64, { doc: "Tunnel id." }),
    addressOfFamily("dst", "destination", family, "Outer destination."),
    addressOfFamily("src", "source", family, "Outer source."),
    encap.value(classWord, "trafficClass", arg.integer(0, 255), { doc: "Outer traffic class." }),
    encap.value(hopWord, "hopLimit", arg.integer(0, 255), { doc: "Outer hop limit." }),
    encap.value("flags", "flags", arg.integer(0, 65_535), { doc: "Flags of the tunnel." }),
  ]);

const ipItems = tunnel(4, "tos", "ttl");
const ip6Items = tunnel(6, "tc", "hoplimit");
const mplsItems: ItemFacts = {
  first: { name: "<LABELS>", grammar: labels.grammar, doc: "Labels, outermost first." },
  options: [],
};
const ilaItems: ItemFacts = {
  first: { name: "<LOCATOR>", grammar: locator.grammar, doc: "Locator of 64 bits." },
  options: [],
};

function readEncap(line: ItemLine, option: Word): EncapConf | undefined {
  const kind = line.after(option, "ip|ip6|mpls|ila");
  if (kind === undefined) return undefined;
  switch (kind.text) {
    case "ip":
    case "ip6": {
      const conf: EncapConf = { kind: kind.text };
      readKnownOptions(line, kind.text === "ip" ? ipItems : ip6Items, conf);
      if (conf.id !== undefined || conf.destination !== undefined) return conf;
      line.scope.report.add(
        "missingWord",
        kind,
        `encap ${kind.text} leads nowhere; it is ignored`,
        "add id N or dst IP",
      );
      return undefined;
    }
    case "mpls": {
      const stack = line.value(kind, labels);
      return stack === undefined ? undefined : { kind: "mpls", labels: stack };
    }
    case "ila": {
      const value = line.value(kind, locator);
      return value === undefined ? undefined : { kind: "ila", locator: value };
    }
    default:
      line.scope.report.add("invalidChoice", kind, `'${kind.text}' is no encapsulation`, "write ip, ip6, mpls or ila");
      line.giveUp();
      return undefined;
  }
}

function readGateway(line: ItemLine, option: Word): IpAddress | undefined {
  const family = line.accept("inet6") ? 6 : line.accept("inet") ? 4 : undefined;
  const address = line.value(option, arg.address);
  if (address === undefined) line.giveUp();
  else if (family !== undefined && address.family !== family) {
    line.scope.report.add(
      "wrongFamily",
      option,
      `${formatIp(address)} is not of IPv${family}`,
      "correct one of the two",
    );
    line.giveUp();
  } else return address;
  return undefined;
}

/** Options that a route shares with each of its next hops; old words are known to the route alone. */
export function hopOptions<D extends NextHopConf>(of: "route" | "nexthop"): readonly OptionRow<D>[] {
  const { custom } = optionsFor<D>();
  const aliases = (word: string): readonly string[] => (of === "route" ? [word] : []);
  return [
    custom("via", "[inet|inet6] IP", { aliases: aliases("gw"), doc: "The gateway." }, (line, option, hop) => {
      if (option.text === "gw") line.scope.report.add("deprecated", option, "gw is an old word", "write via");
      const via = readGateway(line, option);
      if (via !== undefined) hop.via = via;
    }),
    custom(
      "dev",
      arg.interfaceName.grammar,
      { takes: { kind: "interface" }, aliases: aliases("oif"), doc: "The interface." },
      (line, option, hop) => {
        const name = line.value(option, arg.interfaceName);
        if (name !== undefined) hop.interfaceName = name;
      },
    ),
    custom("onlink", "", { doc: "The gateway is on the link, whatever the addresses say." }, (_line, _option, hop) => {
      hop.onLink = true;
    }),
    custom(
      "encap",
      "ip|ip6|mpls|ila OPTIONS",
      {
        doc: "A tunnel header that packets get.",
        inner: { "(encap ip)": ipItems, "(encap ip6)": ip6Items, "(encap mpls)": mplsItems, "(encap ila)": ilaItems },
      },
      (line, option, hop) => {
        const conf = line.leniently(() => readEncap(line, option));
        if (conf !== undefined) hop.encap = conf;
      },
    ),
    custom("realms", realms.grammar, { doc: "Realms of the route, IPv4." }, (line, option, hop) => {
      const value = line.value(option, realms);
      if (value !== undefined) hop.realms = value;
    }),
    custom("as", "[to] IP", { doc: "Means nothing outside MPLS." }, (line, option) => {
      if (line.accept("to")) line.next();
      else line.after(option, "IP");
      line.scope.report.add("ignoredSetting", option, "as has no effect", "remove it");
    }),
  ];
}

const { value } = optionsFor<NextHopConf>();

export const nextHopItems: ItemTable<NextHopConf> = itemTable([
  ...hopOptions<NextHopConf>("nexthop"),
  value("weight", "weight", arg.integer(1, 256), { doc: "Share of the traffic." }),
]);
