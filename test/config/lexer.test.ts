// Words, comments, quotes and braces of a line.
import { expect } from "chai";
import { eachLine, lex, withoutComment } from "../../src/config/lexer.js";

const words = (text: string): readonly string[] =>
  lex(text).lexemes.map(({ kind, text: word }) => (kind === "word" ? word : `<${kind}>`));

describe("config: lexer", () => {
  it("splits at white space, tabs included", () => {
    expect(words("\tstate \t MASTER  ")).to.deep.equal(["state", "MASTER"]);
  });

  it("makes braces words of their own, glued or not", () => {
    expect(words("vrrp_instance VI_1{ interface eth0 }")).to.deep.equal([
      "vrrp_instance",
      "VI_1",
      "<{>",
      "interface",
      "eth0",
      "<}>",
    ]);
  });

  it("groups with double quotes, in the middle of a word too", () => {
    expect(words('x ab" c d"e')).to.deep.equal(["x", "ab c de"]);
    expect(words('auth_pass "a{b}#!"')).to.deep.equal(["auth_pass", "a{b}#!"]);
    expect(words('x ""')).to.deep.equal(["x", ""]);
  });

  it("takes single quotes for ordinary characters", () => {
    expect(words("router_id 'a b'")).to.deep.equal(["router_id", "'a", "b'"]);
  });

  it("reports a quote that is not closed, and leaves its word out", () => {
    const { lexemes, unterminated } = lex('notify "/bin/true x');
    expect(lexemes.map(({ text }) => text)).to.deep.equal(["notify"]);
    expect(unterminated).to.equal(7);
  });

  it("knows where every word is, quotes included", () => {
    expect(lex('  state "MASTER"{').lexemes.map(({ start, end }) => [start, end])).to.deep.equal([
      [2, 7],
      [8, 16],
      [16, 17],
    ]);
  });

  for (const [written, kept] of [
    ["priority 90#x", "priority 90"],
    ["priority 90 ! x", "priority 90"],
    ["# all", ""],
    ['a "b # c" # d', 'a "b # c"'],
    ["a 'b # c'", "a 'b"],
    ["auth_pass a\\#b\\!c # d", "auth_pass a#b!c"],
    ["plain  ", "plain"],
  ] as const) {
    it(`keeps ${JSON.stringify(kept)} of ${JSON.stringify(written)}`, () => {
      expect(withoutComment(written)).to.equal(kept);
    });
  }

  it("ends lines with LF or CR LF", () => {
    const linesOf = (text: string): readonly string[] => {
      const lines: string[] = [];
      eachLine(text, (line, number) => lines.push(`${number} ${line}`));
      return lines;
    };
    expect(linesOf("a\r\nb\n\r\nc")).to.deep.equal(["1 a", "2 b", "3 ", "4 c"]);
    expect(linesOf("a\n")).to.deep.equal(["1 a", "2 "]);
    expect(linesOf("")).to.deep.equal(["1 "]);
  });
});
