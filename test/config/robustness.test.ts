// Any text at all gives diagnostics: never an exception, never a hang, never memory without end.
import { expect } from "chai";
import fc from "fast-check";
import { renderDiagnostic, type Configuration } from "../../src/config/index.js";
import { expandBraces, matches } from "../../src/config/glob.js";
import { root } from "../../src/config/keywords/root.js";
import { globalDefs } from "../../src/config/keywords/global-defs.js";
import { vrrpInstance } from "../../src/config/keywords/vrrp-instance.js";
import { vrrpScript } from "../../src/config/keywords/vrrp-script.js";
import { shellWords } from "../../src/config/shell-words.js";
import { editDistance } from "../../src/base/spelling.js";
import { read } from "./machine.js";

const SAMPLE = `# a pair
$IF=eth0
$VIPS= \\
  10.0.0.1/24 dev $IF label \${IF}:v \\
  10.0.0.2/24
global_defs {
  router_id "node 1"
  enable_script_security
  script_user root
  vrrp_garp_interval 0.01
}
vrrp_script chk { script "/bin/true 'a b'"
  interval 2
  weight -20 }
vrrp_instance VI_1 {
  state BACKUP
  interface \${IF}
  virtual_router_id 51
  priority 100
  @node1 advert_int 1
  authentication { auth_type PASS
    auth_pass secret }
  virtual_ipaddress {
    $VIPS
    ~SEQ(N, 3, 5) 10.0.0.\${N}
    ~LST({A,B}, {6,24}, {7,25}) 10.0.0.\${A}/\${B}
  }
  track_script { chk weight 10 reverse }
  track_interface { eth1 weight 5 }
  notify "/bin/true x" root :adm
}
virtual_server 10.0.0.9 80 { lvs_sched rr
  protocol TCP
  lvs_method NAT
  real_server 10.0.0.10 80 { TCP_CHECK { connect_timeout 3 } } }
include nothing*.conf
`;

/** What must hold for every reading. */
function examine(configuration: Configuration): void {
  const { diagnostics, exitStatus, params } = configuration;
  for (const diagnostic of diagnostics) {
    const text = renderDiagnostic(diagnostic, { colours: false });
    expect(text).to.include(diagnostic.code);
    if (diagnostic.place !== undefined) expect(diagnostic.place.column).to.be.at.least(1);
  }
  expect(exitStatus === 2).to.equal(params === undefined);
  expect(diagnostics.some((diagnostic) => diagnostic.exitStatus !== 0)).to.equal(exitStatus !== 0);
}

const keywords = [root, globalDefs, vrrpInstance, vrrpScript].flatMap((table) => [...table.byKeyword.keys()]);
const snippet = fc.oneof(
  fc.constantFrom(...keywords),
  fc.constantFrom(
    "{",
    "}",
    '"',
    "'",
    "#",
    "!",
    "\\",
    "\n",
    " ",
    "$A",
    "${A}",
    "$A=",
    "$A= \\\n",
    "@node1 ",
    "@^x ",
    "~SEQ(N, 3) ",
    "~LST({A,B}, {1,2}) ",
    "include *.conf\n",
    "weight",
    "reverse",
    "dev eth0",
    "10.0.0.1/24",
    "-1",
    "0.5",
    "99999999999999999999",
    "on",
    "\u0000",
    "\ufeff",
    "\u20ac",
  ),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.integer().map(String),
);

