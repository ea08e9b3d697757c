import { expect } from "chai";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  defaultSettings,
  formatSettingsDiagnostic,
  parseSettings,
  readSettings,
  type Settings,
} from "../../src/process/settings.js";
import { seconds } from "../../src/base/time.js";

const sample = new URL("../../../etc/vipd.ini", import.meta.url);

const complaints = (text: string): readonly string[] =>
  parseSettings(text, "vipd.ini").diagnostics.map(formatSettingsDiagnostic);

describe("settings", () => {
  let directory = "";
  before(() => {
    directory = mkdtempSync(join(tmpdir(), "vipd-settings-"));
  });
  after(() => rmSync(directory, { recursive: true }));

  function secretFile(content: string, mode: number): string {
    const path = join(directory, "login");
    writeFileSync(path, content);
    chmodSync(path, mode);
    return path;
  }

  it("are the defaults when the file is empty, or the usual file is missing", () => {
    expect(parseSettings("", "vipd.ini")).to.deep.equal({ settings: defaultSettings, diagnostics: [] });
    expect(readSettings("/no/such/file")).to.deep.equal({ settings: defaultSettings, diagnostics: [] });
  });

  it("complain when a file that was asked for is missing", () => {
    const { settings, diagnostics } = readSettings("/no/such/file", true);
    expect(settings).to.equal(defaultSettings);
    expect(diagnostics.map(({ severity }) => severity)).to.deep.equal(["error"]);
    expect(diagnostics.map(formatSettingsDiagnostic)[0]).to.match(/^\/no\/such\/file: error: .*ENOENT.*--settings/);
  });

  it("take every key", () => {
    const login = secretFile("vipd\nsesame\n", 0o600);
    const text = `
[status]
socket = /tmp/s ; where it is
mode = 600
group = adm
[log]
level = WARN
format = json
file = "/var/log/vipd log"
console = yes
[hooks]
timeout = 2.5
parallel = 3
[mail]
tls = required
login = ${login}
[journal]
file = /tmp/journal
`;
    const expected: Settings = {
      status: { socket: "/tmp/s", mode: 0o600, group: "adm" },
      log: { level: "warn", format: "json", file: "/var/log/vipd log", console: true },
      hooks: { timeout: seconds(2.5), parallel: 3 },
      mail: { tls: "required", login: { user: "vipd", password: "sesame" } },
      journal: { file: "/tmp/journal" },
    };
    expect(parseSettings(text, "vipd.ini")).to.deep.equal({ settings: expected, diagnostics: [] });
  });

  it("take a login from a file that is nobody else's, and from no other", () => {
    const about = (content: string, mode: number): string =>
      complaints(`[mail]\nlogin = ${secretFile(content, mode)}`).join();
    expect(about("vipd\nsesame\n", 0o600)).to.equal("");
    expect(about("vipd\nsesame\n", 0o640)).to.match(/others than its owner may read .*: chmod 600 /);
    expect(about("vipd\n", 0o600)).to.match(/a line with the user and one with the password/);
    expect(complaints("[mail]\nlogin = /no/such/file").join()).to.match(/ENOENT/);
  });

  const wrong: readonly (readonly [text: string, complaint: RegExp])[] = [
    ["[status]\n\nsockt = /x", /^vipd.ini:3: warning: unknown key "sockt" in \[status\].*did you mean "socket"\?/],
    ["; x\n[hoks]\ntimeout = 1", /^vipd.ini:2: warning: unknown section \[hoks\].*did you mean "hooks"\?/],
    ["level = debug", /^vipd.ini:1: warning: "level" stands outside .*\[log\]/],
    ["[log]\nlevel = inof", /^vipd.ini:2: error: level = inof: did you mean "info"\?/],
    ["[log]\nconsole = maybe", /^vipd.ini:2: error: .*true or false/],
    ["[log]\nfile = vipd.log", /^vipd.ini:2: error: .*begin with \//],
    ["[status]\nmode = 0999", /^vipd.ini:2: error: .*octal/],
    ["[status]\nsocket =", /^vipd.ini:2: error: .*begin with \//],
    ["[hooks]\ntimeout = soon", /^vipd.ini:2: error: .*seconds from 0.1 to 86400/],
    ["[hooks]\ntimeout = 0", /^vipd.ini:2: error: .*seconds/],
    ["[hooks]\nparallel = 1.5", /^vipd.ini:2: error: .*whole number/],
    ["[hooks]\nparallel", /^vipd.ini:2: error: parallel = true/],
  ];
  for (const [text, complaint] of wrong) {
    it(`say where ${JSON.stringify(text)} is wrong, and keep the default`, () => {
      expect(complaints(text)).to.have.length(1);
      expect(complaints(text)[0]).to.match(complaint);
      expect(parseSettings(text, "vipd.ini").settings).to.deep.equal(defaultSettings);
    });
  }

  it("take what is right beside what is wrong", () => {
    const { settings } = parseSettings("[hooks]\ntimeout = x\nparallel = 2", "vipd.ini");
    expect(settings.hooks).to.deep.equal({ timeout: seconds(60), parallel: 2 });
  });

  describe("etc/vipd.ini", () => {
    const text = readFileSync(sample, "utf8");
    const uncommented = text.replace(/^;(?=[a-z]+ =)/gm, "");

    it("changes nothing as it is", () => {
      expect(parseSettings(text, "vipd.ini")).to.deep.equal({ settings: defaultSettings, diagnostics: [] });
    });

    it("shows the default of every key", () => {
      expect(parseSettings(uncommented, "vipd.ini")).to.deep.equal({ settings: defaultSettings, diagnostics: [] });
      const shown = [...uncommented.matchAll(/^([a-z]+) =/gm)].map(([, key]) => key);
      expect(shown).to.deep.equal([
        ...["socket", "mode", "group"],
        ...["level", "format", "file", "console"],
        ...["timeout", "parallel"],
        ...["tls", "login"],
        ...["file"],
      ]);
    });
  });
});
