// Names of numbers that iproute2 keeps in files: routing tables, protocols, scopes, realms, DS fields, interface groups.
// A number is accepted wherever a name is.
import type { Argument, Scope } from "./table.js";
import { suggestion } from "./spelling.js";

export type NameFile = "rt_tables" | "rt_protos" | "rt_scopes" | "rt_realms" | "rt_dsfield" | "group";

/** Where iproute2 looks: what the administrator writes comes before what a distribution ships. */
const DIRECTORIES = ["/etc/iproute2", "/usr/share/iproute2", "/usr/lib/iproute2"];

/** Known without any file (linux/rtnetlink.h). */
const BUILT_IN: Readonly<Record<NameFile, Readonly<Record<string, number>>>> = {
  rt_tables: { unspec: 0, default: 253, main: 254, local: 255 },
  rt_protos: { none: 0, redirect: 1, kernel: 2, boot: 3, static: 4, ra: 9, keepalived: 18 },
  rt_scopes: { global: 0, universe: 0, site: 200, link: 253, host: 254, nowhere: 255 },
  rt_realms: { cosmos: 0 },
  rt_dsfield: { default: 0 },
  group: { default: 0 },
};

const MEANING: Readonly<Record<NameFile, string>> = {
  rt_tables: "a routing table",
  rt_protos: "a routing protocol",
  rt_scopes: "a scope",
  rt_realms: "a realm",
  rt_dsfield: "a DS field",
  group: "an interface group",
};

/** A name of `file`, or a number up to `max`. */
export const nameOrNumber = (file: NameFile, max: number): Argument<number> => ({
  grammar: `NAME or a number 0..${max}`,
  parse([word], scope) {
    if (word === undefined) return undefined;
    const written = numberOf(word.text);
    if (written !== undefined && written <= max) return written;
    const names = namesOf(file, scope);
    const value = names.get(word.text);
    if (value !== undefined) return value;
    const near = suggestion(word.text, names.keys());
    scope.report.add(
      written === undefined ? "invalidChoice" : "outOfRange",
      word,
      `'${word.text}' is not ${MEANING[file]}`,
      near === undefined ? `write a number 0..${max}, or a name of ${DIRECTORIES[0]}/${file}` : `did you mean ${near}?`,
    );
    return undefined;
  },
});

/** `[SOURCE/]DESTINATION`, each a realm of 16 bits; the source in the upper half. */
export const realms: Argument<number> = {
  grammar: "[SOURCE/]DESTINATION",
  parse([word], scope, statement) {
    if (word === undefined) return undefined;
    const parts = word.text.split("/");
    const realm = nameOrNumber("rt_realms", 65_535);
    let value = 0;
    for (const text of parts.slice(0, 2)) {
      const half = realm.parse([{ ...word, text }], scope, statement);
      if (half === undefined) return undefined;
      value = value * 65_536 + half;
    }
    return value;
  },
};

/** Decimal, or hexadecimal with `0x`, as iproute2 writes it. */
function numberOf(text: string): number | undefined {
  return /^(0x[0-9a-fA-F]{1,8}|[0-9]{1,10})$/.test(text) ? Number(text) : undefined;
}

function namesOf(file: NameFile, { environment }: Scope): ReadonlyMap<string, number> {
  const names = new Map(Object.entries(BUILT_IN[file]));
  for (const directory of DIRECTORIES) {
    const parts = (environment.readDirectory(`${directory}/${file}.d`) ?? []).filter((name) => name.endsWith(".conf"));
    for (const path of [`${directory}/${file}`, ...parts.map((name) => `${directory}/${file}.d/${name}`)]) {
      const content = environment.readFile(path);
      if (content.kind !== "text") continue;
      for (const line of content.text.split("\n")) {
        const [number = "", name = ""] = line.replace(/#.*/, "").trim().split(/\s+/);
        const value = numberOf(number);
        if (value !== undefined && name !== "" && !names.has(name)) names.set(name, value);
      }
    }
  }
  return names;
}
