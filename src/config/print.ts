// A configuration as it was understood: includes read, conditions decided, parameters and repetitions put in, one
// statement a line. What is printed reads like what it was made from; settings that were not written are comments.
import { formatIp, formatPrefix, type IpAddress, type IpPrefix } from "../base/ip.js";
import { toSeconds, type Micros } from "../base/time.js";
import type { DaemonParams } from "../supervise/params.js";
import type { VirtualRouterParams } from "../vrrp/params.js";
import type { Configuration } from "./index.js";
import { root } from "./keywords/root.js";
import { rowOf, type TableFacts } from "./table.js";
import type { Statement } from "./tree.js";

export function printConfiguration({ statements, params }: Configuration): string {
  const inForce = new Map(params?.vrrp.instances.map((instance) => [instance.name, instance]));
  const impossible = new Map(params?.vrrp.impossible.map(({ name, reason }) => [name, reason]));
  return statements
    .map((statement) => {
      const [name] = statement.args;
      const { text: keyword } = statement.keyword;
      const isInstance = keyword === "vrrp_instance" && name !== undefined;
      const instance = isInstance ? inForce.get(name.text) : undefined;
      const reason = isInstance ? impossible.get(name.text) : undefined;
      const more = [
        ...(instance === undefined ? [] : defaultsOf(instance, statement)),
        ...(reason === undefined ? [] : [`# cannot work: ${reason}`]),
      ];
      const table = isInstance ? undefined : root.byKeyword.get(keyword)?.inner;
      return `${printStatement(statement, "", table, more).join("\n")}\n`;
    })
    .join("\n");
}

/** `table`: the keywords of its block, where its defaults are to be shown; `more`: lines before the closing brace. */
function printStatement(
  { raw, block }: Statement,
  indent: string,
  table?: TableFacts,
  more: readonly string[] = [],
): readonly string[] {
  const head = indent + tidy(raw);
  if (block === undefined) return [head];
  const inner = `${indent}  `;
  const tableOf = ({ keyword: { text } }: Statement): TableFacts | undefined => table && rowOf(table, text)?.inner;
  return [
    `${head} {`,
    ...block.statements.flatMap((statement) => printStatement(statement, inner, tableOf(statement))),
    ...[...(table === undefined ? [] : fixedDefaults(table, block.statements)), ...more].map((line) => inner + line),
    `${indent}}`,
  ];
}

/** Values that hold because nothing else is said. Switches that are off, and what has no effect yet, go unsaid. */
function fixedDefaults({ rows }: TableFacts, statements: readonly Statement[]): readonly string[] {
  const given = new Set(statements.map(({ keyword }) => keyword.text));
  const lines = rows.flatMap(({ keyword, aliases, takes, default: value, notYet }) => {
    const unsaid = typeof value !== "string" || value === "off" || takes.kind === "nothing" || notYet !== undefined;
    return unsaid || [keyword, ...aliases].some((word) => given.has(word)) ? [] : [`#   ${keyword} ${value}`];
  });
  return lines.length === 0 ? [] : [NOT_WRITTEN, ...lines];
}

const NOT_WRITTEN = "# not written, and in force:";

