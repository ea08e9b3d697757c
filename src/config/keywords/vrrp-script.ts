// vrrp_script: a command that is run again and again, and whose exit status says whether something works.
import { seconds, type Micros } from "../../base/time.js";
import * as arg from "../arguments.js";
import type { VrrpScriptConf } from "../conf.js";
import { command, identity } from "../script-argument.js";
import { rowsFor, table, type Argument } from "../table.js";
import { trackWeight } from "../track-line.js";

const INT32_MAX = 2_147_483_647;
const written = arg.time({ min: 0, max: 4294, decimals: 3 });

/** Seconds; 0 is taken for 1, with a complaint. */
const period: Argument<Micros> = {
  grammar: "seconds 0.001..4294",
  takes: { kind: "number", min: 0.001, max: 4294, decimals: 3, unit: "s" },
  parse(words, scope, statement) {
    const value = written.parse(words, scope, statement);
    if (value !== 0) return value;
    scope.report.add("adjusted", words[0], "0 is not possible here, 1 second is used", "write seconds 0.001..4294");
    return seconds(1);
  },
};

export const defaultScript = (name: string): VrrpScriptConf => ({
  name,
  interval: seconds(1),
  weight: { weight: 0, reverse: false },
  rise: 1,
  fall: 1,
  initFail: false,
});

const { leaf } = rowsFor<VrrpScriptConf>();

export const vrrpScript = table<VrrpScriptConf>("vrrp_script", [
  leaf("script", "script", command, { absence: "missingWord", doc: "Command; exit status 0 means that all is well." }),
  leaf("interval", "interval", period, { default: "1", doc: "Seconds between two starts." }),
  leaf("timeout", "timeout", period, {
    default: { from: "interval" },
    doc: "Seconds after which a run is killed and counts as a failure.",
  }),
  leaf("weight", "weight", trackWeight, {
    default: "0",
    doc: "Added to the priority of instances that track it; 0: its failure is a fault.",
  }),
  leaf("rise", "rise", arg.integer(1, INT32_MAX), { default: "1", doc: "Successes in a row until it counts as up." }),
  leaf("fall", "fall", arg.integer(1, INT32_MAX), { default: "1", doc: "Failures in a row until it counts as down." }),
  leaf("user", "identity", identity, { default: { from: "script_user" }, doc: "Who it runs as." }),
  leaf("init_fail", "initFail", arg.flag<boolean>(true), { doc: "Counts as down until it has succeeded." }),
]);
