// keepalived_bfd.data, line for line as keepalived 2.2.7 writes it, without the addresses of its memory.
import { expect } from "chai";
import { ip } from "../../src/base/ip.js";
import { newSpeaker } from "../../src/bfd/speaker.js";
import { bfdDataText } from "../../src/status/bfd-dump.js";
import { viewSession } from "../../src/status/bfd-view.js";
import { read } from "../config/machine.js";
import { SessionBench, sessionParams } from "../support/bfd.js";

/** The clock of a bench, so that its time is that of 1970. */
const BENCH_NOW = 1_000_000;

function dump(bench: SessionBench | undefined): string {
  const { params } = read("");
  if (params === undefined) throw new Error("an empty configuration has params");
  const session = sessionParams({ neighbor: ip("10.77.0.2") });
  const views = bench === undefined ? [] : [viewSession(bench.session, newSpeaker(1))];
  const text = bfdDataText({ ...params, bfd: { sessions: [session] } }, views, -BENCH_NOW);
  return text.slice(text.indexOf("------< BFD Topology"));
}

describe("bfd dump", () => {
  const configured = [
    "------< BFD Topology >------",
    " BFD Instance = peer",
    "   Neighbor IP = 10.77.0.2",
    "   Required min RX interval = 100000 us",
    "   Desired min TX interval = 100000 us",
    "   Desired idle TX interval = 1000000 us",
    "   Detection multiplier = 3",
    "   TTL = 255",
    "   max_hops = 0",
    "   passive = false",
  ];

  it("has what is configured before anything is known of the session", () => {
    expect(dump(undefined).trimEnd().split("\n")).to.deep.equal(configured);
  });

  it("is keepalived's for a session that has heard nobody", () => {
    expect(
      dump(new SessionBench({ neighbor: ip("10.77.0.2") }))
        .trimEnd()
        .split("\n"),
    ).to.deep.equal([
      ...configured,
      "   send error = false",
      "   local state = Down",
      "   remote state = Down",
      "   local discriminator = 0x1111",
      "   remote discriminator = 0x0",
      "   local diag = No Diagnostic",
      "   remote diag = No Diagnostic",
      "   remote min tx intv = 0 us",
      "   remote min rx intv = 0 us",
      "   local demand = 0",
      "   remote detect multiplier = 0",
      "   !poll, !final",
      "   local tx intv = 1000000 us",
      "   remote tx intv = 0 us",
      "   local detection time = 0 us",
      "   remote detection time = 0 us",
      "   last_seen = [never]",
    ]);
  });

  it("has the intervals and times of one that is up", () => {
    const lines = dump(SessionBench.up({ neighbor: ip("10.77.0.2") })).split("\n");
    expect(lines).to.include.members([
      "   local state = Up",
      "   remote discriminator = 0x2222",
      "   remote tx intv = 100000 us",
      "   local detection time = 300000 us",
      "   remote detection time = 300000 us",
    ]);
    expect(lines.find((line) => line.includes("last_seen"))).to.match(/last_seen = 0\.000000 \(/);
  });
});
