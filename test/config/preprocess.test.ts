// Conditions, parameters, repetitions and includes: what logical lines come out.
import { expect } from "chai";
import { Report } from "../../src/config/diagnostics.js";
import type { LineForm } from "../../src/config/lexer.js";
import { preprocess } from "../../src/config/preprocess.js";
import { machine, MAIN, type MachineFacts } from "./machine.js";

function lines(text: string, facts: MachineFacts = {}) {
  const report = new Report();
  const taken: { readonly file: string; readonly number: number; readonly form: LineForm }[] = [];
  const environment = machine({ ...facts, files: { ...facts.files, [MAIN]: text } });
  const result = preprocess(MAIN, environment, report, (file, number, form) => {
    if (form.phrases.length > 0) taken.push({ file, number, form });
  });
  return {
    forms: taken.map(({ form }) => form),
    texts: taken.map(({ form }) => form.text.trim()),
    places: taken.map(({ file, number }) => `${file === MAIN ? "" : file}:${number}`),
    problems: report.inOrder(result.files).map(({ problem }) => problem),
    files: result.files,
  };
}
const texts = (text: string, facts: MachineFacts = {}): readonly string[] => lines(text, facts).texts;

describe("config: conditions", () => {
  it("keeps @ID lines of this machine only, the host name being the default", () => {
    expect(texts("@node1 a\n@node2 b\n@^node2 c\n@^node1 d\n@ e\n@node1\nf")).to.deep.equal(["a", "c", "f"]);
    expect(texts("@node1 a\n@main b", { configId: "main" })).to.deep.equal(["b"]);
  });

  it("keeps the column of what follows", () => {
    const {
      forms: [line],
    } = lines("@node1 priority 5");
    expect(line?.text.indexOf("priority")).to.equal(7);
    expect(line?.expanded).to.be.false;
  });

  it("lets a condition come from a parameter", () => {
    expect(texts("$C=@node1\n$D=@^node1\n$C a\n$D b")).to.deep.equal(["a"]);
  });
});

describe("config: parameters", () => {
  it("puts values in where they are used, later definitions included", () => {
    expect(texts("$A=x${B}\n$B=1\na ${A}y, $B")).to.deep.equal(["a x1y, 1"]);
  });

  it("needs a name of its own: white space, comma, bracket or line end after it", () => {
    expect(texts("$IF=eth0\na $IF:1\nb $IF, $IF) ${IF}:1 $IF")).to.deep.equal(["a $IF:1", "b eth0, eth0) eth0:1 eth0"]);
  });

  it("leaves what is not defined as it is", () => {
    expect(texts("a $X ${Y}")).to.deep.equal(["a $X ${Y}"]);
    expect(texts("$P =9")).to.deep.equal(["$P =9"]);
  });

  it("substitutes inside quotes, and may be empty", () => {
    expect(texts('$E=\n$P=v w\na "${P}"${E}')).to.deep.equal(['a "v w"']);
  });

  it("knows the built-in ones", () => {
    expect(
      texts("a ${_PWD} ${_INSTANCE} ${_ENV X} ${_ENV Y}. ${_RANDOM 3 9} x${_HASH}y${_BANG}", { variables: { X: "1" } }),
    ).to.deep.equal(["a /etc/keepalived node1 1 . 3 x#y!"]);
  });

  it("makes a comment of a line that a parameter starts with a hash", () => {
    expect(texts("$OFF=${_HASH}\n$OFF a\nc")).to.deep.equal(["c"]);
  });

  it("ends a value at a hash or a bang, escaped or not: a line that starts with it keeps what follows", () => {
    expect(texts("$A=\\#\n$B=x\\#y\n$C=z \\! w\n$D=${_HASH}1\n$A a\nb $B $C v$D")).to.deep.equal(["a", "b x z v#1"]);
  });

  it("replays definitions of several lines, each from its own place", () => {
    const { texts: found, places } = lines(
      "$V= \\\n interface eth0 \\\n @node2 x \\\n $Q=7 \\\n priority $Q\nvrrp_instance A {\n$V\n}",
    );
    expect(found).to.deep.equal(["vrrp_instance A {", "interface eth0", "priority 7", "}"]);
    expect(places).to.deep.equal([":6", ":2", ":5", ":8"]);
  });

  it("joins the first line of a definition to what stands before it", () => {
    expect(texts("$W= \\\nA { \\\n b \\\n}\nvrrp_instance $W")).to.deep.equal(["vrrp_instance A {", "b", "}"]);
  });

  it("expands a definition of several lines at the end of a line only", () => {
    expect(texts("$V= \\\na \\\nb\n$V extra")).to.deep.equal(["$V extra"]);
  });

  it("reports a comment inside a definition, and goes on with it", () => {
    expect(lines("$V= \\\na \\\n # no \\\nb\n$V")).to.deep.include({
      texts: ["a", "b"],
      problems: ["commentInDefinition"],
    });
  });

  for (const [name, text] of [
    ["itself with more", "$A=${A}0\nx $A"],
    ["itself", "$A=${A}\nx ${A}"],
    ["another that contains it", "$A=${B}x\n$B=${A}\nx $A"],
    ["itself over several lines", "$A= \\\n x \\\n $A\n$A"],
    [
      "doubling",
      `$A0=aaaaaaaaaa\n${Array.from({ length: 30 }, (_, i) => `$A${i + 1}=\${A${i}}\${A${i}}`).join("\n")}\nx $A30`,
    ],
  ] as const) {
    it(`stops at a parameter that contains ${name}`, () => {
      const { problems, texts: found } = lines(`${text}\nafter`);
      expect(found.at(-1)).to.equal("after");
      expect(problems).to.deep.equal(["runawayExpansion"]);
    });
  }
});

