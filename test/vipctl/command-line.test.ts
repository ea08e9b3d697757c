import { expect } from "chai";
import { parseCommandLine, usage, type Request } from "../../src/vipctl/command-line.js";

describe("vipctl command line", () => {
  const good: readonly (readonly [line: string, request: Request])[] = [
    ["status", { command: "status", json: false }],
    ["--json status", { command: "status", json: true }],
    ["status --json --socket /s", { command: "status", json: true, socket: "/s" }],
    ["--socket=/s version", { command: "version", json: false, socket: "/s" }],
    ["instance VI_1", { command: "instance", name: "VI_1", json: false }],
    ["events", { command: "events", follow: false, json: false }],
    ["events --follow --since 42", { command: "events", follow: true, since: 42, json: false }],
    ["--follow events --since=0", { command: "events", follow: true, since: 0, json: false }],
    ["help", { command: "help", json: false }],
    ["--help", { command: "help", json: false }],
    ["status -h", { command: "help", json: false }],
    ["--version", { command: "version", json: false }],
  ];
  for (const [line, request] of good) {
    it(line, () => expect(parseCommandLine(line.split(" "))).to.deep.equal({ ok: true, value: request }));
  }

  const bad: readonly (readonly [argv: readonly string[], error: RegExp])[] = [
    [[], /^a command is missing$/],
    [["stats"], /^unknown command stats; did you mean status\?$/],
    [["--sokcet", "/s", "status"], /^unknown option --sokcet; did you mean --socket\?$/],
    [["status", "--socket"], /--socket needs the path/],
    [["instance"], /vipctl status lists them/],
    [["instance", "VI", "1"], /quote it/],
    [["status", "VI_1"], /^status takes no argument: VI_1$/],
    [["events", "--since", "yesterday"], /--since needs the number/],
    [["events", "--since"], /--since needs the number/],
    [["status", "--follow"], /belong to the command events/],
  ];
  for (const [argv, error] of bad) {
    it(`${argv.join(" ") || "(nothing)"} is wrong`, () => {
      expect(parseCommandLine(argv)).to.have.property("error").that.matches(error);
    });
  }

  it("help names every command and option, in 80 columns or little more", () => {
    for (const word of [
      "status",
      "instance NAME",
      "events",
      "lint",
      "config print",
      "config fmt",
      "--follow",
      "--since",
      "version",
      "--json",
      "--socket",
    ]) {
      expect(usage).to.include(word);
    }
    expect(Math.max(...usage.split("\n").map((line) => line.length))).to.be.at.most(104);
  });
});