describe("config: robustness", () => {
  it("reads the sample of this file without complaint", () => {
    expect(read(SAMPLE).diagnostics.map(({ problem }) => problem)).to.deep.equal(["notSupportedLoud", "includeEmpty"]);
  });

  it("takes any characters", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => examine(read(text))));
  });

  it("takes any words of the language in any order", () => {
    const text = fc.array(fc.tuple(snippet, fc.constantFrom(" ", "\n", ""))).map((parts) => parts.flat().join(""));
    fc.assert(
      fc.property(text, (written) => examine(read(written))),
      { numRuns: 500 },
    );
  });

  it("takes a configuration with anything removed, doubled or changed", function () {
    this.timeout(90_000);
    const mutation = fc.record({
      at: fc.nat(SAMPLE.length),
      length: fc.nat(40),
      kind: fc.constantFrom("remove", "double", "insert"),
      put: snippet,
    });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 4 }), (mutations) => {
        let text = SAMPLE;
        for (const { at, length, kind, put } of mutations) {
          const piece = text.slice(at, at + length);
          const middle = kind === "remove" ? "" : kind === "double" ? piece + piece : put + piece;
          text = text.slice(0, at) + middle + text.slice(at + length);
        }
        examine(read(text));
      }),
      { numRuns: 500 },
    );
  });

  it("ends at every length of a configuration that breaks off", () => {
    for (let length = 0; length <= SAMPLE.length; length += 3) examine(read(SAMPLE.slice(0, length)));
  });

  for (const [name, text] of [
    ["braces", "{".repeat(200_000)],
    ["blocks within blocks", "a {\n".repeat(50_000)],
    ["closing braces", "}\n".repeat(50_000)],
    ["unknown keywords", Array.from({ length: 20_000 }, (_, index) => `priorit${index}`).join("\n")],
    [
      "instances",
      Array.from(
        { length: 5_000 },
        (_, index) =>
          `vrrp_instance V${index} {\ninterface eth0\nvirtual_router_id ${(index % 255) + 1}\nvirtual_ipaddress { 10.0.${index >> 8}.${index & 255} }\n}`,
      ).join("\n"),
    ],
    ["repetitions within repetitions", "~SEQ(A, 1000) ~SEQ(B, 1000) ~SEQ(C, 1000) x"],
    ["alternatives", `include ${"{a,b}".repeat(60)}`],
    ["wildcards", `include ${"*a".repeat(200)}`],
  ] as const) {
    it(`takes very many ${name} in time that grows with them`, function () {
      this.timeout(90_000);
      examine(read(text));
    });
  }
});

describe("config: patterns", () => {
  for (const [pattern, name, fits] of [
    ["*.conf", "a.conf", true],
    ["*.conf", ".conf", false],
    ["a?c", "abc", true],
    ["a?c", "ac", false],
    ["[a-c]x", "bx", true],
    ["[^a-c]x", "bx", false],
    ["[]]x", "]x", true],
    ["a*b*c", "aXbYc", true],
    ["a*b*c", "aXbY", false],
    ["[", "[", true],
    ["*", "", true],
  ] as const) {
    it(`${pattern} ${fits ? "fits" : "does not fit"} ${JSON.stringify(name)}`, () => {
      expect(matches(pattern, name)).to.equal(fits);
    });
  }

  it("expands braces as csh does", () => {
    expect(expandBraces("a{b,c{d,e}}f{,g}")).to.deep.equal(["abf", "abfg", "acdf", "acdfg", "acef", "acefg"]);
    expect(expandBraces("a{b")).to.deep.equal(["a{b"]);
  });
});

describe("config: shell words", () => {
  for (const [text, words] of [
    ["a  b\tc", ["a", "b", "c"]],
    [`a "b c" 'd "e'`, ["a", "b c", 'd "e']],
    ["a\\ b", ["a b"]],
    ["\\x41\\101\\n\\cA\\q", ["AA\n\u0001q"]],
    ["''", [""]],
    ["", []],
    ['x"y"z', ["xyz"]],
  ] as const) {
    it(`splits ${JSON.stringify(text)}`, () => {
      expect(shellWords(text)).to.deep.equal(words);
    });
  }

  it("wants every quote closed", () => {
    expect(shellWords('a "b')).to.equal(undefined);
    expect(shellWords("a 'b")).to.equal(undefined);
  });
});

describe("config: spelling", () => {
  it("counts edits in both directions alike", () => {
    expect(editDistance("priority", "prioirty")).to.equal(1);
    const word = fc.string({ maxLength: 12 });
    fc.assert(
      fc.property(
        word,
        word,
        (a, b) => editDistance(a, b) === editDistance(b, a) && (editDistance(a, b) === 0) === (a === b),
      ),
    );
  });
});
