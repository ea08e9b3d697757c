import { expect } from "chai";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSyslog, syslogTime } from "../../src/host/syslog.js";
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
import { done } from "../support/done.js";

describe("syslog", () => {
  it("writes days as RFC 3164 does", () => {
    expect(syslogTime(new Date(2026, 10, 6, 9, 3, 7))).to.equal("Nov  6 09:03:07");
    expect(syslogTime(new Date(2026, 0, 31, 23, 59, 59))).to.equal("Jan 31 23:59:59");
  });

  it("says once that nobody listens, and to the reader that comes back how many lines it missed", () => {
    const directory = mkdtempSync(join(tmpdir(), "vipd-syslog-"));
    const path = join(directory, "log");
    const troubles: string[] = [];
    const onTrouble = (error: { readonly code: string }): void => void troubles.push(error.code);
    const syslog = done(openSyslog({ facility: "daemon", pid: 7, path, onTrouble }));
    const say = (text: string): void => syslog.send({ severity: "info", ident: "Keepalived", text, time: new Date() });
    say("one");
    say("two");
    const reader = done(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    try {
      done(bind(reader, sockaddrUn(path) ?? Buffer.alloc(0)));
      say("three");
      const octets = Buffer.alloc(512);
      const texts: string[] = [];
      for (
        let count = recv(reader, octets, MSG_DONTWAIT);
        !isSystemError(count);
        count = recv(reader, octets, MSG_DONTWAIT)
      ) {
        texts.push(octets.toString("utf8", 0, count).replace(/^.*\]: /, ""));
      }
      expect(troubles).to.deep.equal(["ENOENT"]);
      expect(texts).to.deep.equal(["2 log lines are missing here: the syslog daemon did not take them", "three"]);
    } finally {
      close(reader);
      rmSync(directory, { recursive: true });
    }
  });
});
