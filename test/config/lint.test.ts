// Every rule of lint: its bad example breaks it and nothing else, its good example keeps all of them.
import { expect } from "chai";
import { readConfiguration } from "../../src/config/index.js";
import { lint, lintRules, type Node } from "../../src/config/lint/index.js";
import { machine } from "./machine.js";

const PROGRAMS = ["/bin/true", "/usr/libexec/check.sh"];
const INSECURE = ["/home/alice/check.sh"];

/** Nodes a.conf, b.conf, ... of a cluster. */
function nodesOf(texts: readonly string[]): readonly Node[] {
  return texts.map((text, index) => {
    const file = `/${String.fromCharCode(97 + index)}.conf`;
    const environment = machine({ files: { [file]: text }, programs: PROGRAMS, insecurePrograms: INSECURE });
    return { file, statements: readConfiguration(file, environment).statements, environment };
  });
}

const codesOf = (...texts: readonly string[]): readonly string[] => [
  ...new Set(lint(nodesOf(texts)).map(({ code }) => code)),
];

describe("lint", () => {
  it("gives every rule a code of its own", () => {
    const codes = lintRules.map(({ code }) => code);
    expect(new Set(codes).size).to.equal(codes.length);
    expect(codes.every((code) => /^VL[0-9]{4}$/.test(code))).to.be.true;
  });

  for (const { code, title, bad, good } of lintRules) {
    it(`${code} finds: not "${title}"`, () => expect(codesOf(...bad)).to.deep.equal([code]));
    it(`${code} has nothing to say about its good example`, () => expect(codesOf(...good)).to.deep.equal([]));
  }

  it("knows the other router of a session from the other node's file, and leaves third machines alone", () => {
    const node = (own: string, neighbor: string, priority: number): string =>
      `bfd_instance peer {\nneighbor_ip ${neighbor}\nsource_ip ${own}\n}\nvrrp_instance A {\ninterface eth0\nvirtual_router_id 5\npriority ${priority}\nvirtual_ipaddress { 10.0.0.100 }\ntrack_bfd { peer }\n}\n`;
    expect(codesOf(node("10.0.0.1", "10.0.0.2", 150), node("10.0.0.2", "10.0.0.1", 100))).to.deep.equal(["VL0501"]);
    expect(codesOf(node("10.0.0.1", "10.0.0.254", 150), node("10.0.0.2", "10.0.0.254", 100))).to.deep.equal([]);
  });

  it("weighs a BFD session like a script", () => {
    const node = (priority: number, weight: number): string =>
      `bfd_instance gw {\nneighbor_ip 10.0.0.254\n}\nvrrp_instance A {\ninterface eth0\nvirtual_router_id 5\npriority ${priority}\nvirtual_ipaddress { 10.0.0.100 }\ntrack_bfd { gw weight ${weight} }\n}\n`;
    expect(codesOf(node(150, -10), node(100, -10))).to.deep.equal(["VL0109"]);
    expect(codesOf(node(150, -60), node(100, -60))).to.deep.equal([]);
  });

  it("names the place in one file and the place in the other", () => {
    const [finding] = lint(
      nodesOf([
        "vrrp_instance A {\n interface eth0\n virtual_router_id 5\n priority 150\n virtual_ipaddress { 10.0.0.1 }\n}",
        "vrrp_instance A {\n interface eth0\n virtual_router_id 5\n priority 100\n advert_int 3\n virtual_ipaddress { 10.0.0.1 }\n}",
      ]),
    );
    expect(finding?.message).to.equal("A has advert_int 3 here, but 1 in /a.conf:1");
    expect(finding?.place?.line).to.include({ file: "/b.conf", number: 5 });
  });

  it("never shows a password", () => {
    const findings = lint(nodesOf(lintRules.find(({ code }) => code === "VL0105")?.bad ?? []));
    expect(JSON.stringify(findings.map(({ message, hint }) => [message, hint]))).not.to.contain("secret");
  });

  it("takes a weight that would do: with it, the finding is gone", () => {
    const node = (priority: number, weight: string): string =>
      `vrrp_script s {\n script "/bin/true"\n weight ${weight}\n}\nvrrp_instance A {\n interface eth0\n virtual_router_id 5\n priority ${priority}\n virtual_ipaddress { 10.0.0.1 }\n track_script { s }\n}`;
    const findings = lint(nodesOf([node(150, "-10"), node(100, "-10")]));
    expect(findings.map(({ code }) => code)).to.deep.equal(["VL0109"]);
    const weight = /a weight of (-?[0-9]+)/.exec(findings[0]?.hint ?? "")?.[1] ?? "";
    expect(codesOf(node(150, weight), node(100, weight))).to.deep.equal([]);
  });

  it("looks at three nodes two by two", () => {
    const node = (priority: number): string =>
      `vrrp_instance A {\n interface eth0\n virtual_router_id 5\n priority ${priority}\n virtual_ipaddress { 10.0.0.1 }\n}`;
    expect(codesOf(node(150), node(120), node(150))).to.deep.equal(["VL0101"]);
    expect(codesOf(node(150), node(120), node(100))).to.deep.equal([]);
  });
});
