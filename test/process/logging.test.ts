import { expect } from "chai";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instant } from "../../src/base/time.js";
import {
  AF_UNIX,
  bind,
  close,
  isSystemError,
  MSG_DONTWAIT,
  recv,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  sockaddrUn,
  socket,
} from "../../src/native/index.js";
import { openLog, type Logger, type LogOptions } from "../../src/process/logging.js";
import { defaultSettings, type Settings } from "../../src/process/settings.js";
import { done } from "../support/done.js";
import type { StatusEvent } from "../../src/status/rpc.js";

const quiet: LogOptions = { logConsole: false, logDetail: 0, logFacility: "daemon", syslog: false };
const place = { sequence: 1, at: instant(0), time: "2026-11-21T00:00:00.000Z" };
const transition: StatusEvent = {
  ...place,
  ...{ kind: "transition", instance: "VI_1", from: "backup", to: "master", reason: { code: "startup" }, priority: 100 },
};
const complaint = (from: string): StatusEvent => ({
  ...place,
  ...{ kind: "complaint", instance: "VI_1", about: { kind: "rejected", reason: "ttl", from, detail: "TTL is 1" } },
});

describe("log", function () {
  this.timeout(10_000);
  let directory = "";
  let descriptor = -1;
  const consoleFile = (): string => join(directory, "console");
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "vipd-log-"));
    descriptor = openSync(consoleFile(), "w");
  });
  afterEach(() => {
    closeSync(descriptor);
    rmSync(directory, { recursive: true });
  });

  const open = (options: Partial<LogOptions>, settings: Partial<Settings["log"]> = {}): Logger =>
    openLog(
      { ...quiet, ...options },
      { ...defaultSettings.log, ...settings },
      { consoleDescriptor: descriptor, syslogSocket: join(directory, "syslog") },
    );
  const linesOf = (path: string): readonly string[] => readFileSync(path, "utf8").split("\n").slice(0, -1);

  it("writes to the console as keepalived does", async () => {
    const log = open({ logConsole: true });
    log.info("Startup complete");
    log.event(transition);
    log.debug("not asked for");
    await log.close();
    const [first = "", second = "", ...more] = linesOf(consoleFile());
    expect(first).to.match(
      /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} [ 0-9][0-9] \d\d:\d\d:\d\d \d{4}: Startup complete$/,
    );
    expect(second).to.match(/: \(VI_1\) Entering MASTER STATE: vipd started$/);
    expect(more).to.deep.equal([]);
  });

  it("-D says more, a level in the settings less", async () => {
    const detailed = open({ logConsole: true, logDetail: 1 }, { level: "error" });
    detailed.debug("detail");
    await detailed.close();
    const terse = open({ logConsole: true }, { level: "error" });
    terse.warn("not asked for");
    terse.error("asked for");
    await terse.close();
    expect(linesOf(consoleFile()).map((line) => line.replace(/^.*\d{4}: /, ""))).to.deep.equal(["detail", "asked for"]);
  });

  it("writes JSON lines with all fields to a file", async () => {
    const file = join(directory, "log");
    const log = open({}, { file, format: "json" });
    log.info("Reload complete", { files: 3, level: "made up" });
    log.event(transition);
    await log.close();
    const [first, second]: readonly unknown[] = linesOf(file).map((line): unknown => JSON.parse(line));
    expect(first).to.include({ level: "info", ident: "Keepalived", message: "Reload complete", files: 3 });
    expect(second).to.include({
      ident: "Keepalived_vrrp",
      kind: "transition",
      instance: "VI_1",
      from: "backup",
      to: "master",
    });
    expect(second).to.have.nested.property("reason.code", "startup");
  });

  it("says a complaint once, whoever it is about, and then how often it came", async () => {
    const log = open({ logConsole: true });
    for (let i = 0; i < 500; i++) log.event(complaint(`10.0.0.${i % 250}`));
    await log.close();
    const lines = linesOf(consoleFile());
    expect(lines).to.have.length(2);
    expect(lines[0]).to.include("ignored a packet from 10.0.0.0");
    expect(lines[1]).to.include("[499 more in the last 60 s]");
  });

  describe("syslog", () => {
    let reader = -1;
    beforeEach(() => {
      reader = done(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
      done(bind(reader, sockaddrUn(join(directory, "syslog")) ?? Buffer.alloc(0)));
    });
    afterEach(() => close(reader));

    const received = (): readonly string[] => {
      const datagrams: string[] = [];
      const octets = Buffer.alloc(2_048);
      for (;;) {
        const count = recv(reader, octets, MSG_DONTWAIT);
        if (isSystemError(count)) return datagrams;
        datagrams.push(octets.toString("utf8", 0, count));
      }
    };

    it("gets what syslog(3) would send", async () => {
      const log = open({ syslog: true, logFacility: "local3" });
      log.info("Startup complete");
      log.event(transition);
      log.error("a mistake");
      await log.close();
      const tail = `\\[${process.pid}\\]: `;
      const [first, second, third] = received();
      expect(first).to.match(
        new RegExp(`^<158>[A-Z][a-z]{2} [ 0-9][0-9] \\d\\d:\\d\\d:\\d\\d Keepalived${tail}Startup complete$`),
      );
      expect(second).to.match(
        new RegExp(`^<158>.* Keepalived_vrrp${tail}\\(VI_1\\) Entering MASTER STATE: vipd started$`),
      );
      expect(third).to.match(new RegExp(`^<155>.* Keepalived${tail}a mistake$`));
    });

    it("that does not read loses lines, hears how many, and never holds up the daemon", async () => {
      const file = join(directory, "log");
      const log = open({ syslog: true }, { file });
      for (let i = 0; i < 2_000; i++) log.info(`line ${i}`);
      await log.close();
      const taken = received().length;
      expect(taken).to.be.within(1, 1_999);
      expect(linesOf(file)).to.have.length(2_001);
      expect(linesOf(file).filter((line) => /takes no lines, sendto: EAGAIN/.test(line))).to.have.length(1);
    });
  });

  it("without syslog, and with no other place, says on the console that its lines are lost", async () => {
    const log = open({ syslog: true });
    log.info("Startup complete");
    log.info("Reload complete");
    await log.close();
    const lines = linesOf(consoleFile());
    expect(lines[0]).to.match(/syslog \(.*\/syslog\) takes no lines, sendto: ENOENT .*start a syslog daemon.*-l.*-G/);
    expect(lines.at(-1)).to.match(/: Reload complete$/);
    expect(lines.filter((line) => line.includes("takes no lines"))).to.have.length(1);
  });

  it("takes no line after it was closed, and needs no place at all", async () => {
    const log = open({});
    log.info("into the void");
    await log.close();
    log.info("too late");
  });
});
