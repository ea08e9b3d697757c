// The fixed-seed smoke run of the configuration fuzzer; node dist/test/fuzz/campaign.js SECONDS goes on for longer.
import { expect } from "chai";
import { examine } from "./examine.js";
import { bend, draws, grow } from "./generate.js";
import { samples } from "./seeds.js";

const expectSound = (text: string): unknown => expect(examine(text), JSON.stringify(text)).to.equal(undefined);

describe("fuzz: configuration", function () {
  this.timeout(60_000);

  it("takes what grows from the tables", () => {
    const draw = draws(1);
    for (let round = 0; round < 400; round++) expectSound(grow(draw));
  });

  it("takes samples that are bent", () => {
    const draw = draws(2);
    for (let round = 0; round < 400; round++) expectSound(bend(samples[draw(samples.length)] ?? "", draw));
  });

  it("takes a time that is longer than numbers are exact for", () => {
    expectSound("virtual_server 10.0.0.1 80 {\n  delay_before_retry 18446744073709\n}\n");
  });

  it("draws the same again from the same seed, and other things from another", () => {
    const first = grow(draws(3));
    expect(grow(draws(3))).to.equal(first);
    expect(grow(draws(4))).not.to.equal(first);
  });
});
