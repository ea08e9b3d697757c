// What cannot start says why in one line, ends with the right status, and leaves nothing behind.
import { expect } from "chai";
import { VIP, conf } from "./lab/conf.js";
import type { Exit } from "./lab/daemon.js";
import { startNode, untilMaster } from "./lab/pairing.js";
import { kinds, topologySuite, withLab } from "./lab/scenario.js";

const vipd = { a: "vipd", b: "vipd" } as const;
const exitWith = (code: number): Exit => ({ code, signal: null });

topologySuite("what cannot start", () => {
  if (!kinds.includes("vipd")) return;

  it("a broken configuration: file, line, and what to do", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const { host, daemon } = startNode(lab, "a", vipd, { priority: 100, interface: "eth0", vrid: 999 });
      expect(await daemon.exited).to.deep.equal(exitWith(2));
      expect(daemon.log).to.match(/keepalived\.conf\.1:\d+.*/);
      expect(daemon.log).to.match(/virtual_router_id/);
      expect(await host.leftovers()).to.deep.equal([]);
    }));

  it("a configuration file that is not there", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      const daemon = host.start({ kind: "vipd", conf: "", args: ["-f", host.path("nowhere.conf")] });
      expect(await daemon.exited).to.deep.equal(exitWith(6));
      expect(linesAbout(daemon.log, /nowhere\.conf/)).to.have.length(1);
      expect(await host.leftovers()).to.deep.equal([]);
    }));

  it("an interface that does not exist", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const { host, daemon } = startNode(lab, "a", vipd, { priority: 100, interface: "nosuch0" });
      expect(await daemon.exited).to.deep.equal(exitWith(2));
      expect(daemon.log).to.match(/nosuch0/);
      expect(await host.leftovers()).to.deep.equal([]);
    }));

  it("no root", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const host = lab.host("a");
      await host.run("chmod", "0777", host.directory);
      const wrapper = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
      const daemon = host.start({ kind: "vipd", conf: conf({ priority: 100 }), wrapper });
      expect(await daemon.exited).to.deep.equal(exitWith(4));
      expect(linesAbout(daemon.log, /root|CAP_/i)).to.have.length(1);
      expect(await host.leftovers()).to.deep.equal([]);
    }));

  it("a second daemon with the same pid file; the first does not notice", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      const first = startNode(lab, "a", vipd, { priority: 100 });
      await untilMaster(lab, "a");
      const second = first.host.start({ kind: "vipd", conf: conf({ priority: 100 }) });
      expect(await second.exited).to.deep.equal(exitWith(1));
      expect(linesAbout(second.log, new RegExp(`\\b${first.daemon.pid}\\b`))).to.have.length(1);
      expect(first.daemon.isRunning()).to.be.true;
      expect(await lab.holders(VIP)).to.deep.equal(["a"]);
      expect(await first.daemon.sigterm()).to.deep.equal(exitWith(0));
      expect(await first.host.leftovers()).to.deep.equal([]);
    }));
});

const linesAbout = (log: string, what: RegExp): string[] => log.split("\n").filter((line) => what.test(line));
