import { expect } from "chai";
import { nearestWord } from "../../src/base/spelling.js";

describe("nearestWord", () => {
  const known = ["virtual_router_id", "priority", "interface", "state"];

  it("finds a word with a letter missing, added, wrong or swapped", () => {
    expect(nearestWord("priorit", known)).to.equal("priority");
    expect(nearestWord("prioritty", known)).to.equal("priority");
    expect(nearestWord("priorifyy", known)).to.equal("priority");
    expect(nearestWord("satte", known)).to.equal("state");
    expect(nearestWord("virtual_route_id", known)).to.equal("virtual_router_id");
  });

  it("ignores upper and lower case", () => {
    expect(nearestWord("STATE", known)).to.equal("state");
  });

  it("suggests nothing for a word that is like none", () => {
    expect(nearestWord("bananas", known)).to.equal(undefined);
    expect(nearestWord("x", [])).to.equal(undefined);
  });

  it("takes the nearer of two", () => {
    expect(nearestWord("statt", ["start", "state"])).to.equal("start");
    expect(nearestWord("stat", ["stats", "state_dump"])).to.equal("stats");
  });
});
