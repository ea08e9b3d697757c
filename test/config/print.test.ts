// The resolved configuration: it shows what holds, and reads like what it was made from.
import { expect } from "chai";
import fc from "fast-check";
import { readdirSync, readFileSync } from "node:fs";
import type { Configuration } from "../../src/config/index.js";
import { printConfiguration, printJson } from "../../src/config/print.js";
import { MAIN, read, type MachineFacts } from "./machine.js";
import { corpusFiles } from "./shared.js";

const SAMPLE = `$IF=eth0
global_defs {
  router_id "node  1"   # quoted
  vrrp_garp_master_refresh 60
}
include extra.conf
vrrp_instance VI_1 {
  interface $IF
  @node1 virtual_router_id 51
  @^node1 virtual_router_id 52
  authentication { auth_type PASS
    auth_pass sec\\#ret }
  virtual_ipaddress {
    ~SEQ(N, 3, 5) 10.0.0.\${N}
  }
  track_script { chk }
  notify "/bin/true 'a  b'" root
}
`;
const FACTS: MachineFacts = {
  files: { "/etc/keepalived/extra.conf": 'vrrp_script chk {\n  script "/bin/true"\n  weight -20\n}\n' },
};

/** What must survive: the params, and what is wrong. */
const essence = ({ params, diagnostics, exitStatus }: Configuration): unknown => [
  params,
  diagnostics.map(({ problem }) => problem).sort(),
  exitStatus,
];

/** Printing brings the file order of includes into one file, so only the order of remarks may differ. */
const roundTrip = (text: string, facts: MachineFacts = {}): readonly [unknown, unknown] => {
  const before = read(text, facts);
  return [essence(before), essence(read(printConfiguration(before), facts))];
};

describe("config: print", () => {
  const printed = printConfiguration(read(SAMPLE, FACTS));

  it("puts in includes, parameters, conditions and repetitions", () => {
    expect(printed).to.contain("vrrp_script chk {\n");
    expect(printed).to.contain("  interface eth0\n  virtual_router_id 51\n");
    expect(printed).to.contain("    10.0.0.3\n    10.0.0.4\n    10.0.0.5\n");
    expect(printed).not.to.match(/\$|~SEQ|@|include|52/);
  });

  it("keeps quoted text, and escapes what would be a comment", () => {
    expect(printed).to.contain('router_id "node  1"\n');
    expect(printed).to.contain("auth_pass sec\\#ret\n");
    expect(printed).to.contain(`notify "/bin/true 'a  b'" root\n`);
  });

  it("shows what was not written, inherited settings included", () => {
    expect(printed).to.contain("  #   priority 100\n");
    expect(printed).to.contain("  #   garp_master_refresh 60\n");
    expect(printed).not.to.contain("#   virtual_router_id");
  });

  it("shows the fixed defaults of other blocks, where they have an effect", () => {
    expect(printed).to.match(/weight -20\n {2}# not written, and in force:\n {2}# {3}interval 1\n {2}# {3}rise 1\n/);
    expect(printed).not.to.contain("init_fail");
    expect(printed).not.to.match(/^ *# *timeout/m);
  });

  it("says why an instance cannot work", () => {
    const text = "vrrp_instance A {\n  interface eth0\n  virtual_ipaddress { 10.0.0.1 }\n}\n";
    expect(printConfiguration(read(text))).to.contain("  # cannot work: it has no virtual_router_id\n}");
  });

  it("as JSON: statements with their places, and params with addresses as text", () => {
    const document: unknown = JSON.parse(printJson(read(SAMPLE, FACTS)));
    expect(document).to.have.nested.property("params.vrrp.instances[0].addresses[0].prefix", "10.0.0.3/32");
    expect(document).to.have.nested.property("params.vrrp.instances[0].destination.group", "224.0.0.18");
    expect(document).to.have.nested.property("statements[1].keyword", "vrrp_script");
    expect(document).to.have.nested.property("statements[1].file", "/etc/keepalived/extra.conf");
    expect(document).to.have.nested.property("statements[2].block[1].line", 9);
    expect(document).to.have.property("files").that.deep.equals([MAIN, "/etc/keepalived/extra.conf"]);
  });

  it("as JSON: times have their unit in their name, and nothing else has", () => {
    const document: unknown = JSON.parse(printJson(read(SAMPLE, FACTS)));
    expect(document).to.have.nested.property("params.vrrp.instances[0].advertisementIntervalMicros", 1_000_000);
    expect(document).to.have.nested.property("params.vrrp.instances[0].announce.refreshMicros", 60_000_000);
    expect(document).to.have.nested.property("params.vrrp.instances[0].announce.refreshRepeat", 1);
    expect(document).to.have.nested.property("params.scripts[0].intervalMicros", 1_000_000);
    expect(document).not.to.have.nested.property("params.vrrp.instances[0].advertisementInterval");
  });

  it("reads like what it was made from", () => {
    const [before, after] = roundTrip(SAMPLE, FACTS);
    expect(after).to.deep.equal(before);
  });

  it("does so for the samples", () => {
    const directory = new URL("../../../etc/", import.meta.url);
    for (const name of readdirSync(directory).filter((file) => file.endsWith(".conf"))) {
      const [before, after] = roundTrip(readFileSync(new URL(name, directory), "utf8"), {
        programs: ["/usr/bin/pgrep", "/usr/bin/logger"],
      });
      expect(after, name).to.deep.equal(before);
    }
  });

  it("does so for any words in quotes and out of them", () => {
    const word = fc.stringMatching(/^[a-z#!'\\]{1,5}$/).map((text) => text.replace(/[#!]/g, "\\$&"));
    const quoted = fc.stringMatching(/^[a-z#! {}']{0,6}$/).map((text) => `"${text}"`);
    const words = fc.array(fc.oneof(word, quoted), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(words, (given) => {
        const before = read(`vrrp_instance A {\n  debug ${given.join("  ")}\n}\n`);
        const after = read(printConfiguration(before));
        const wordsOf = ({ statements }: Configuration): unknown =>
          statements[0]?.block?.statements.map(({ args }) => args.map(({ text }) => text));
        expect(wordsOf(after)).to.deep.equal(wordsOf(before));
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  const files = corpusFiles();
  if (files.length === 0) return;

  it("does so for real files", function () {
    this.timeout(60_000);
    const changed = files.filter((file) => {
      const before = read(readFileSync(file, "utf8"));
      const after = read(printConfiguration(before));
      return JSON.stringify(before.params) !== JSON.stringify(after.params);
    });
    expect(changed).to.deep.equal([]);
  });
});
