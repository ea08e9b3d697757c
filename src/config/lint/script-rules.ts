// Rules about scripts and about sync groups.
import { shellWords } from "../shell-words.js";
import { blocksOf, walk } from "./block.js";
import { instance } from "./examples.js";
import { instancesOf } from "./instance.js";
import type { LintRule } from "./node.js";

const SCRIPTS =
  /^(script|misc_path|startup_script|shutdown_script|quorum_(up|down)|notify(_(up|down|master|backup|fault|stop|deleted|master_rx_lower_pri))?|(vrrp_|lvs_)?notify_fifo_script)$/;

const check = (lines: string): string => `vrrp_script chk {\n  script "/bin/true"\n${lines}}\n`;
const group = (lines: string): string =>
  `vrrp_script chk {\n  script "/bin/true"\n  weight -60\n}\nvrrp_sync_group G {\n  group { VI_1\n  VI_2 }\n${lines}}\n` +
  instance("track_script { chk }") +
  instance("virtual_router_id 52\nvirtual_ipaddress { 192.0.2.11/24 }", "VI_2");

export const scriptRules: readonly LintRule[] = [
  {
    code: "VL0201",
    severity: "warning",
    title: "a script may take no longer than it has until it counts as failed",
    why: "A script that hangs is noticed only after its timeout, later than interval and fall promise.",
    bad: [check("  interval 2\n  fall 2\n  timeout 10\n")],
    good: [check("  interval 2\n  fall 2\n  timeout 2\n")],
    check(nodes, say) {
      for (const block of nodes.flatMap(({ statements }) => blocksOf(statements, "vrrp_script"))) {
        const interval = block.number("interval") ?? 1;
        const fall = block.number("fall") ?? 1;
        const timeout = block.number("timeout");
        if (timeout === undefined || timeout <= interval * fall) continue;
        say(
          block.place("timeout"),
          `vrrp_script ${block.name} may hang for ${timeout} s, longer than interval ${interval} s x fall ${fall}`,
          `write a timeout of at most ${interval * fall}`,
        );
      }
    },
  },
  {
    code: "VL0202",
    severity: "warning",
    title: "trackers of sync group members have weights in vain",
    why: "Members of a sync group share their state: weights of their own trackers count as 0, so that a failure is a FAULT of the whole group.",
    bad: [group("")],
    good: [group("  sync_group_tracking_weight\n")],
    check(nodes, say) {
      for (const node of nodes) {
        for (const sync of blocksOf(node.statements, "vrrp_sync_group")) {
          if (sync.has("sync_group_tracking_weight") || sync.has("global_tracking")) continue;
          const members = new Set(sync.lines("group").flatMap((words) => words.map(({ text }) => text)));
          for (const { name, trackers } of instancesOf(node).filter((found) => members.has(found.name))) {
            for (const { at, weight, name: tracked } of trackers.filter((tracker) => tracker.weight !== 0)) {
              say(
                at,
                `${tracked} has weight ${weight} in ${name}, but ${name} is in sync group ${sync.name}: the weight counts as 0, its failure is a FAULT of the group`,
                "add sync_group_tracking_weight to the group, or remove the weight",
              );
            }
          }
        }
      }
    },
  },
  {
    code: "VL0203",
    severity: "error",
    title: "only root may write a script",
    why: "Scripts often run as root. Whoever may write one, or replace a directory on its path, is root at the next fail-over.",
    bad: [`vrrp_script chk {\n  script "/home/alice/check.sh"\n}\n`],
    good: [`vrrp_script chk {\n  script "/usr/libexec/check.sh"\n}\n`],
    check(nodes, say) {
      for (const { statements, environment } of nodes) {
        for (const statement of walk(statements)) {
          if (statement.block !== undefined || !SCRIPTS.test(statement.keyword.text)) continue;
          const [program] = shellWords(shellWords(statement.raw)?.[1] ?? "") ?? [];
          if (program === undefined) continue;
          const facts = environment.findProgram(program);
          if (facts.kind !== "found" || facts.insecure === undefined) continue;
          say(
            statement.args[0] ?? statement.keyword,
            `a stranger can change ${program}: ${facts.insecure}`,
            "let every part of its path belong to root and be writable by root alone",
          );
        }
      }
    },
  },
];
