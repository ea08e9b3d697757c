// The bundled program, as an installation starts it: its processes start each other, and it does its work.
import { expect } from "chai";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { VIP, conf } from "./lab/conf.js";
import { untilMaster } from "./lab/pairing.js";
import { kinds, topologySuite, withLab } from "./lab/scenario.js";

const root = resolve(import.meta.dirname, "../../..");

topologySuite("the bundled program", () => {
  if (!kinds.includes("vipd")) return;

  it("becomes master, and leaves nothing behind", () =>
    withLab({ hosts: ["a"] }, async (lab) => {
      expect(spawnSync(process.execPath, [resolve(root, ".ci/bundle.js")]).status).to.equal(0);
      const host = lab.host("a");
      const daemon = host.start({
        kind: "vipd",
        conf: conf({ priority: 100 }),
        program: resolve(root, "bin/vipd.cjs"),
      });
      await untilMaster(lab, "a");
      expect(await lab.holders(VIP)).to.deep.equal(["a"]);
      expect(await daemon.sigterm()).to.deep.equal({ code: 0, signal: null });
      expect(await host.leftovers()).to.deep.equal([]);
    }));
});
