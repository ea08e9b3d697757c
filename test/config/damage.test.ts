// Damaged blocks: what was meant is read, and the lines are complained about that keepalived complains about.
import { expect } from "chai";
import { renderMisreading } from "../../src/config/index.js";
import { damaged, linesOf } from "./damage.js";
import { problemsOf, read } from "./machine.js";

const VI = "vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress {\n10.9.9.9\n}\n";

interface Case {
  readonly name: string;
  readonly text: string;
  /** As keepalived complains about them, also 2.2.7. */
  readonly lines: readonly number[];
  /** What vipd has to say, at its cause. */
  readonly problems: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "an unknown block in an instance",
    text: `vrrp_instance A {\ninterface eth0\nfoo {\n}\nvirtual_router_id 5\nvirtual_ipaddress {\n10.9.9.9\n}\n}\nvrrp_instance B {\nblub\n}\n`,
    lines: [3, 5, 6, 7, 8, 9, 11],
    problems: [
      "3:1 unknownBlock",
      "10:1 impossibleInstance",
      "10:1 impossibleInstance",
      "10:1 noAddresses",
      "11:1 unknownKeyword",
    ],
  },
  {
    name: "an unknown block in global_defs, which the parent alone reads",
    text: `global_defs {\nfoo {\nrouter_id X\n}\nvrrp_version 2\nbar\n}\n${VI}}\nbaz\n`,
    lines: [2, 5, 6, 7, 15],
    problems: ["2:1 unknownBlock", "6:1 unknownKeyword", "15:1 unknownKeyword"],
  },
  {
    name: "a block among addresses",
    text: `vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress {\n10.9.9.9\nfoo {\n10.9.9.10\n}\n10.9.9.11\n}\npriority 90\n}\n`,
    lines: [6, 9, 11, 12],
    problems: ["6:1 invalidAddress", "6:5 unexpectedBlock"],
  },
  {
    name: "a block behind a value",
    text: `vrrp_instance A {\ninterface eth0\nvirtual_router_id 5 {\npriority 7\n}\nvirtual_ipaddress {\n10.9.9.9\n}\n}\n`,
    lines: [3, 6, 7, 8, 9],
    problems: ["3:21 unexpectedBlock"],
  },
  {
    name: "a block whose brace is missing",
    text: "vrrp_instance A\ninterface eth0\nvirtual_router_id 5\nvirtual_ipaddress {\n10.9.9.9\n}\n}\n",
    lines: [2, 3, 4, 5, 6, 7],
    problems: [
      "1:1 missingBlock",
      "1:1 impossibleInstance",
      "1:1 impossibleInstance",
      "1:1 noAddresses",
      "2:1 unknownKeyword",
      "3:1 unknownKeyword",
      "4:1 unknownBlock",
      "7:1 extraBrace",
    ],
  },
  {
    name: "two blocks that run into each other",
    text: `${VI}\nvrrp_instance B {\ninterface eth0\nvirtual_router_id 6\nvirtual_ipaddress {\n10.9.9.8\n}\n}\nvirtual_server 10.9.9.9 80 {\nfoo\n}\nbar\n`,
    lines: [8, 18],
    problems: ["1:17 missingBrace", "8:1 unknownBlock", "15:1 unknownBlock", "18:1 unknownKeyword"],
  },
  {
    name: "data without a brace",
    text: `vrrp_instance A {\ninterface eth0\nvirtual_router_id 5\ntrack_interface eth0\nauthentication {\nauth_type PASS\nauth_pass 1111\n}\nvirtual_ipaddress {\n10.9.9.9\n}\n}\n`,
    lines: [4, 5, 6, 7],
    problems: ["4:1 missingBlock"],
  },
  {
    name: "a parameter that is not defined",
    text: `${VI}priority \${PRIO}\nadvert_int 2\n}\n`,
    lines: [7, 8, 9],
    problems: ["7:10 undefinedParameter", "7:10 invalidNumber"],
  },
  {
    name: "a comment that ends a definition",
    text: `$P= \\\npriority 7 \\\n# no \\\nadvert_int 2\n${VI}$P\n}\n`,
    lines: [4],
    problems: ["3:1 commentInDefinition"],
  },
];

describe("config: damaged blocks", () => {
  for (const { name, text, lines, problems } of cases) {
    it(`${name}: the lines that keepalived names, and the cause`, () => {
      const reading = read(text);
      expect(linesOf(reading)).to.deep.equal(lines);
      expect(problemsOf(reading)).to.deep.equal(problems);
    });
  }

  it("run as they were meant", () => {
    const { params, exitStatus } = read(`${VI}foo {\nadvert_int 7\n}\nadvert_int 3\n}\n`);
    expect(params?.vrrp.instances[0]?.advertisementInterval).to.equal(3_000_000);
    expect(exitStatus).to.equal(5);
  });

  it("are told by line and cause, each in one line", () => {
    const { misread } = read(`${VI}foo {\nadvert_int 7\n}\nadvert_int 3\n}\n`);
    const [first] = misread;
    expect(misread).to.have.length(2);
    expect(first && renderMisreading(first, { severalFiles: true })).to.equal(
      "(/etc/keepalived/keepalived.conf: Line 10) /etc/keepalived/keepalived.conf:10: misread by keepalived, because of line 7",
    );
  });

  it("cost a sound text nothing: it is read once", () => {
    expect(read(`${VI}}\n`).misread).to.deep.equal([]);
    expect(read(`${VI}prioritty 5\n}\n`).misread).to.deep.equal([]);
  });

  it("never hide a mistake, nor make one", () => {
    for (let seed = 0; seed < 100; seed++) {
      const { diagnostics, exitStatus, misread } = read(damaged(seed).text, { programs: ["/usr/bin/true"] });
      const isClean = diagnostics.every((found) => found.exitStatus === 0);
      expect(exitStatus === 0, `seed ${seed}`).to.equal(isClean);
      if (isClean) expect(misread, `seed ${seed}`).to.deep.equal([]);
    }
  });
});
