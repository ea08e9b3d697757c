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
  });
});
