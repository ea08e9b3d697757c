// What a reader of a FIFO is told, and what is kept while nobody reads.
import { expect } from "chai";
import { type FifoQueue, WAITING_LIMIT, enqueueLine, priorityLine, stateLine } from "../../src/notify/fifo.js";
import { groupSubject, instanceSubject } from "../../src/notify/params.js";

const A = instanceSubject("A");

describe("lines of a FIFO", () => {
  it("are keepalived's", () => {
    expect(stateLine(A, "MASTER", 105).text).to.equal('INSTANCE "A" MASTER 105\n');
    expect(stateLine(A, "MASTER_RX_LOWER_PRI", 105).text).to.equal('INSTANCE "A" MASTER_RX_LOWER_PRI 105\n');
    expect(stateLine(groupSubject("G 1"), "FAULT", 0).text).to.equal('GROUP "G 1" FAULT 0\n');
    expect(priorityLine(A, "BACKUP", 95).text).to.equal('INSTANCE "A" BACKUP_PRIORITY 95\n');
  });

  it("wait in their order as long as there are few", () => {
    let queue: FifoQueue = [];
    for (const state of ["BACKUP", "MASTER", "BACKUP"] as const)
      queue = enqueueLine(queue, stateLine(A, state, 1)).queue;
    expect(queue.map(({ text }) => text.split(" ")[2])).to.deep.equal(["BACKUP", "MASTER", "BACKUP"]);
  });

  it("lose older states of the same subject when there are many, and never the latest of anybody", () => {
    let queue: FifoQueue = [];
    let overtaken = 0;
    const add = (line: ReturnType<typeof stateLine>): void => {
      const next = enqueueLine(queue, line);
      queue = next.queue;
      overtaken += next.overtaken;
    };
    add(stateLine(groupSubject("A"), "FAULT", 0));
    add(stateLine(A, "FAULT", 3));
    add(priorityLine(A, "BACKUP", 3));
    for (let i = 0; i < 3 * WAITING_LIMIT; i++) add(stateLine(instanceSubject(`B${i % 5}`), "MASTER", i));
    add(stateLine(A, "MASTER_RX_LOWER_PRI", 3));
    expect(queue.length).to.be.at.most(WAITING_LIMIT);
    expect(queue.length + overtaken).to.equal(3 * WAITING_LIMIT + 4);
    const texts = queue.map(({ text }) => text);
    expect(texts).to.include('GROUP "A" FAULT 0\n');
    expect(texts).to.include('INSTANCE "A" FAULT 3\n');
    expect(texts).to.include('INSTANCE "A" BACKUP_PRIORITY 3\n');
    for (let i = 0; i < 5; i++) {
      const last = Array.from({ length: 3 * WAITING_LIMIT }, (_, n) => n).findLast((n) => n % 5 === i);
      expect(texts).to.include(`INSTANCE "B${i}" MASTER ${String(last)}\n`);
    }
  });

  it("are all kept when each is about somebody else", () => {
    let queue: FifoQueue = [];
    for (let i = 0; i < 2 * WAITING_LIMIT; i++)
      queue = enqueueLine(queue, stateLine(instanceSubject(`I${i}`), "STOP", 1)).queue;
    expect(queue).to.have.length(2 * WAITING_LIMIT);
  });
});
