// Virtual addresses in the kernel: every token of their lines, and what happens when somebody else touches them.
import { expect } from "chai";
import { VIP } from "./lab/conf.js";
import type { Host } from "./lab/host.js";
import { startNode, untilMaster } from "./lab/pairing.js";
import { forEachKind, kinds, topologySuite, withLab } from "./lab/scenario.js";
import { eventuallyTrue } from "./lab/wait.js";

/** Address lines and what `ip address` shows for each. */
const LINES = [
  [`${VIP}/24`, `${VIP}/24 scope global secondary`],
  ["10.9.0.101", "10.9.0.101/32 scope global"],
  ["10.9.0.102/24 dev eth1 scope link", "10.9.0.102/24 scope link"],
  ["10.9.0.103/28 brd 10.9.0.111 label eth0:vip", "10.9.0.103/28 brd 10.9.0.111 scope global eth0:vip"],
  ["10.9.0.104/25 brd + dev eth1", "10.9.0.104/25 brd 10.9.0.127 scope global"],
] as const;
const EXCLUDED = "10.9.7.100/24 dev eth1";

/** Devices and their IPv4 addresses as the kernel describes them, sorted; the host's own left out. */
async function describeAddresses(host: Host): Promise<string[]> {
  const lines = (await host.ip("-4 -oneline address show")).split("\n").filter((line) => line.includes(" inet "));
  return lines
    .map((line) =>
      line
        .replace(/^\d+: /, "")
        .replace(/\\.*$/, "")
        .replace(/\s+/g, " ")
        .trim(),
    )
    .filter((line) => !line.startsWith("lo ") && !/ 10\.9\.\d\.1\/24 /.test(line))
    .sort();
}

topologySuite("virtual addresses", () => {
  it(`every token of an address line means to vipd what it means to keepalived [${kinds.join(" and ")}]`, async () => {
    const seen: string[][] = [];
    for (const kind of new Set([...kinds, "keepalived" as const])) {
      await withLab({ hosts: ["a"], segments: 2 }, async (lab) => {
        const { host, daemon } = startNode(
          lab,
          "a",
          { a: kind, b: kind },
          {
            priority: 200,
            addresses: LINES.map(([line]) => line),
            lines: ["virtual_ipaddress_excluded {", `    ${EXCLUDED}`, "}"],
          },
        );
        await untilMaster(lab, "a");
        await host.untilHolds("10.9.7.100");
        seen.push(await describeAddresses(host));
        await daemon.sigterm();
        expect(await host.leftovers()).to.deep.equal([]);
      });
    }
    const text = seen.map((lines) => lines.join("\n"));
    for (const [, shown] of LINES) expect(text[0]).to.include(shown);
    expect(new Set(text).size, text.join("\n\n")).to.equal(1);
  });

  forEachKind("stopping removes only what it added", { hosts: ["a"] }, async (lab, kind) => {
    const host = lab.host("a");
    await host.ip("address add 10.9.0.77/24 dev eth0");
    const { daemon } = startNode(lab, "a", { a: kind, b: kind }, { priority: 200 });
    await untilMaster(lab, "a");
    await daemon.sigterm();
    expect(await host.prefixes()).to.deep.equal(["10.9.0.1/24", "10.9.0.77/24"]);
  });

  if (!kinds.includes("vipd")) return;

  it("a virtual address that somebody deletes is back within a second, and counted [vipd]", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const { host, daemon } = startNode(lab, "a", { a: "vipd", b: "vipd" }, { priority: 200 });
      await untilMaster(lab, "a");
      const deleted = performance.now();
      await host.ip(`address delete ${VIP}/24 dev eth0`);
      await host.untilHolds(VIP, true, 1_000);
      expect(performance.now() - deleted).to.be.below(1_000);
      expect(await daemon.state("VI_1")).to.equal("MASTER");
      await eventuallyTrue(
        "the restored address is counted",
        async () => (await daemon.instance("VI_1")).statistics["addressesRestored"] === 1,
      );
    }));
});
