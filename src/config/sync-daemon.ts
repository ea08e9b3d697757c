// `lvs_sync_daemon IFNAME [[inst] INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDRESS]`.
import * as arg from "./arguments.js";
import type { SyncDaemonConf } from "./lvs-conf.js";
import type { Word } from "./source.js";
import type { Argument, Scope } from "./table.js";
import type { Statement } from "./tree.js";

type Numbers = "id" | "maxLength" | "port" | "ttl";

const NUMBERS: ReadonlyMap<string, { readonly field: Numbers; readonly range: arg.NumberRange }> = new Map([
  ["id", { field: "id", range: { min: 0, max: 255 } }],
  ["maxlen", { field: "maxLength", range: { min: 1, max: 65_507 } }],
  ["port", { field: "port", range: { min: 1, max: 65_535 } }],
  ["ttl", { field: "ttl", range: { min: 1, max: 255 } }],
]);

const multicast = arg.multicastAddress("any");

export const syncDaemon: Argument<SyncDaemonConf> = {
  grammar: "INTERFACE [[inst] INSTANCE] [id N] [maxlen N] [port N] [ttl N] [group ADDRESS]",
  parse([first, ...options], scope, statement) {
    const interfaceName = first === undefined ? undefined : arg.interfaceName.parse([first], scope, statement);
    if (interfaceName === undefined) return undefined;
    const conf: { -readonly [K in keyof SyncDaemonConf]: SyncDaemonConf[K] } = { interfaceName };
    for (let i = 0; i < options.length; i++) {
      const option = options[i] ?? statement.keyword;
      if (takesValue(option)) {
        i++;
        readOption(conf, option, options[i], scope, statement);
      } else if (i === 0) conf.instance = option.text;
      else {
        const hint = "write id, maxlen, port, ttl or group, each with its value";
        scope.report.add("unknownOption", option, `'${option.text}' is no option of lvs_sync_daemon`, hint);
      }
    }
    return conf;
  },
};

const takesValue = ({ text }: Word): boolean => text === "inst" || text === "group" || NUMBERS.has(text);

function readOption(
  conf: { -readonly [K in keyof SyncDaemonConf]: SyncDaemonConf[K] },
  option: Word,
  value: Word | undefined,
  scope: Scope,
  statement: Statement,
): void {
  if (value === undefined) {
    scope.report.add("missingWord", option, `${option.text} needs a word after it`, `write ${option.text} and a value`);
    return;
  }
  const number = NUMBERS.get(option.text);
  if (number !== undefined) {
    const read = arg.readInteger(value, number.range, scope);
    if (read !== undefined) conf[number.field] = read;
  } else if (option.text === "group") {
    const group = multicast.parse([value], scope, statement);
    if (group !== undefined) conf.group = group;
  } else conf.instance = value.text;
}
