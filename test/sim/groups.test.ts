// Sync groups on the virtual LAN: whatever happens, the members of a group are in one state on every host.
import { expect } from "chai";
import { instanceText } from "../support/conf.js";
import { millis, seconds } from "../support/vrrp.js";
import { type Faults, World, addressesFollowState, groupsAgree, oneMaster, transitionsChain } from "./world.js";

const GROUP = "vrrp_sync_group G {\n  group {\n    VI_1\n    VI_2\n  }\n}\n";
const group = (priority: number, lines = ""): string =>
  GROUP +
  instanceText(`priority ${priority}\n${lines}`) +
  instanceText(`priority ${priority}\n${lines}`, "VI_2", 52, "10.0.0.101/24");

const rough: Faults = {
  loss: 0.2,
  duplicate: 0.05,
  maxDelay: millis(20),
  stall: 0.1,
  maxStall: millis(800),
  cut: 0.1,
  maxCut: seconds(2),
  meddling: 0.2,
};

describe("sim: sync groups", () => {
  it("move as a whole when the master crashes, and back when it returns", () => {
    const world = new World(1);
    world.always(addressesFollowState, transitionsChain, groupsAgree);
    const a = world.host("a", group(200));
    const b = world.host("b", group(100));
    world.run(seconds(2));
    expect([a.masters(), b.masters()]).to.deep.equal([["VI_1", "VI_2"], []]);
    world.crash(a);
    world.run(seconds(1));
    expect(b.masters()).to.deep.equal(["VI_1", "VI_2"]);
    world.boot(a, group(200));
    world.run(seconds(2));
    expect([a.masters(), b.masters()]).to.deep.equal([["VI_1", "VI_2"], []]);
  });

  const seeds = Number(process.env["SIM_SEEDS"] ?? "100");
  it(`${seeds} seeds of loss, delay, cuts, stalls, crashes and meddling: one master for all, and never a group divided`, function () {
    this.timeout(120_000);
    for (let seed = 1; seed <= seeds; seed++) {
      const world = new World(seed, rough);
      world.always(addressesFollowState, transitionsChain, groupsAgree);
      const lines = ["", "nopreempt", "preempt_delay 1", "advert_int 0.05"][seed % 4] ?? "";
      const confs = [group(200, lines), group(150, lines), group(seed % 3 === 0 ? 150 : 100, lines)];
      const hosts = confs.map((conf, index) => world.host(`h${index}`, conf));
      for (let round = 0; round < 4; round++) {
        world.run(seconds(3));
        const [host, conf] = [hosts[(seed + round) % 3], confs[(seed + round) % 3]];
        if (host === undefined || conf === undefined) continue;
        if (host.alive) world.crash(host);
        else world.boot(host, conf);
      }
      for (const [index, host] of hosts.entries()) {
        const conf = confs[index];
        if (!host.alive && conf !== undefined) world.boot(host, conf);
      }
      world.heal();
      world.run(seconds(6));
      expect(oneMaster(world), `seed ${seed}`).to.equal(undefined);
      expect(
        hosts.filter((host) => host.masters().length > 0),
        `seed ${seed}`,
      ).to.have.length(1);
    }
  });
});
