// The ring keeps the newest events under numbers without a gap.
import { expect } from "chai";
import fc from "fast-check";
import { instant } from "../../src/base/time.js";
import { EventRing } from "../../src/status/event-ring.js";

const add = (ring: EventRing, detail: string): void => {
  ring.add({ kind: "reload", ok: true, detail }, instant(1), "");
};

describe("event ring", () => {
  it("is empty at first", () => {
    const ring = new EventRing(3);
    expect([ring.oldest, ring.last]).to.deep.equal([1, 0]);
    expect(ring.get(0)).to.equal(undefined);
    expect(ring.get(1)).to.equal(undefined);
  });

  it("holds the last ones, each under its number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 40 }), (capacity, count) => {
        const ring = new EventRing(capacity);
        for (let i = 1; i <= count; i++) add(ring, `event ${i}`);
        expect(ring.last).to.equal(count);
        expect(ring.oldest).to.equal(Math.max(1, count - capacity + 1));
        for (let i = 0; i <= count + 1; i++) {
          const event = ring.get(i);
          if (i < ring.oldest || i > count) expect(event).to.equal(undefined);
          else expect(event).to.include({ sequence: i, detail: `event ${i}` });
        }
      }),
    );
  });

  it("tells its listeners", () => {
    const ring = new EventRing(2);
    let calls = 0;
    ring.onAdded(() => (calls += 1));
    add(ring, "a");
    expect(calls).to.equal(1);
  });
});
