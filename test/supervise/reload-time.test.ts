// The first line of reload_time_file (keepalived.conf(5)).
import { expect } from "chai";
import { readReloadTime } from "../../src/supervise/reload-time.js";

const NOW = Date.UTC(2026, 4, 17, 12, 0, 0);

describe("the time of a reload", () => {
  for (const [text, at] of [
    ["12:00:01Z", Date.UTC(2026, 4, 17, 12, 0, 1)],
    ["12:00:00Z\n", Date.UTC(2026, 4, 18, 12, 0, 0)],
    ["11:59:59Z\nanything", Date.UTC(2026, 4, 18, 11, 59, 59)],
    ["26-12-31 23:59:59Z", Date.UTC(2026, 11, 31, 23, 59, 59)],
    ["2028-02-29 00:00:00Z", Date.UTC(2028, 1, 29)],
    ["2026-06-01 08:30:00", new Date(2026, 5, 1, 8, 30, 0).getTime()],
  ] as const) {
    it(`${JSON.stringify(text)} is a time`, () => {
      expect(readReloadTime(text, NOW)).to.deep.equal({ kind: "at", wallMillis: at });
    });
  }

  it("knows a time that is past", () => {
    expect(readReloadTime("2026-05-17 11:00:00Z", NOW)).to.deep.equal({ kind: "past" });
  });

  for (const text of [
    "",
    "1:00:00",
    " 01:00:00",
    "24:00:00",
    "12:60:00",
    "2026-02-30 12:00:00",
    "12:00:00z",
    "126-1-1",
  ]) {
    it(`${JSON.stringify(text)} is none`, () => {
      expect(readReloadTime(text, NOW)).to.deep.equal({ kind: "unreadable" });
    });
  }
});
