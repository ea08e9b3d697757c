import { expect } from "chai";
import { createRepeatFilter } from "../../src/process/repeat-filter.js";

interface Listener {
  readonly lines: readonly string[];
  readonly write: (count: string) => void;
  readonly line: (number: number) => Promise<string>;
}

describe("repeat filter", () => {
  /** What is written, and a promise of the line with that number. */
  const listen = (): Listener => {
    const lines: string[] = [];
    const waiting = new Map<number, (line: string) => void>();
    return {
      lines,
      write: (count) => {
        lines.push(`it hurts${count}`);
        waiting.get(lines.length)?.(`it hurts${count}`);
      },
      line: (number) => new Promise((resolve) => waiting.set(number, resolve)),
    };
  };

  it("says the first at once and counts the rest until the period is over", async () => {
    const filter = createRepeatFilter(50);
    const { lines, write, line } = listen();
    for (let i = 0; i < 4; i++) filter.say("key", write);
    expect(lines).to.deep.equal(["it hurts"]);
    expect(await line(2)).to.equal("it hurts [3 more in the last 0 s]");
    filter.say("key", write);
    expect(lines).to.have.length(2);
    filter.close();
    expect(lines).to.have.length(3);
  });

  it("holds keys apart", () => {
    const filter = createRepeatFilter(60_000);
    const { lines, write } = listen();
    filter.say("one", write);
    filter.say("two", write);
    expect(lines).to.have.length(2);
    filter.close();
  });

  it("says nothing at the end when nothing was held back", () => {
    const filter = createRepeatFilter(60_000);
    const { lines, write } = listen();
    filter.say("key", write);
    filter.close();
    expect(lines).to.deep.equal(["it hurts"]);
  });
});
