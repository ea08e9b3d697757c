// The words of keepalived(8), one by one and in the combinations people type.
import { expect } from "chai";
import fc from "fast-check";
import { parseCommandLine } from "../../src/process/command-line.js";
import { optionRows } from "../../src/process/option-rows.js";
import { type Options, defaultOptions } from "../../src/process/options.js";
import { helpText, signalNumber, versionText } from "../../src/process/usage.js";

const parse = (line: string) => parseCommandLine(line === "" ? [] : line.split(" "));

function options(line: string): Partial<Options> {
  const parsed = parse(line);
  if (!parsed.ok) throw new Error(parsed.error);
  const { options: found } = parsed.value;
  const changed = Object.entries(found).filter(([key, value]) =>
    Object.entries(defaultOptions).every(([k, v]) => k !== key || v !== value),
  );
  return Object.fromEntries(changed);
}

function problem(line: string): string {
  const parsed = parse(line);
  if (parsed.ok) throw new Error(`accepted: ${line}`);
  return parsed.error;
}

describe("command line", () => {
  const table: readonly (readonly [string, Partial<Options>])[] = [
    ["", {}],
    ["-n", { foreground: true }],
    ["--dont-fork", { foreground: true }],
    ["-nlD", { foreground: true, logConsole: true, logDetail: 1 }],
    ["-DD", { logDetail: 2 }],
    ["-D -D --log-detail", { logDetail: 2 }],
    ["-f /etc/k.conf", { configurationFile: "/etc/k.conf" }],
    ["-f/etc/k.conf", { configurationFile: "/etc/k.conf" }],
    ["-nf /etc/k.conf", { foreground: true, configurationFile: "/etc/k.conf" }],
    ["--use-file /etc/k.conf", { configurationFile: "/etc/k.conf" }],
    ["--use-file=/etc/k=1.conf", { configurationFile: "/etc/k=1.conf" }],
    ["--use=/etc/k.conf", { configurationFile: "/etc/k.conf" }],
    ["-p a -r b -c c -b d", { pidFile: "a", vrrpPidFile: "b", checkersPidFile: "c", bfdPidFile: "d" }],
    ["--pid=a --vrrp_pid=b", { pidFile: "a", vrrpPidFile: "b" }],
    ["--checkers_pid=c --bfd_pid=d", { checkersPidFile: "c", bfdPidFile: "d" }],
    ["-P", { checkers: false }],
    ["-C", { vrrp: false }],
    ["-PC", {}],
    ["--vrrp --check", {}],
    ["-B", { bfd: false }],
    ["--all", { allChildren: true }],
    ["-S 3", { logFacility: "local3" }],
    ["-S local7", { logFacility: "local7" }],
    ["--log-facility=user", { logFacility: "user" }],
    ["-G", { syslog: false }],
    ["-g", { logFile: "/tmp/keepalived.log" }],
    ["-g/tmp/x", { logFile: "/tmp/x" }],
    ["--log-file=/tmp/x --flush-log-file", { logFile: "/tmp/x", flushLogFile: true }],
    ["-d", { dumpConfiguration: true }],
    ["-X -V -I -R", { releaseVips: true, keepVrrp: true, keepIpvs: true, respawn: false }],
    ["-a", { addressMonitoring: true }],
    ["-s blue", { namespace: "blue" }],
    ["-e -i one", { strictIncludes: true, configId: "one" }],
    ["-x -A tcp:localhost:705", { snmp: true, agentSocket: "tcp:localhost:705" }],
    ["-u 0027", { umask: 0o27 }],
    ["-u 63", { umask: 63 }],
    ["--umask=0x3f", { umask: 63 }],
    ["-m", { coreDump: true }],
    ["-M", { coreDump: true, corePattern: "core" }],
    ["--core-dump-pattern=/c/%p", { coreDump: true, corePattern: "/c/%p" }],
    ["--ignore-sigint", { ignoreSigint: true }],
    ["-t --format json", { reportFormat: "json" }],
    ["-t --format=sarif", { reportFormat: "sarif" }],
    ["--settings /etc/v.ini", { settingsFile: "/etc/v.ini" }],
    ["--perf --perf=all --debug --debug=x --no-mem-check --mem-check-log -L --config-fd=3", {}],
  ];
  for (const [line, expected] of table) {
    it(`reads "${line}"`, () => expect(options(line)).to.deep.equal(expected));
  }

  it("reads every action", () => {
    const action = (line: string) => {
      const parsed = parse(line);
      return parsed.ok ? parsed.value.action : undefined;
    };
    expect(action("")).to.deep.equal({ kind: "run" });
    expect(action("-t")).to.deep.equal({ kind: "configTest" });
    expect(action("-tout.txt")).to.deep.equal({ kind: "configTest", file: "out.txt" });
    expect(action("--config-test=out.txt")).to.deep.equal({ kind: "configTest", file: "out.txt" });
    expect(action("-v")).to.deep.equal({ kind: "version" });
    expect(action("--help")).to.deep.equal({ kind: "help" });
    expect(action("-T -s host")).to.deep.equal({ kind: "genhash" });
    expect(action("--signum=RELOAD")).to.deep.equal({ kind: "signalNumber", name: "RELOAD" });
  });

  it("keeps words that belong to no option, wherever they stand", () => {
    const parsed = parse("one -n two -- -x");
    expect(parsed.ok && parsed.value.stray).to.deep.equal(["one", "two", "-x"]);
    expect(parsed.ok && parsed.value.options.foreground).to.be.true;
    expect(parsed.ok && parsed.value.options.snmp).to.be.false;
  });

  it("does not take the next word for an optional value", () => {
    const parsed = parse("-t file");
    expect(parsed.ok && parsed.value.action).to.deep.equal({ kind: "configTest" });
    expect(parsed.ok && parsed.value.stray).to.deep.equal(["file"]);
  });

  it("names what it does not understand", () => {
    expect(problem("-z")).to.equal("Unknown option -z");
    expect(problem("--format=xml")).to.equal('Option --format takes text, json or sarif, not "xml"');
    expect(problem("-nz")).to.equal("Unknown option -z");
    expect(problem("--zzz")).to.equal("Unknown option --zzz");
    expect(problem("--log")).to.match(/ambiguous.*--log-console or --log-detail/);
    expect(problem("--vrrp=1")).to.contain("takes no value");
    expect(problem("-f")).to.equal("Option -f needs a value: FILE");
    expect(problem("--use-file=")).to.contain("needs a value");
    expect(problem("-u 99999")).to.contain('Invalid umask "99999"');
    expect(problem("-S local9")).to.contain('Invalid log facility "local9"');
    expect(problem("--role=boss")).to.contain('Unknown role "boss"');
  });

  it("answers any words without throwing", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            fc.string(),
            fc.string().map((text) => `-${text}`),
          ),
        ),
        (words) => {
          const parsed = parseCommandLine(words);
          return parsed.ok || parsed.error !== "";
        },
      ),
    );
  });

  it("has no option twice", () => {
    const longs = optionRows.map((row) => row.long);
    const shorts = optionRows.flatMap((row) => (row.short === undefined ? [] : [row.short]));
    expect(new Set(longs).size).to.equal(longs.length);
    expect(new Set(shorts).size).to.equal(shorts.length);
  });
});

describe("usage", () => {
  it("shows every option once, on lines that fit a terminal", () => {
    const help = helpText("vipd");
    for (const row of optionRows) {
      if (row.hidden !== true) expect(help).to.match(new RegExp(`--${row.long}[ =[]`));
    }
    for (const line of help.split("\n")) expect(line.length, line).to.be.lessThan(101);
  });

  it("knows keepalived's signal numbers", () => {
    expect(
      ["STOP", "RELOAD", "DATA", "STATS", "STATS_CLEAR", "JSON", "TDUMP", "toString"].map(signalNumber),
    ).to.deep.equal([15, 1, 10, 12, 63, 36, undefined, undefined]);
  });

  it("prints both versions on the first line, and no JSON among the options", () => {
    expect(versionText()).to.match(/^vipd v\d+\.\d+\.\d+ .*Keepalived v2\.2\.7/);
    expect(versionText()).not.to.contain("JSON");
  });
});
