// The layout of a file: what changes, what stays, and that the meaning never changes.
import { expect } from "chai";
import fc from "fast-check";
import { readFileSync } from "node:fs";
import { formatText } from "../../src/config/format.js";
import { isSameText } from "../../src/config/same.js";
import { MAIN, machine } from "./machine.js";
import { corpusFiles } from "./shared.js";

const cases: readonly (readonly [what: string, before: string, after: string])[] = [
  ["indents by blocks", "a {\nb {\nc\n}\n}\n", "a {\n  b {\n    c\n  }\n}\n"],
  ["joins a brace to its keyword", "vrrp_instance V\n{\n}\n", "vrrp_instance V {\n}\n"],
  ["leaves a brace where a comment stands between", "a # why\n{\n}\n", "a # why\n{\n}\n"],
  ["puts one space between words and before a brace", "a{\nb\t  c\n}\n", "a {\n  b c\n}\n"],
  ["leaves quoted text alone", 'a "b   c"   d\n', 'a "b   c" d\n'],
  ["leaves lines with single quotes alone", "script  '/x  y'\n", "script  '/x  y'\n"],
  ["keeps comments", "  # one\na {\n! two\nb   # three\n}\n", "# one\na {\n  ! two\n  b # three\n}\n"],
  ["keeps comments in their column", "a        # x\nbb       # y\n", "a        # x\nbb       # y\n"],
  ["keeps one empty line of several, none at the ends", "\n\na\n\n\nb\n\n", "a\n\nb\n"],
  ["keeps one-line blocks", "a { b }\nc\n", "a { b }\nc\n"],
  ["does not take the braces of parameters for blocks", "a {\nb ${C}\n}\n", "a {\n  b ${C}\n}\n"],
  ["nor those of repetitions", "a {\n~LST({A,B}, {1,2}) x${A}\nb\n}\n", "a {\n  ~LST({A,B}, {1,2}) x${A}\n  b\n}\n"],
  ["nor those of patterns", "include  {a,b}.conf\nc\n", "include  {a,b}.conf\nc\n"],
  ["indents definitions of several lines", "$A= \\\n  x \\\n y\nb\n", "$A= \\\n  x \\\n  y\nb\n"],
  ["counts the branches of a condition once", "@a v X {\n@b v Y {\nc\n}\nd\n", "@a v X {\n@b v Y {\n  c\n}\nd\n"],
  ["ends lines with LF and the file with one", "a\r\nb", "a\nb\n"],
  ["takes a no-break space for a letter", "\u00a0a b\n", "\u00a0a b\n"],
  ["removes a byte order mark", "\ufeffa\n", "a\n"],
  ["leaves an empty file empty", "\n  \n", ""],
];

const SAMPLE = `# a pair
$IF=eth0
$VIPS= \\
  10.0.0.1/24 dev $IF label \${IF}:v \\
  10.0.0.2/24
global_defs
{
  router_id "node  1"
}
vrrp_script chk { script "/bin/true 'a b'"
  weight -20 }
vrrp_instance VI_1{
  interface \${IF}   # why
  @node1 advert_int 1
  authentication { auth_type PASS
    auth_pass sec\\#ret }
  virtual_ipaddress {
    $VIPS
    ~SEQ(N, 3, 5) 10.0.0.\${N}
    ~LST({A,B}, {6,24}, {7,25}) 10.0.0.\${A}/\${B}
  }
}
`;

describe("config: layout", () => {
  for (const [what, before, after] of cases) it(what, () => expect(formatText(before)).to.equal(after));

  it("changes nothing twice, whatever the text", function () {
    this.timeout(20_000);
    const piece = fc.oneof(
      fc.constantFrom("{", "}", '"', "#", "!", "\\", "\n", " ", "a", "$A=", "${A}", "@x ", "~SEQ(", "include ", "'"),
      fc.string({ unit: "binary", maxLength: 4 }),
    );
    const text = fc.array(piece).map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (written) => {
        const once = formatText(written);
        expect(formatText(once)).to.equal(once);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  it("keeps the meaning of a configuration and of what is left of it", function () {
    this.timeout(20_000);
    for (let length = 0; length <= SAMPLE.length; length++) {
      const text = SAMPLE.slice(0, length);
      expect(isSameText(MAIN, text, formatText(text), machine()), JSON.stringify(text)).to.be.true;
    }
  });

  it("notices a meaning that has changed", () => {
    expect(isSameText(MAIN, "a b\n", "a c\n", machine())).to.be.false;
    expect(isSameText(MAIN, "a { b }\n", "a\nb\n", machine())).to.be.false;
    expect(isSameText(MAIN, "a  b\n", "a b # c\n", machine())).to.be.true;
  });

  const files = corpusFiles();
  if (files.length === 0) return;

  it("keeps the meaning of real files", function () {
    this.timeout(60_000);
    const changed = files.filter((file) => {
      const text = readFileSync(file, "utf8");
      const once = formatText(text);
      return !isSameText(MAIN, text, once, machine()) || formatText(once) !== once;
    });
    expect(changed).to.deep.equal([]);
  });
});
