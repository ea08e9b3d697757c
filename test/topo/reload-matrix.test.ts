// What a reload changes takes effect in the running instance, which stays master without a gap between its advertisements;
// the instance beside it sees nothing.
import { expect } from "chai";
import type { Mark } from "./lab/capture.js";
import { isAdvert } from "./lab/capture.js";
import { type InstanceConf, VIP, block, confWith } from "./lab/conf.js";
import type { Daemon } from "./lab/daemon.js";
import { residentKib } from "./lab/processes.js";
import type { Lab } from "./lab/lab.js";
import { kinds, topologySuite, withLab } from "./lab/scenario.js";
import { eventuallyTrue } from "./lab/wait.js";

const BESIDE = 51;
const CHANGED = 52;
const INTERVAL = 0.3;
const MICROS = 1_000_000;
/** RFC 9568 §6.1: a backup waits three intervals; the promise is half of one. */
const LONGEST_GAP = 1.5 * INTERVAL * MICROS;

const beside: InstanceConf = { name: "VI_1", vrid: BESIDE, priority: 200, advertInt: INTERVAL };
const before: InstanceConf = {
  name: "VI_2",
  vrid: CHANGED,
  priority: 150,
  advertInt: INTERVAL,
  addresses: ["10.9.0.110/24", "10.9.0.111/24"],
};
const script = (weight: number, program = "/bin/true"): string =>
  block("vrrp_script check", [`script ${program}`, "interval 1", `weight ${weight}`]);

interface Change {
  readonly title: string;
  readonly to: Partial<InstanceConf>;
  readonly blocks?: readonly string[];
  readonly effect: (lab: Lab, daemon: Daemon, since: Mark) => Promise<unknown>;
}

const advertised = (priority: number): Change["effect"] => {
  return (lab, _daemon, since) =>
    lab.capture.until(`priority ${priority}`, isAdvert({ vrid: CHANGED, priority }), since);
};
const holding = (address: string, held: boolean): Change["effect"] => {
  return (lab) => lab.untilHeldBy(address, held ? ["a"] : []);
};

const changes: readonly Change[] = [
  { title: "priority", to: { priority: 170 }, effect: advertised(170) },
  {
    title: "advert_int",
    to: { advertInt: 0.2 },
    effect: (lab, _daemon, since) =>
      eventuallyTrue("the new interval is advertised", () =>
        lab.capture.adverts(since).some(({ vrid, intervalMillis }) => vrid === CHANGED && intervalMillis === 200),
      ),
  },
  {
    title: "an address more",
    to: { addresses: [...(before.addresses ?? []), "10.9.0.112/24"] },
    effect: holding("10.9.0.112", true),
  },
  { title: "an address less", to: { addresses: ["10.9.0.110/24"] }, effect: holding("10.9.0.111", false) },
  {
    title: "virtual_ipaddress_excluded",
    to: { lines: ["virtual_ipaddress_excluded {", "    10.9.0.113/24", "}"] },
    effect: holding("10.9.0.113", true),
  },
  {
    title: "virtual_routes",
    to: { lines: ["virtual_routes {", "    10.77.0.0/16 via 10.9.0.254 dev eth0", "}"] },
    effect: (lab) =>
      eventuallyTrue("the route is there", async () => (await lab.host("a").ip("route show")).includes("10.77.0.0/16")),
  },
  {
    title: "a track_script with a weight",
    to: { lines: ["track_script {", "    check", "}"] },
    blocks: [script(5)],
    effect: advertised(155),
  },
  {
    title: "the weight of a script",
    to: { lines: ["track_script {", "    check weight 7", "}"] },
    blocks: [script(5)],
    effect: advertised(157),
  },
  {
    title: "another program of a script",
    to: { lines: ["track_script {", "    check", "}"] },
    blocks: [script(-9, "/bin/false")],
    effect: advertised(141),
  },
  { title: "router_id", to: {}, blocks: [block("global_defs", ["router_id another"])], effect: settled },
  {
    title: "preempt_delay and garp_master_refresh",
    to: { lines: ["preempt_delay 5", "garp_master_refresh 1"] },
    effect: settled,
  },
  { title: "notify", to: { lines: ["notify /bin/true"] }, effect: settled },
  {
    title: "a third instance",
    to: {},
    blocks: [
      block("vrrp_instance VI_3", [
        "interface eth0",
        "virtual_router_id 53",
        "priority 90",
        `advert_int ${INTERVAL}`,
        "virtual_ipaddress {",
        "    10.9.0.120/24",
        "}",
      ]),
    ],
    effect: holding("10.9.0.120", true),
  },
];

function settled(lab: Lab, _daemon: Daemon, since: Mark): Promise<unknown> {
  return lab.capture.untilCount(3, "advertisements", isAdvert({ vrid: CHANGED }), since);
}

const text = (change: Partial<InstanceConf>, blocks: readonly string[] = []): string =>
  confWith(blocks, beside, { ...before, ...change });

async function start(lab: Lab): Promise<Daemon> {
  const daemon = lab.host("a").start({ kind: "vipd", conf: text({}) });
  await daemon.inState("VI_1", "MASTER");
  await daemon.inState("VI_2", "MASTER");
  await lab.untilHeldBy("10.9.0.110", ["a"]);
  return daemon;
}

async function reloaded(daemon: Daemon, conf: string): Promise<void> {
  const said = daemon.log.length;
  daemon.reload(conf);
  await daemon.loggedSince(said, /Reload complete/);
}

