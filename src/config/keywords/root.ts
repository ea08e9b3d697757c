// The top level of a configuration.
import { seconds } from "../../base/time.js";
import * as arg from "../arguments.js";
import type { GlobalConf, InstanceConf, RootConf, VrrpScriptConf } from "../conf.js";
import { rowsFor, section, table, type Scope, type Section } from "../table.js";
import { unsupported, unsupportedAll } from "../unsupported.js";
import type { Statement } from "../tree.js";
import { defaultGlobals, globalDefs } from "./global-defs.js";
import * as known from "./known.js";
import { lvsRows } from "./virtual-server.js";
import { defaultInstance, vrrpInstance } from "./vrrp-instance.js";
import { defaultScript, vrrpScript } from "./vrrp-script.js";

export const defaultRoot = (start: Statement): RootConf => ({
  globals: section<GlobalConf>(defaultGlobals(), start),
  instances: new Map(),
  scripts: new Map(),
  virtualServers: [],
  virtualServerGroups: new Map(),
  childWait: seconds(5),
});

/** The name after a keyword, unless it is missing or another block has it. */
function newName(
  statement: Statement,
  taken: ReadonlyMap<string, Section<unknown>>,
  { report }: Scope,
): string | undefined {
  const [word, extra] = statement.args;
  const { text } = statement.keyword;
  if (word === undefined || (extra !== undefined && text === "vrrp_instance")) {
    report.add(
      "missingName",
      statement.keyword,
      `${text} needs one name; its block is ignored`,
      `write ${text} NAME { ... }`,
    );
    return undefined;
  }
  const other = taken.get(word.text);
  if (other === undefined) return word.text;
  report.add(
    "duplicateName",
    word,
    `${text} ${word.text} is already defined in line ${other.header.keyword.line.number}; this block is ignored`,
    "give it another name",
  );
  return undefined;
}

const rows = rowsFor<RootConf>();

export const root = table<RootConf>("", [
  rows.section("global_defs", globalDefs, (_, into) => into.globals, { doc: "Settings of the whole daemon." }),
  rows.section(
    "vrrp_instance",
    vrrpInstance,
    (statement, into, scope) => {
      const name = newName(statement, into.instances, scope);
      if (name === undefined) return undefined;
      const instance = section<InstanceConf>(defaultInstance(name), statement);
      into.instances.set(name, instance);
      return instance;
    },
    { doc: "One virtual router." },
  ),
  rows.section(
    "vrrp_script",
    vrrpScript,
    (statement, into, scope) => {
      const name = newName(statement, into.scripts, scope);
      if (name === undefined) return undefined;
      const script = section<VrrpScriptConf>(defaultScript(name), statement);
      into.scripts.set(name, script);
      return script;
    },
    { arity: 1, doc: "A command that instances can depend on." },
  ),
  rows.leaf("child_wait_time", "childWait", arg.wholeSeconds(0, 4_294_967_295), {
    doc: "Seconds that processes have to stop before they are killed.",
  }),
  unsupported(
    "vrrp_sync_group",
    known.syncGroup,
    "each of its instances decides for itself, so they can be master on different machines",
  ),
  unsupported("static_ipaddress", "items", "the addresses are not installed"),
  unsupported("static_routes", "items", "the routes are not installed"),
  unsupported("static_rules", "items", "the rules are not installed"),
  ...lvsRows,
  unsupported("bfd_instance", known.bfdInstance, "no BFD session is run"),
  unsupported("net_namespace", undefined, "vipd stays in the network namespace it is started in"),
  unsupported("track_group", known.trackGroup),
  unsupported("garp_group", known.garpGroup),
  unsupported("linkbeat_interfaces", "items"),
  unsupported("vrrp_track_process", known.trackProcess),
  unsupported("interface_up_down_delays", "items"),
  unsupported("track_file", known.trackFile),
  unsupported("vrrp_track_file", known.trackFile),
  ...unsupportedAll<RootConf>("net_namespace_ipvs namespace_with_ipsets instance use_pid_dir linkbeat_use_polling"),
]);
