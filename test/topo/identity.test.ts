// Several vipds on one machine: in a network namespace that the configuration names, and side by side under names.
import { expect } from "chai";
import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { VIP, conf } from "./lab/conf.js";
import { kinds, topologySuite, withLab } from "./lab/scenario.js";
import { eventuallyTrue } from "./lab/wait.js";

const VIPCTL = resolve(import.meta.dirname, "../../src/vipctl/main.js");

topologySuite("identity", () => {
  if (!kinds.includes("vipd")) return;

  it("net_namespace is where the daemon works, wherever it is started [vipd]", () =>
    withLab({ hosts: ["a", "b"] }, async (lab) => {
      const text = conf({ priority: 150 });
      const daemon = lab.host("a").start({ kind: "vipd", conf: `net_namespace ${lab.host("b").namespace}\n${text}` });
      await daemon.inState("VI_1", "MASTER");
      await lab.untilHeldBy(VIP, ["b"]);
      daemon.reload(
        `net_namespace ${lab.host("b").namespace}\n${conf({ priority: 150, addresses: ["10.9.0.105/24"] })}`,
      );
      await lab.untilHeldBy("10.9.0.105", ["b"]);
      expect((await daemon.sigterm()).code).to.equal(0);
      expect(await lab.host("b").leftovers()).to.deep.equal([]);
    }));

  it("a namespace that is not there ends the start, with the reason [vipd]", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const daemon = lab.host("a").start({ kind: "vipd", conf: `net_namespace nowhere\n${conf({ priority: 150 })}` });
      expect((await daemon.exited).code).to.equal(2);
      expect(daemon.log).to.match(/cannot enter the network namespace nowhere of net_namespace/);
    }));

  it("two with names have pid files and sockets of their own, and vipctl finds them [vipd]", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      const settings = host.path("usual.ini");
      writeFileSync(settings, "");
      // As if no option had been given.
      const args = ["-p", "/run/keepalived.pid", "-r", "/run/vrrp.pid", "-b", "/run/bfd.pid", "--settings", settings];
      const names = [`${host.namespace}x1`, `${host.namespace}x2`];
      const daemons = names.map((name, index) => {
        const text = conf({ priority: 150, vrid: 51 + index, addresses: [`10.9.0.${110 + index}/24`] });
        return host.start({ kind: "vipd", conf: `instance ${name}\n${text}`, args, slot: name });
      });
      await lab.untilHeldBy("10.9.0.110", ["a"]);
      await lab.untilHeldBy("10.9.0.111", ["a"]);
      for (const [index, name] of names.entries()) {
        for (const program of ["keepalived", "vrrp"]) {
          expect(existsSync(`/run/keepalived/${program}_${name}.pid`), program).to.equal(true);
        }
        const said = execFileSync(process.execPath, [VIPCTL, "--instance", name, "status"], { encoding: "utf8" });
        expect(said).to.include(`10.9.0.${110 + index}`);
      }
      for (const daemon of daemons) expect((await daemon.sigterm()).code).to.equal(0);
      await eventuallyTrue("their files are gone", () =>
        names.every((name) => !existsSync(`/run/keepalived/keepalived_${name}.pid`)),
      );
    }));
});