/** Neither a missed advertisement nor a farewell. */
function expectNoGap(lab: Lab, vrid: number, since: Mark, longest = LONGEST_GAP): void {
  const adverts = lab.capture.adverts(since).filter((advert) => advert.vrid === vrid);
  expect(adverts.filter(({ priority }) => priority === 0)).to.be.empty;
  const gaps = adverts.slice(1).map(({ at }, index) => at - (adverts[index]?.at ?? at));
  expect(Math.max(...gaps), `longest gap of vrid ${vrid}`).to.be.below(longest);
}

async function sinceOf(daemon: Daemon, name: string): Promise<unknown> {
  return (await daemon.instance(name)).whole["since"];
}

topologySuite("reload of one thing", () => {
  if (!kinds.includes("vipd")) return;

  for (const { title, to, blocks = [], effect } of changes) {
    it(`${title} is changed live, and back [vipd]`, () =>
      withLab({ hosts: ["a"] }, async (lab) => {
        const daemon = await start(lab);
        const child = daemon.vrrpPid;
        const states = [await sinceOf(daemon, "VI_1"), await sinceOf(daemon, "VI_2")];
        const mark = lab.capture.mark();
        await settled(lab, daemon, mark);
        await reloaded(daemon, text(to, blocks));
        await effect(lab, daemon, lab.capture.mark());
        await reloaded(daemon, text({}));
        const back = lab.capture.mark();
        await settled(lab, daemon, back);
        await lab.capture.untilCount(3, "advertisements", isAdvert({ vrid: BESIDE }), back);
        await lab.capture.until("the old priority", isAdvert({ vrid: CHANGED, priority: 150 }), back);
        await lab.untilHeldBy("10.9.0.111", ["a"]);
        for (const vrid of [BESIDE, CHANGED]) expectNoGap(lab, vrid, mark);
        expect(daemon.vrrpPid).to.equal(child);
        expect([await sinceOf(daemon, "VI_1"), await sinceOf(daemon, "VI_2")]).to.deep.equal(states);
      }));
  }

  it("an address moves from one instance to another in one reload, and is never away for long [vipd]", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const daemon = await start(lab);
      const mark = lab.capture.mark();
      const there = { ...beside, addresses: [`${VIP}/24`, "10.9.0.111/24"] };
      const here = { ...before, addresses: ["10.9.0.110/24"] };
      await reloaded(daemon, confWith([], there, here));
      await lab.untilHeldBy("10.9.0.111", ["a"]);
      const after = lab.capture.mark();
      for (const vrid of [BESIDE, CHANGED]) {
        await lab.capture.untilCount(3, "advertisements", isAdvert({ vrid }), after);
        expectNoGap(lab, vrid, mark);
      }
      const [last] = lab.capture.adverts(after).filter(({ vrid }) => vrid === BESIDE);
      expect(last?.addresses).to.deep.equal([VIP, "10.9.0.111"]);
      await lab.untilHeldBy("10.9.0.111", ["a"]);
      await reloaded(daemon, confWith([], beside, before));
      await lab.untilHeldBy("10.9.0.111", ["a"]);
      await lab.untilHeldBy(VIP, ["a"]);
    }));

  for (const [keyword, line] of [
    ["net_namespace", "net_namespace elsewhere"],
    ["instance", "instance second"],
    ["use_pid_dir", "use_pid_dir"],
  ] as const) {
    it(`${keyword} refuses the reload, with the reason [vipd]`, () =>
      withLab({ hosts: ["a"] }, async (lab) => {
        const daemon = await start(lab);
        const said = daemon.log.length;
        daemon.reload(`${line}\n${text({ priority: 99 })}`);
        await daemon.loggedSince(said, new RegExp(`Reload refused.*${keyword} cannot be changed by a reload`));
        const mark = lab.capture.mark();
        await settled(lab, daemon, mark);
        expect(lab.capture.adverts(mark).map(({ priority }) => priority)).not.to.include(99);
      }));
  }
});

/** RELOAD_SECONDS=60 for the whole promise. */
const SECONDS = Number(process.env["RELOAD_SECONDS"] ?? "6");

topologySuite("ten reloads a second", function () {
  if (!kinds.includes("vipd")) return;

  it(`cost no advertisement in ${SECONDS} s, and no memory [vipd]`, async function () {
    this.timeout((SECONDS + 60) * 1_000);
    await withLab({ hosts: ["a"] }, async (lab) => {
      const daemon = await start(lab);
      const mark = lab.capture.mark();
      const child = daemon.vrrpPid;
      const turns = SECONDS * 10;
      let firstTenth = 0;
      for (let turn = 0; turn < turns; turn++) {
        daemon.reload(
          text({ priority: 150 + (turn % 3), addresses: ["10.9.0.110/24", `10.9.0.${111 + (turn % 4)}/24`] }),
        );
        await new Promise((resolve) => setTimeout(resolve, 100));
        if (turn === Math.floor(turns / 10)) firstTenth = residentKib(daemon.vrrpPid);
      }
      await reloaded(daemon, text({}));
      const after = lab.capture.mark();
      for (const vrid of [BESIDE, CHANGED]) {
        await lab.capture.untilCount(3, "advertisements", isAdvert({ vrid }), after);
        expectNoGap(lab, vrid, mark);
      }
      expect(daemon.vrrpPid).to.equal(child);
      await daemon.inState("VI_2", "MASTER");
      await lab.untilHeldBy("10.9.0.111", ["a"]);
      expect(residentKib(child) - firstTenth, "KiB grown").to.be.below(32 * 1024);
    });
  });
});
