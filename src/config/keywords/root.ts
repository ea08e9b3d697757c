// The top level of a configuration.
import { seconds } from "../../base/time.js";
import * as arg from "../arguments.js";
import type {
  BfdConf,
  GlobalConf,
  InstanceConf,
  RootConf,
  SyncGroupConf,
  TrackFileConf,
  TrackGroupConf,
  TrackProcessConf,
  VrrpScriptConf,
} from "../conf.js";
import { reportExtraWords } from "../complaints.js";
import type { GarpGroupConf } from "../conf-network.js";
import { staticAddressItems, staticAddressLine } from "../address-line.js";
import { interfaceDelayItems, interfaceDelayLine, linkbeatItems, linkbeatLine } from "../interface-lines.js";
import { staticRouteItems, staticRouteLine } from "../route-line.js";
import { staticRuleItems, staticRuleLine } from "../rule-line.js";
import {
  rowsFor,
  section,
  table,
  type Argument,
  type NotYet,
  type Row,
  type Scope,
  type Section,
  type SectionSpec,
  type Table,
} from "../table.js";
import type { Statement } from "../tree.js";
import { defaultGlobals, globalDefs } from "./global-defs.js";
import { finishBfd, finishGarpGroup, finishInstance } from "./completion.js";
import { defaultSyncGroup, garpGroupBlock, syncGroupBlock, trackGroupBlock } from "./groups.js";
import {
  bfdBlock,
  defaultBfd,
  defaultTrackFile,
  defaultTrackProcess,
  trackFileBlock,
  trackProcessBlock,
} from "./trackers.js";
import { lvsRows } from "./virtual-server.js";
import { defaultInstance, vrrpInstance } from "./vrrp-instance.js";
import { defaultScript, vrrpScript } from "./vrrp-script.js";

/** `[NAME]`. */
const ipvsNamespace: Argument<string> = {
  grammar: "[NAME]",
  takes: { kind: "text" },
  arity: 0,
  parse: ([name]) => name?.text ?? "",
};

export const defaultRoot = (start: Statement): RootConf => ({
  globals: section<GlobalConf>(defaultGlobals(), start),
  instances: new Map(),
  scripts: new Map(),
  syncGroups: new Map(),
  trackGroups: new Map(),
  trackFiles: new Map(),
  trackProcesses: new Map(),
  bfds: new Map(),
  garpGroups: [],
  staticAddresses: [],
  staticRoutes: [],
  staticRules: [],
  linkbeatInterfaces: [],
  interfaceDelays: [],
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
    SHADOWING.has(text) ? "shadowedName" : "duplicateName",
    word,
    `${text} ${word.text} is already defined in line ${other.header.keyword.line.number}; this block is ignored`,
    "give it another name",
  );
  return SHADOWING.has(text) ? word.text : undefined;
}

/** Blocks that keepalived reads again without a word under a name that is taken; whoever names it gets the first. */
const SHADOWING: ReadonlySet<string> = new Set(["track_file", "vrrp_script", "vrrp_track_file", "vrrp_track_process"]);

const rows = rowsFor<RootConf>();

interface NamedSpec<U> {
  readonly blocks: (conf: RootConf) => Map<string, Section<U>>;
  readonly make: (name: string) => U;
  readonly doc: string;
  readonly notYet?: NotYet;
  /** What the block cannot do without, where its last line has been read; it is left out then. */
  readonly lacks?: (conf: U) => string | undefined;
  /** Even then its name may be used: another process of keepalived leaves it out. */
  readonly staysKnown?: true;
  readonly finish?: SectionSpec<RootConf, U>["finish"];
  /** keepalived ends at once without a name. */
  readonly nameRequired?: boolean;
  /** Nothing but a name stands before the block. */
  readonly nameOnly?: boolean;
}

/** A block with a name of its own: the second of a name is left out as a unit. */
const named = <U>(keyword: string, inner: Table<U>, spec: NamedSpec<U>): Row<RootConf> =>
  rows.section(
    keyword,
    inner,
    (statement, into, scope) => {
      const blocks = spec.blocks(into);
      const name = newName(statement, blocks, scope);
      if (name === undefined) return undefined;
      if (spec.nameOnly === true) reportExtraWords(statement, 1, scope.report);
      const opened = section<U>(spec.make(name), statement);
      if (!blocks.has(name)) blocks.set(name, opened);
      return opened;
    },
    {
      doc: spec.doc,
      ...(spec.nameRequired === true && { arity: 1 }),
      ...(spec.notYet !== undefined && { notYet: spec.notYet }),
      finish(opened, into, end, scope) {
        const lacking = spec.lacks?.(opened.conf);
        if (lacking !== undefined) {
          const name = opened.header.args[0]?.text ?? "";
          const message = `${keyword} ${name} has no ${lacking} and is ignored`;
          scope.report.add("incompleteBlock", end, message, `add ${lacking}`);
          if (spec.staysKnown !== true && spec.blocks(into).get(name) === opened) spec.blocks(into).delete(name);
        }
        spec.finish?.(opened, into, end, scope);
      },
    },
  );

