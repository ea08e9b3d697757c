// What programs written for keepalived read: the JSON that SIGRTMIN+2 leaves, beside keepalived's own of the same configuration.
import { expect } from "chai";
import { existsSync, readFileSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { block, confWith, type InstanceConf } from "./lab/conf.js";
import type { Daemon, DaemonKind } from "./lab/daemon.js";
import { untilMaster } from "./lab/pairing.js";
import { kinds, topologySuite, withLab } from "./lab/scenario.js";
import { eventually } from "./lab/wait.js";

const SIGNAL_JSON = 36;
const SIGNAL_STATS_CLEAR = 63;

const SCRIPT = block("vrrp_script chk", ['script "/usr/bin/true"', "interval 1", "weight 5"]);
const CASES: readonly (readonly [title: string, fields: Partial<InstanceConf>])[] = [
  [
    "version 2 with what an instance can have",
    {
      version: 2,
      advertInt: 1,
      addresses: ["10.9.0.100/24", "10.9.0.101/32 label eth0:1"],
      lines: [
        "authentication { ",
        "auth_type PASS",
        "auth_pass secret12",
        "}",
        "track_interface {",
        "lo",
        "}",
        "track_script {",
        "chk",
        "}",
        'notify_master "/usr/bin/true a b"',
        "notify /usr/bin/true",
        "garp_master_delay 7",
        "garp_master_refresh 60",
        "garp_lower_prio_delay 6",
        "garp_lower_prio_repeat 2",
        "virtual_ipaddress_excluded {",
        "10.9.0.102/24",
        "}",
      ],
    },
  ],
  ["version 3", { lines: ["preempt_delay 3", "nopreempt"] }],
];

topologySuite("the JSON dump", () => {
  if (!kinds.includes("vipd") || !kinds.includes("keepalived")) return;

  for (const [title, fields] of CASES) {
    it(`is keepalived's: ${title}`, async () => {
      const [theirs, ours] = await Promise.all([dumpOf("keepalived", fields), dumpOf("vipd", fields)]);
      expect(ours).to.deep.equal(theirs);
      expect(JSON.stringify(ours)).to.equal(JSON.stringify(theirs));
    });
  }

  it("counts from zero after SIGRTMAX-1, which leaves the counts until then in the statistics", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const daemon = lab.host("a").start({ kind: "vipd", conf: confWith([], { priority: 100 }) });
      await untilMaster(lab, "a");
      await eventually("some advertisements", async () =>
        ((await daemon.instance("VI_1")).statistics["advertsSent"] ?? 0) > 10 ? true : undefined,
      );
      process.kill(daemon.pid, SIGNAL_STATS_CLEAR);
      expect(await dumpFile(daemon, "keepalived.stats")).to.match(/Sent: [1-9]/);
      await eventually("the counters to begin anew", async () =>
        (await daemon.instance("VI_1")).statistics["becameMaster"] === 0 ? true : undefined,
      );
      expect(await daemon.state("VI_1")).to.equal("MASTER");
    }));
});

/** The members without those that say when it was written. */
async function dumpOf(kind: DaemonKind, fields: Partial<InstanceConf>): Promise<unknown> {
  let dump: unknown;
  await withLab({ hosts: ["a"] }, async (lab) => {
    const daemon = lab.host("a").start({ kind, conf: confWith([SCRIPT], { priority: 100, ...fields }) });
    await untilMaster(lab, "a");
    dump = await eventually("the addresses in the dump", async () => {
      process.kill(daemon.pid, SIGNAL_JSON);
      const text = await dumpFile(daemon, "keepalived.json");
      if (!text.includes('"vipset":true')) return undefined;
      const parsed: unknown = JSON.parse(text, withoutTimes);
      return parsed;
    });
    await daemon.sigterm();
  });
  return dump;
}

const withoutTimes = (member: string, value: unknown): unknown =>
  member === "last_transition" || member === "advert_sent" ? typeof value : value;

async function dumpFile(daemon: Daemon, name: string): Promise<string> {
  const path = join(dirname(daemon.files.conf), name);
  return eventually(path, () => {
    if (!existsSync(path)) return undefined;
    const text = readFileSync(path, "utf8");
    if (text === "") return undefined;
    unlinkSync(path);
    return text;
  });
}