/** One space between words, and what would start a comment escaped again; text in quotes stays as it is. */
export function tidy(raw: string): string {
  const hasOwnQuotes = /['\\]/.test(raw);
  return raw
    .split('"')
    .map((part, index) => {
      if (index % 2 === 1) return part;
      const escaped = part.replace(/[#!]/g, "\\$&");
      return hasOwnQuotes ? escaped : escaped.replace(/[\t\v\f\r ]+/g, " ");
    })
    .join('"');
}

/** Keywords of an instance with the values that hold where it does not say them. */
const EFFECTIVE: readonly (readonly [keyword: string, value: (params: VirtualRouterParams) => string | undefined])[] = [
  ["state", ({ startAs }) => startAs.toUpperCase()],
  ["version", ({ version }) => `${version}`],
  ["priority", ({ priority }) => `${priority}`],
  ["advert_int", ({ advertisementInterval }) => seconds(advertisementInterval)],
  ["nopreempt", ({ preemptMode }) => (preemptMode ? undefined : "")],
  ["preempt_delay", ({ preemptDelay }) => seconds(preemptDelay)],
  ["down_timer_adverts", ({ downTimerAdverts }) => `${downTimerAdverts}`],
  ["mcast_dst_ip", ({ destination: to }) => (to.kind === "multicast" ? formatIp(to.group) : undefined)],
  ["unicast_ttl", ({ destination: to }) => (to.kind === "unicast" ? `${to.ttl}` : undefined)],
  ["garp_master_delay", ({ announce }) => seconds(announce.delay)],
  ["garp_master_repeat", ({ announce }) => `${announce.repeat}`],
  ["garp_master_refresh", ({ announce }) => seconds(announce.refresh)],
  ["garp_master_refresh_repeat", ({ announce }) => `${announce.refreshRepeat}`],
  ["garp_lower_prio_delay", ({ announce }) => seconds(announce.lowerPriorityDelay)],
  ["garp_lower_prio_repeat", ({ announce }) => `${announce.lowerPriorityRepeat}`],
  ["lower_prio_no_advert", ({ lowerPriorityNoAdvert }) => onOff(lowerPriorityNoAdvert)],
  ["higher_prio_send_advert", ({ higherPrioritySendAdvert }) => onOff(higherPrioritySendAdvert)],
  ["v3_checksum_as_v2", ({ version, checksum }) => onOff(version === 3 && checksum.cover === "message")],
];

const seconds = (time: Micros): string => `${toSeconds(time)}`;
const onOff = (value: boolean): string => (value ? "on" : "off");

function defaultsOf(params: VirtualRouterParams, { block }: Statement): readonly string[] {
  const given = new Set(block?.statements.map(({ keyword }) => keyword.text));
  const lines = EFFECTIVE.flatMap(([keyword, valueOf]) => {
    const value = given.has(keyword) || (keyword === "nopreempt" && given.has("preempt")) ? undefined : valueOf(params);
    return value === undefined ? [] : [`#   ${`${keyword} ${value}`.trimEnd()}`];
  });
  return lines.length === 0 ? [] : [NOT_WRITTEN, ...lines];
}

interface StatementJson {
  readonly keyword: string;
  readonly words: readonly string[];
  readonly file: string;
  readonly line: number;
  readonly block?: readonly StatementJson[];
}

/** The same as one JSON document: the statements, and what the daemon makes of them. */
export function printJson({ files, statements, params }: Configuration): string {
  const document = { files, statements: statements.map(statementJson), ...(params && { params: readable(params) }) };
  return `${JSON.stringify(document, null, 2)}\n`;
}

const statementJson = ({ keyword, args, block }: Statement): StatementJson => ({
  keyword: keyword.text,
  words: args.map(({ text }) => text),
  file: keyword.line.file,
  line: keyword.line.number,
  ...(block !== undefined && { block: block.statements.map(statementJson) }),
});

/** Params with addresses as text, and units in the names of times: `advertisementIntervalMicros`. */
function readable(params: DaemonParams): unknown {
  const plain = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== "object" || value === null) return value;
    if (isAddress(value)) return formatIp(value);
    if (isPrefix(value)) return formatPrefix(value);
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        typeof member === "number" && Object.hasOwn(TIMES, name) ? `${name}Micros` : name,
        plain(member),
      ]),
    );
  };
  return plain(params);
}

/** Names of the members of `T`, at any depth, that are times. */
type TimesOf<T> = T extends readonly (infer Item)[]
  ? TimesOf<Item>
  : T extends object
    ? { [K in keyof T & string]-?: NonNullable<T[K]> extends Micros ? K : TimesOf<NonNullable<T[K]>> }[keyof T & string]
    : never;

/** The compiler knows which they are, so that none is forgotten. */
const TIMES: Readonly<Record<TimesOf<DaemonParams>, true>> = {
  startupDelay: true,
  delayAfterBoot: true,
  preemptDelay: true,
  interval: true,
  timeout: true,
  childWait: true,
  forkDelay: true,
  terminateDelay: true,
  advertisementInterval: true,
  window: true,
  delay: true,
  refresh: true,
  lowerPriorityDelay: true,
  idleTx: true,
  extraPeriod: true,
  arp: true,
  neighbour: true,
  realtimeLimit: true,
  minRx: true,
  minTx: true,
};

const isAddress = (value: object): value is IpAddress => "family" in value && "octets" in value;
const isPrefix = (value: object): value is IpPrefix =>
  "address" in value &&
  "length" in value &&
  typeof value.address === "object" &&
  value.address !== null &&
  isAddress(value.address);
