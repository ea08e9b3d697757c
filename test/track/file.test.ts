import { expect } from "chai";
import { readNumber } from "../../src/track/file.js";

describe("the number in a tracked file", () => {
  const texts: readonly (readonly [string, number | undefined])[] = [
    ["3\n", 3],
    ["  -12", -12],
    ["+7 and more", 7],
    ["", 0],
    ["abc", 0],
    ["2147483647", 2_147_483_647],
    ["-2147483648", -2_147_483_648],
    ["99999999999", undefined],
  ];
  for (const [text, value] of texts) {
    it(`${JSON.stringify(text)} is ${value ?? "no number"}`, () => {
      expect(readNumber(text)).to.equal(value);
    });
  }
});
