// bfd_instance and track_bfd: from keywords to sessions and trackers.
import { expect } from "chai";
import { formatIp } from "../../src/base/ip.js";
import type { BfdSessionParams } from "../../src/bfd/params.js";
import type { TrackerParams } from "../../src/vrrp/params.js";
import { problemsOf, read } from "./machine.js";

interface Seen {
  readonly sessions: readonly BfdSessionParams[];
  readonly trackers: readonly TrackerParams[];
  readonly problems: readonly string[];
}

/** Sessions, and one instance that tracks what `track` names. */
function seen(blocks: string, track = ""): Seen {
  const instance = `vrrp_instance A {\ninterface eth0\nvirtual_router_id 1\nvirtual_ipaddress { 10.9.9.1 }\ntrack_bfd {\n${track}\n}\n}\n`;
  const reading = read(track === "" ? blocks : blocks + instance);
  return {
    sessions: reading.params?.bfd.sessions ?? [],
    trackers: reading.params?.vrrp.instances[0]?.trackers ?? [],
    problems: problemsOf(reading).map((problem) => problem.split(" ")[1] ?? problem),
  };
}

const block = (name: string, ...lines: readonly string[]): string => `bfd_instance ${name} {\n${lines.join("\n")}\n}\n`;

describe("config: BFD", () => {
  it("the defaults are keepalived's", () => {
    const { sessions, problems } = seen(block("peer", "neighbor_ip 10.0.0.2"));
    expect(problems).to.deep.equal([]);
    expect(sessions).to.deep.equal([
      {
        name: "peer",
        neighbor: { family: 4, octets: [10, 0, 0, 2] },
        minRx: 10_000,
        minTx: 10_000,
        idleTx: 1_000_000,
        multiplier: 5,
        passive: false,
        multihop: false,
        ttl: 255,
        minTtl: 255,
      },
    ]);
  });

  it("every keyword has its place", () => {
    const { sessions, problems } = seen(
      block(
        "peer",
        "neighbour_ip fd00::2",
        "source_ip fd00::1",
        "min_rx 3.312",
        "min_tx 20",
        "idle_tx 2000",
        "multiplier 3",
        "passive",
        "multihop",
        "hoplimit 255",
        "max_hops 5",
      ),
    );
    expect(problems).to.deep.equal([]);
    const [session] = sessions;
    expect(session).to.deep.include({
      minRx: 3_312,
      minTx: 20_000,
      idleTx: 2_000_000,
      multiplier: 3,
      passive: true,
      multihop: true,
      ttl: 255,
      minTtl: 250,
    });
    expect([session?.neighbor, session?.source].map((each) => each && formatIp(each))).to.deep.equal([
      "fd00::2",
      "fd00::1",
    ]);
  });

  /** What is sent, and the least that is accepted. */
  const hops: readonly (readonly [lines: string, neighbor: string, ttl: number, minTtl: number])[] = [
    ["", "10.0.0.2", 255, 255],
    ["ttl 64", "10.0.0.2", 64, 64],
    ["max_hops 1", "10.0.0.2", 255, 254],
    ["ttl 64\nmax_hops 10", "10.0.0.2", 64, 54],
    ["max_hops -1", "10.0.0.2", 255, 0],
    ["max_hops 255", "10.0.0.2", 255, 0],
    ["", "fd00::2", 255, 64],
    ["max_hops 3", "fd00::2", 255, 61],
    ["hoplimit 64", "fd00::2", 64, 64],
    ["hoplimit 255", "fd00::2", 255, 255],
  ];
  for (const [lines, neighbor, ttl, minTtl] of hops) {
    it(`${neighbor} with "${lines.replace("\n", " ")}": sends ${ttl}, accepts ${minTtl}`, () => {
      expect(seen(block("peer", `neighbor_ip ${neighbor}`, lines)).sessions[0]).to.deep.include({ ttl, minTtl });
    });
  }

  it("max_hops beyond the ttl accepts any way, and is reported", () => {
    const { sessions, problems } = seen(block("peer", "neighbor_ip 10.0.0.2", "ttl 10", "max_hops 11"));
    expect(problems).to.deep.equal(["adjusted"]);
    expect(sessions[0]).to.deep.include({ minTtl: 0 });
  });

  it("what cannot run is left out with a reason, and tracking it says nothing more", () => {
    const mixed = block("peer", "neighbor_ip 10.0.0.2", "source_ip fd00::1");
    expect(seen(mixed, "peer")).to.deep.equal({ sessions: [], trackers: [], problems: ["wrongFamily"] });
    const twice = block("one", "neighbor_ip 10.0.0.2") + block("two", "neighbor_ip 10.0.0.2");
    const { sessions, trackers, problems } = seen(twice, "one\ntwo");
    expect(sessions.map(({ name }) => name)).to.deep.equal(["one"]);
    expect(trackers.map(({ name }) => name)).to.deep.equal(["one"]);
    expect(problems).to.deep.equal(["duplicateAddress"]);
  });

  it("an instance tracks with the session's weight unless the line has its own", () => {
    const weighted = block("peer", "neighbor_ip 10.0.0.2", "weight 20 reverse");
    expect(seen(weighted, "peer").trackers).to.deep.equal([{ kind: "bfd", name: "peer", weight: 20, reverse: true }]);
    expect(seen(weighted, "peer weight -5 noreverse").trackers).to.deep.equal([
      { kind: "bfd", name: "peer", weight: -5, reverse: false },
    ]);
    expect(seen(weighted, "peer\npeer").problems).to.deep.equal(["trackedTwice"]);
  });

  it("what a sync group tracks, every member does", () => {
    const member = (name: string, vrid: number): string =>
      `vrrp_instance ${name} {\ninterface eth0\nvirtual_router_id ${vrid}\nvirtual_ipaddress { 10.9.9.${vrid} }\n}\n`;
    const group = "vrrp_sync_group G {\ngroup {\nA\nB\n}\ntrack_bfd { peer }\n}\n";
    const reading = read(block("peer", "neighbor_ip 10.0.0.2") + group + member("A", 1) + member("B", 2));
    expect(problemsOf(reading)).to.deep.equal([]);
    const tracker = { kind: "bfd", name: "peer", weight: 0, reverse: false };
    expect(reading.params?.vrrp.instances.map(({ trackers }) => trackers)).to.deep.equal([[tracker], [tracker]]);
  });

  it("what is tracked must be defined above, and not for checkers alone", () => {
    expect(seen("", "peer").problems).to.deep.equal(["unknownTracker"]);
    const checkers = block("peer", "neighbor_ip 10.0.0.2", "checker");
    expect(seen(checkers, "peer")).to.deep.include({ trackers: [], problems: ["unknownTracker"] });
    expect(seen(block("peer", "neighbor_ip 10.0.0.2", "checker", "vrrp"), "peer").problems).to.deep.equal([]);
  });

  it("the bfd process is scheduled by its own keywords", () => {
    const { params } = read(
      "global_defs {\nbfd_rt_priority 20\nbfd_priority -5\nbfd_no_swap\nbfd_cpu_affinity 0\nbfd_rlimit_rttime 700000\n}\n",
    );
    expect(params?.bfdScheduling).to.deep.equal({
      realtimePriority: 20,
      realtimeLimit: 700_000,
      nice: -5,
      lockMemory: true,
      cpus: [0],
    });
  });

  it("names milliseconds where it means them", () => {
    const [diagnostic] = read(block("peer", "neighbor_ip 10.0.0.2", "min_rx 0.5")).diagnostics;
    expect(diagnostic?.message).to.equal("0.5 is outside 1..4294967 milliseconds");
  });
});