export const root = table<RootConf>("", [
  rows.section("global_defs", globalDefs, (_, into) => into.globals, { doc: "Settings of the whole daemon." }),
  named<InstanceConf>("vrrp_instance", vrrpInstance, {
    blocks: (conf) => conf.instances,
    make: defaultInstance,
    finish: finishInstance,
    doc: "One virtual router.",
  }),
  named<VrrpScriptConf>("vrrp_script", vrrpScript, {
    blocks: (conf) => conf.scripts,
    make: defaultScript,
    lacks: ({ script }) => (script === undefined ? "script" : undefined),
    nameRequired: true,
    doc: "A command that instances can depend on.",
  }),
  named<SyncGroupConf>("vrrp_sync_group", syncGroupBlock, {
    blocks: (conf) => conf.syncGroups,
    make: defaultSyncGroup,
    lacks: ({ members }) => (members.length === 0 ? "group" : undefined),
    nameOnly: true,
    doc: "Instances that change state together.",
  }),
  named<TrackFileConf>("track_file", trackFileBlock("track_file"), {
    blocks: (conf) => conf.trackFiles,
    make: defaultTrackFile,
    lacks: ({ path }) => (path === undefined ? "file" : undefined),
    nameRequired: true,
    doc: "A file whose number instances can depend on.",
  }),
  named<TrackFileConf>("vrrp_track_file", trackFileBlock("vrrp_track_file"), {
    blocks: (conf) => conf.trackFiles,
    make: defaultTrackFile,
    lacks: ({ path }) => (path === undefined ? "file" : undefined),
    nameRequired: true,
    doc: "Old name of track_file.",
  }),
  named<TrackProcessConf>("vrrp_track_process", trackProcessBlock, {
    blocks: (conf) => conf.trackProcesses,
    make: defaultTrackProcess,
    lacks: ({ process }) => (process === undefined ? "process" : undefined),
    nameRequired: true,
    doc: "Processes that instances can depend on.",
  }),
  named<BfdConf>("bfd_instance", bfdBlock, {
    blocks: (conf) => conf.bfds,
    make: defaultBfd,
    lacks: ({ neighbor }) => (neighbor === undefined ? "neighbor_ip" : undefined),
    staysKnown: true,
    finish: finishBfd,
    nameRequired: true,
    doc: "A session of bidirectional forwarding detection (RFC 5880).",
  }),
  named<TrackGroupConf>("track_group", trackGroupBlock, {
    blocks: (conf) => conf.trackGroups,
    make: (name) => ({ name, members: [] }),
    nameOnly: true,
    doc: "Instances that depend on a static address, route or rule.",
  }),
  rows.section(
    "garp_group",
    garpGroupBlock,
    (statement, into) => {
      const group = section<GarpGroupConf>({ interfaces: [] }, statement);
      into.garpGroups.push(group);
      return group;
    },
    { finish: finishGarpGroup, doc: "The pace of gratuitous ARP on interfaces." },
  ),
  rows.lines("static_ipaddress", (conf) => conf.staticAddresses, staticAddressLine, {
    items: staticAddressItems,
    doc: "Addresses that are always there.",
  }),
  rows.lines("static_routes", (conf) => conf.staticRoutes, staticRouteLine, {
    items: staticRouteItems,
    doc: "Routes that are always there.",
  }),
  rows.lines("static_rules", (conf) => conf.staticRules, staticRuleLine, {
    items: staticRuleItems,
    doc: "Policy rules that are always there.",
  }),
  rows.lines("linkbeat_interfaces", (conf) => conf.linkbeatInterfaces, linkbeatLine, {
    items: linkbeatItems,
    notYet: true,
    doc: "Interfaces whose link is polled.",
  }),
  rows.lines("interface_up_down_delays", (conf) => conf.interfaceDelays, interfaceDelayLine, {
    items: interfaceDelayItems,
    notYet: true,
    doc: "Seconds a change of an interface has to last before it counts.",
  }),
  rows.leaf("net_namespace", "netNamespace", arg.text, {
    absence: "missingWord",
    once: true,
    reload: "restart",
    default: { from: "the namespace the daemon is started in" },
    doc: "Network namespace to run in.",
  }),
  rows.leaf("net_namespace_ipvs", "netNamespaceIpvs", ipvsNamespace, {
    once: true,
    reload: "restart",
    notYet: true,
    default: { from: "net_namespace" },
    doc: "Network namespace of IPVS; the default one without a name.",
  }),
  rows.leaf("namespace_with_ipsets", "namespaceWithIpsets", arg.bare, {
    notYet: true,
    doc: "Use ipsets in a namespace on old kernels.",
  }),
  rows.leaf("instance", "instanceName", arg.text, {
    absence: "missingWord",
    once: true,
    reload: "restart",
    doc: "Name of this daemon among several.",
  }),
  rows.leaf("use_pid_dir", "usePidDirectory", arg.bare, {
    reload: "restart",
    doc: "Put pid files into a directory of their own.",
  }),
  rows.leaf("linkbeat_use_polling", "linkbeatPolling", arg.bare, {
    notYet: true,
    doc: "Poll the link of all interfaces.",
  }),
  rows.leaf("child_wait_time", "childWait", arg.wholeSeconds(0, 4_294_967_295), {
    default: "5",
    doc: "Seconds that processes have to stop before they are killed.",
  }),
  ...lvsRows,
]);
