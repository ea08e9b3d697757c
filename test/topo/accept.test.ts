// Accept_Mode (RFC 5798 §6.1): a master that does not own its addresses forwards packets, and takes none for itself.
import { expect } from "chai";
import { VIP, confWith } from "./lab/conf.js";
import type { Host } from "./lab/host.js";
import type { Lab } from "./lab/lab.js";
import { knock } from "./lab/neighbours.js";
import { type Pair, forEachPair, kinds, topologySuite, withLab } from "./lab/scenario.js";
import { eventuallyTrue } from "./lab/wait.js";

const hosts = ["a", "b", "c", "d"];
/** An address of d that the client reaches by way of the virtual address only. */
const BEYOND = "10.77.0.1";

const tables = (host: Host): Promise<string> => host.run("nft", "list", "tables");

/** c has its route to d over the virtual address, and a and b forward it on their second interface. */
async function route(lab: Lab): Promise<void> {
  await lab.host("d").ip(`address add ${BEYOND}/32 dev lo`);
  for (const name of ["a", "b"]) {
    await lab.host(name).run("sysctl", "-qw", "net.ipv4.ip_forward=1");
    await lab.host(name).ip(`route add ${BEYOND}/32 via 10.9.1.4`);
  }
  await lab.host("c").ip(`route add ${BEYOND}/32 via ${VIP} dev eth0`);
}

async function open(lab: Lab, pair: Pair, lines: readonly string[]) {
  const instance = { lines, addresses: [`${VIP}/24`] };
  const a = lab.host("a").start({ kind: pair.a, conf: confWith([], { ...instance, priority: 200 }) });
  await lab.untilHeldBy(VIP, ["a"]);
  const b = lab.host("b").start({ kind: pair.b, conf: confWith([], { ...instance, priority: 100 }) });
  await b.inState("VI_1", "BACKUP");
  return { a, b };
}

const passes = (lab: Lab): Promise<void> =>
  eventuallyTrue("forwarded packets pass", async () => (await knock(lab.host("c"), BEYOND)) === "refused");

topologySuite("Accept_Mode", () => {
  forEachPair(
    "no_accept: the master forwards and does not answer, before a takeover and after it",
    { hosts, segments: 2 },
    async (lab, pair) => {
      await route(lab);
      const { a, b } = await open(lab, pair, ["no_accept"]);
      await passes(lab);
      expect(await knock(lab.host("c"), VIP)).to.equal("silent");
      await a.sigterm();
      await lab.untilHeldBy(VIP, ["b"]);
      await passes(lab);
      expect(await knock(lab.host("c"), VIP)).to.equal("silent");
      if (pair.a === "vipd") expect(await tables(lab.host("a"))).to.equal("");
      if (pair.b === "vipd") expect((await tables(lab.host("b"))).trim()).to.equal("table ip keepalived");
      await b.sigterm();
      if (pair.b === "vipd") expect(await tables(lab.host("b"))).to.equal("");
    },
  );

  if (!kinds.includes("vipd")) return;
  const pair = { a: "vipd", b: "vipd" } as const;

  it("accept: the master answers", () =>
    withLab({ hosts }, async (lab) => {
      await open(lab, pair, ["accept"]);
      await eventuallyTrue("a answers", async () => (await knock(lab.host("c"), VIP)) === "refused");
      expect(await tables(lab.host("a"))).to.equal("");
    }));

  it("strict mode accepts nothing that it does not own, and the owner of the addresses accepts all", () =>
    withLab({ hosts }, async (lab) => {
      const { a } = await open(lab, pair, ["strict_mode on"]);
      expect(await knock(lab.host("c"), VIP)).to.equal("silent");
      const owner = { lines: ["strict_mode on", "state MASTER"], addresses: [`${VIP}/24`], priority: 255 };
      a.reload(confWith([], owner));
      await eventuallyTrue("a answers", async () => (await knock(lab.host("c"), VIP)) === "refused");
    }));

  it("the rules outlast a flush of the whole ruleset, and are back after the death of the vrrp process", () =>
    withLab({ hosts }, async (lab) => {
      const { a } = await open(lab, pair, ["no_accept"]);
      const host = lab.host("a");
      const owned = (await host.run("nft", "list", "ruleset")).includes("owner");
      await host.run("nft", "flush", "ruleset");
      if (owned) expect((await tables(host)).trim()).to.equal("table ip keepalived");
      const child = a.vrrpPid;
      a.killVrrpChild();
      await eventuallyTrue("replaced", () => a.runningVrrpPid() !== undefined && a.vrrpPid !== child);
      await lab.untilHeldBy(VIP, ["a"]);
      await eventuallyTrue("a is silent", async () => (await knock(lab.host("c"), VIP)) === "silent");
      expect((await tables(host)).trim()).to.equal("table ip keepalived");
      await a.killTree();
      if (owned) await eventuallyTrue("the rules are gone", async () => (await tables(host)) === "");
    }));

  it("names and counters as global_defs has them", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      const globals = "global_defs {\n    nftables vips\n    nftables_priority 7\n    nftables_counters\n}\n";
      const daemon = host.start({ kind: "vipd", conf: confWith([globals], { priority: 200, lines: ["no_accept"] }) });
      await lab.untilHeldBy(VIP, ["a"]);
      const rules = await host.run("nft", "list", "table", "ip", "vips");
      expect(rules)
        .to.contain("priority filter + 7")
        .and.to.match(/ip daddr @vips counter packets \d+ bytes \d+ drop/);
      await daemon.sigterm();
      expect(await tables(host)).to.equal("");
    }));
});