describe("config: repetitions", () => {
  for (const [written, expected] of [
    ["~SEQ(N, 3) a $N", ["a 1", "a 2", "a 3"]],
    ["~SEQ ( N , 1 , 2\t) ~LST (M, x) a${N}${M}", ["a1x", "a2x"]],
    ["~SEQ(N, -2) a $N", ["a -1", "a -2"]],
    ["~SEQ(N, 2, 4) a$N b${N}c", ["a2 b2c", "a3 b3c", "a4 b4c"]],
    ["~SEQ(N, 10, -2, 6) a $N", ["a 10", "a 8", "a 6"]],
    ["~SEQ(N, 1, 2, 4) a $N", ["a 1", "a 3"]],
    ["~SEQx(N, 9, 0xb) a $N", ["a 9", "a a", "a b"]],
    ["~SEQ(N, 010, 011) a $N", ["a 8", "a 9"]],
    ["~LST(A, x, y) a $A", ["a x", "a y"]],
    ["~LST({A,B}, {1,2}, {3}) $A.${B}.", ["$A.2.", "$A.."]],
    ["~LST({A,B}, {1,2}, {3}) ${A}.${B}.", ["1.2.", "3.."]],
    ["~SEQ(N, 2) ~SEQ(M, 2) $N $M", ["1 1", "1 2", "2 1", "2 2"]],
    ["$END=2\n~SEQ(N, $END) a $N", ["a 1", "a 2"]],
    ["$L= \\\n a $N \\\n b $N\n~SEQ(N, 2) $L", ["a 1", "b 1", "a 2", "b 2"]],
    ["~seq(N, 2) a", ["~seq(N, 2) a"]],
  ] as const) {
    it(`reads ${JSON.stringify(written)}`, () => {
      expect(lines(written)).to.deep.include({ texts: expected, problems: [] });
    });
  }

  for (const wrong of [
    "~SEQ(N, 1, 0, 3) a",
    "~SEQ(N, 1, -1, 3) a",
    "~SEQ(N, a) b",
    "~SEQ(N) b",
    "~SEQ(1, 2) b",
    "~SEQ(N, 3",
    "~SEQx(N, -1, 3) a",
    "~LST({A,B}, {1,2,3}) a",
    "~LST(A) a",
  ]) {
    it(`rejects ${wrong}`, () => {
      expect(lines(`${wrong}\nafter`)).to.deep.include({ texts: ["after"], problems: ["badSequence"] });
    });
  }

  it("stops a repetition that would never end", () => {
    expect(lines("~SEQ(N, 1000000000) ~SEQ(M, 1000000000)\nafter")).to.deep.include({
      texts: ["after"],
      problems: ["runawayExpansion"],
    });
  });
});

