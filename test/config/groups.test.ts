// What is looked at over several blocks: sync groups and their members, trackers, static items, virtual interfaces.
import { expect } from "chai";
import { problemsOf, read } from "./machine.js";

const instance = (name: string, vrid: number, settings = ""): string =>
  `vrrp_instance ${name} {\ninterface eth0\nvirtual_router_id ${vrid}\nvirtual_ipaddress { 10.9.9.${vrid} }\n${settings}\n}\n`;

/** Complaints, without those of keywords that are not acted on. */
const complaintsOf = (text: string): readonly string[] =>
  problemsOf(read(text))
    .map((problem) => problem.split(" ")[1] ?? problem)
    .filter((problem) => !problem.startsWith("notSupported"));

describe("config: groups and what they name", () => {
  const group = (members: string, more = ""): string => `vrrp_sync_group G {\ngroup { ${members} }\n${more}\n}\n`;

  it("a sync group wants two members that exist, defined before or after it", () => {
    expect(complaintsOf(group("A\nB") + instance("A", 1) + instance("B", 2))).to.deep.equal([]);
    expect(complaintsOf(group("A") + instance("A", 1))).to.deep.equal(["lonelyGroup"]);
    expect(complaintsOf(group("A\nX") + instance("A", 1))).to.deep.equal(["lonelyGroup", "unknownMember"]);
    expect(complaintsOf("vrrp_sync_group G {\n}\n")).to.deep.equal(["incompleteBlock"]);
  });

  it("weights of members do not count, unless the group says so", () => {
    const members = instance("A", 1, "track_interface { eth1 weight 10 }") + instance("B", 2);
    expect(complaintsOf(group("A\nB") + members)).to.deep.equal(["ignoredSetting"]);
    expect(complaintsOf(group("A\nB", "sync_group_tracking_weight") + members)).to.deep.equal([]);
  });

  it("nobody is a member twice: the first group keeps it", () => {
    const instances = instance("A", 1) + instance("B", 2) + instance("C", 3);
    const twice = read(`${group("A\nB")}vrrp_sync_group H {\ngroup { B\nC }\n}\n${instances}`);
    expect(problemsOf(twice).map((problem) => problem.split(" ")[1])).to.deep.equal(["lonelyGroup", "alreadyGiven"]);
    expect(twice.params?.vrrp.syncGroups).to.deep.equal([
      { name: "G", members: ["A", "B"] },
      { name: "H", members: ["C"] },
    ]);
    expect(twice.params?.vrrp.instances.map(({ syncGroup }) => syncGroup)).to.deep.equal(["G", "G", "H"]);
  });

  it("trackers of the group count for every member, those of a member without weight only, and nothing counts twice", () => {
    const a = instance("A", 1, "track_interface {\neth1 weight 10\neth2\neth3\n}");
    const trackers = (more: string): readonly (readonly string[])[] =>
      (
        read(group("A\nB", `track_interface {\neth3 weight 5\n}\n${more}`) + a + instance("B", 2)).params?.vrrp
          .instances ?? []
      ).map((member) => member.trackers.map(({ name, weight }) => `${name} ${weight}`));
    expect(trackers("")).to.deep.equal([["eth3 5", "eth2 0"], ["eth3 5"]]);
    for (const word of ["sync_group_tracking_weight", "global_tracking"]) {
      expect(trackers(word)).to.deep.equal([["eth3 5", "eth1 10", "eth2 0"], ["eth3 5"]]);
    }
  });

  it("scripts of a group name its members", () => {
    const { params } = read(group("A\nB", "notify /bin/true") + instance("A", 1) + instance("B", 2));
    expect(params?.hooks).to.have.length(1);
    expect(params?.hooks[0]).to.deep.include({ subject: { kind: "GROUP", name: "G" }, members: ["A", "B"] });
  });

  it("what is tracked must be complete, and defined above", () => {
    const tracking = instance("A", 1, "track_file { f }");
    expect(complaintsOf(`track_file f {\nfile /tmp/f\n}\n${tracking}`)).to.deep.equal([]);
    expect(complaintsOf(`${tracking}track_file f {\nfile /tmp/f\n}\n`)).to.deep.equal(["unknownTracker"]);
    expect(complaintsOf(`track_file f {\nweight 1\n}\n${tracking}`)).to.deep.equal([
      "incompleteBlock",
      "unknownTracker",
    ]);
  });

  it("static addresses and routes need interfaces that exist, or that an instance makes", () => {
    expect(read("static_ipaddress { 10.1.1.1/24 }", { interfaces: ["lo"] }).exitStatus).to.equal(4);
    expect(complaintsOf("static_routes { 10.1.0.0/16 dev eth7 }")).to.deep.equal(["unknownInterface"]);
    expect(complaintsOf(`static_routes { 10.1.0.0/16 dev vrrp.1 }\n${instance("A", 1, "use_vmac")}`)).to.deep.equal([]);
  });

  it("a peer counts once, and a name of a virtual interface belongs to one instance", () => {
    expect(complaintsOf(instance("A", 1, "unicast_peer {\n10.9.9.8\n10.9.9.8\n}"))).to.deep.equal(["duplicateAddress"]);
    expect(complaintsOf(instance("A", 1, "use_vmac v") + instance("B", 2, "use_vmac v"))).to.deep.equal([
      "alreadyGiven",
    ]);
  });

  it("a garp_group needs a pace, and an interface is in one only", () => {
    expect(complaintsOf("garp_group {\ninterface eth0\n}")).to.deep.equal(["incompleteBlock"]);
    const paced = "garp_group {\ngarp_interval 1\ninterfaces { eth0 }\n}\n";
    expect(complaintsOf(paced + paced)).to.deep.equal(["alreadyGiven"]);
    const others = "garp_group {\ngna_interval .5\ninterface eth1\n}\n";
    expect(read(paced + others).params?.vrrp.paceGroups).to.deep.equal([
      { arp: 1_000_000, neighbour: 0, interfaces: ["eth0"] },
      { arp: 0, neighbour: 500_000, interfaces: ["eth1"] },
    ]);
  });
});
