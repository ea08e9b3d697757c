// What the client saw: rates and outages.
import { expect } from "chai";
import {
  longestOutage,
  nothingAsked,
  record,
  silence,
  successRate,
  type Availability,
} from "../../src/lab/availability.js";

/** Ten requests a second, one letter each: the node that answered, or `x`; an answer takes 1 ms, a loss 250 ms. */
const observe = (requests: string): Availability =>
  Array.from(requests).reduce((so, letter, index) => {
    const sentAt = 100 * index;
    return record(so, letter === "x" ? { sentAt, doneAt: sentAt + 250 } : { sentAt, doneAt: sentAt + 1, node: letter });
  }, nothingAsked);

describe("lab: availability", () => {
  it("does not count what was lost before the first answer", () => {
    const so = observe("xxxab");
    expect([so.sent, so.answered, so.outages.length]).to.deep.equal([2, 2, 0]);
  });

  it("measures an outage from the last answer before it to the first after it", () => {
    expect(observe("aaxxxbb").outages).to.deep.equal([{ endedAt: 501, milliseconds: 400, before: "a", after: "b" }]);
  });

  it("sees no outage where another node answers the very next request", () => {
    expect(observe("aabbaa").outages).to.deep.equal([]);
  });

  it("counts an outage that still lasts", () => {
    const so = observe("aaxx");
    expect(silence(so, 1101)).to.equal(1000);
    expect(longestOutage(so, 1101)).to.equal(1000);
    expect(silence(observe("aaxxa"), 1101)).to.equal(undefined);
  });

  it("keeps the longest outage, not the last", () => {
    expect(longestOutage(observe("axxxaxa"), 10_000)).to.equal(400);
  });

  it("rates answered requests", () => {
    expect(successRate(nothingAsked)).to.equal(undefined);
    expect(successRate(observe("aaax"))).to.equal(0.75);
  });

  it("remembers who answered, newest last, and forgets the oldest", () => {
    expect(observe("abx").recent).to.deep.equal(["a", "b", undefined]);
    expect(observe("a".repeat(2000)).recent.length).to.be.below(1000);
  });
});
