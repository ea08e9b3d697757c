// What the vrrp process tells the supervisor of its instances, and when.
import { expect } from "chai";
import { createViewSender } from "../../src/process/vrrp-views.js";
import type { FromVrrp } from "../../src/supervise/messages.js";
import { after, millis } from "../../src/base/time.js";
import { RouterBench, link } from "../support/router.js";
import { T0, params } from "../support/vrrp.js";

const punctual = { lastMicros: 0, maxMicros: 0 };

function told(messages: readonly FromVrrp[]): string[][] {
  return messages.flatMap((message) => (message.type === "views" ? [message.instances.map(({ name }) => name)] : []));
}

describe("process: views of the vrrp process", () => {
  it("tells what has changed, once, and soon after a transition", () => {
    const bench = new RouterBench([params(), params({ name: "VI_2", vrid: 52, interfaceName: "eth1" })]);
    const messages: FromVrrp[] = [];
    const views = createViewSender(T0, (message) => messages.push(message) > 0);
    views.send(bench.state, T0, punctual);
    views.send(bench.state, views.due, punctual);
    views.send(bench.state, after(T0, millis(1)), punctual);
    const now = views.due;
    bench.give({ kind: "linkChanged", link: link(3, "eth1", { up: false }) });
    views.hurry(after(T0, millis(215)));
    expect(views.due, "soon").to.be.lessThan(now);
    views.send(bench.state, views.due, punctual);
    // The link is part of the world of both instances.
    expect(told(messages)).to.deep.equal([["VI_1", "VI_2"], [], ["VI_1", "VI_2"]]);
  });

  it("tells again what a supervisor that does not read has not taken", () => {
    const bench = new RouterBench([params()]);
    const messages: FromVrrp[] = [];
    let reads = false;
    const views = createViewSender(T0, (message) => reads && messages.push(message) > 0);
    views.send(bench.state, views.due, punctual);
    reads = true;
    views.send(bench.state, views.due, punctual);
    expect(told(messages)).to.deep.equal([["VI_1"]]);
  });

  it("names instances that a reload has removed", () => {
    const bench = new RouterBench([params()]);
    const messages: FromVrrp[] = [];
    const views = createViewSender(T0, (message) => messages.push(message) > 0);
    views.send(bench.state, views.due, punctual);
    bench.give({ kind: "configure", params: { ...bench.state.params, instances: [] }, resume: [] });
    views.send(bench.state, views.due, punctual);
    views.send(bench.state, views.due, punctual);
    expect(messages.filter(({ type }) => type === "removed")).to.deep.equal([{ type: "removed", instances: ["VI_1"] }]);
  });
});