describe("config: includes", () => {
  const facts: MachineFacts = {
    files: {
      "/etc/keepalived/a.conf": "from a",
      "/etc/keepalived/d/1.conf": "one",
      "/etc/keepalived/d/2.conf": "two\ninclude ../a.conf",
      "/etc/keepalived/d/.hidden.conf": "hidden",
      "/etc/keepalived/dir": { kind: "directory" },
      "/etc/keepalived/run.sh": { kind: "notPlain" },
      "/etc/keepalived/self.conf": "s\ninclude self.conf",
    },
  };

  it("reads a file in the place of its line, inside a block too", () => {
    const { texts: found, places, files } = lines("x {\ninclude a.conf # comment\n}", facts);
    expect(found).to.deep.equal(["x {", "from a", "}"]);
    expect(places).to.deep.equal([":1", "/etc/keepalived/a.conf:1", ":3"]);
    expect(files).to.deep.equal([MAIN, "/etc/keepalived/a.conf"]);
  });

  it("reads an include behind a brace", () => {
    expect(texts("x { include a.conf\n}", facts)).to.deep.equal(["x {", "from a", "}"]);
  });

  it("starts relative names at the including file, and sorts what a pattern matches", () => {
    expect(texts("include d/*.conf", facts)).to.deep.equal(["one", "two", "from a"]);
    expect(texts("include /etc/keepalived/{a,d/[^2]}.conf", facts)).to.deep.equal(["from a", "one"]);
  });

  it("takes parameters and conditions", () => {
    expect(texts("$F=a\n@node1 include ${F}.conf\n@node2 include ${F}.conf", facts)).to.deep.equal(["from a"]);
  });

  it("refuses a file that includes itself", () => {
    expect(lines("include self.conf", facts)).to.deep.include({ texts: ["s"], problems: ["includeLoop"] });
    expect(lines("include keepalived.conf\nx", facts)).to.deep.include({ texts: ["x"], problems: ["includeLoop"] });
  });

  // Verdicts of keepalived 2.4.3: 0 is a remark, 6 a failed check, "" nothing at all. 2.2.7 does not remark on none*.conf.
  const verdicts: Readonly<Record<string, readonly string[]>> = {
    "none.conf": ["0", "0", "6", "6", "0", "6"],
    "none*.conf": ["0", "0", "0", "6", "0", "6"],
    "{a,none}.conf": ["0", "0", "0", "0", "6", "6"],
    dir: ["0", "6", "6", "6", "6", "6"],
    "run.sh": ["0", "6", "6", "6", "6", "6"],
    "a.conf": ["", "", "", "", "", ""],
  };
  const meaning: Readonly<Record<string, string>> = {
    includeMissing: "0",
    includeEmpty: "0",
    includeSkipped: "0",
    includeCheckFailed: "6",
  };
  for (const [pattern, expected] of Object.entries(verdicts)) {
    it(`checks ${pattern} as each variant demands`, () => {
      const found = ["", "r", "m", "w", "b", "a"].map((letter) =>
        lines(`include${letter} ${pattern}`, facts)
          .problems.map((problem) => meaning[problem])
          .join(),
      );
      expect(found).to.deep.equal(expected);
    });
  }

  it("adds the checks of include_check, until the file ends", () => {
    expect(lines("include_check match\ninclude none.conf", facts).problems).to.deep.equal(["includeCheckFailed"]);
    const inner = { files: { ...facts.files, "/etc/keepalived/i.conf": "include_check +match" } };
    expect(lines("include i.conf\ninclude none.conf", inner).problems).to.deep.equal(["includeMissing"]);
  });
});

describe("config: lines that are left out", () => {
  it("names a byte order mark, and reads on without it", () => {
    expect(lines("\ufeffrouter_id a")).to.deep.include({ texts: ["router_id a"], problems: ["byteOrderMark"] });
  });

  it("leaves out a line with a NUL byte or more than 1023 bytes", () => {
    expect(lines(`a\0b\n# ${"x".repeat(1022)}\n# ${"\u20ac".repeat(341)}\nc`)).to.deep.include({
      texts: ["c"],
      problems: ["nulByte", "lineTooLong", "lineTooLong"],
    });
    expect(lines(`a ${"x".repeat(1021)}`).problems).to.deep.equal([]);
  });

  it("says why the main file cannot be read", () => {
    const report = new Report();
    const result = preprocess("/none", machine(), report, () => undefined);
    expect(result.readable).to.be.false;
    expect(report.inOrder([])[0]?.message).to.equal("/none does not exist");
  });
});
