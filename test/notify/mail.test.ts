// Mail alerts: keepalived's words, and a queue that outlives its server.
import { expect } from "chai";
import { type Instant, instant, seconds } from "../../src/base/time.js";
import { type Mail, alertMail } from "../../src/notify/mail.js";
import {
  MAIL_LIMIT,
  type MailEffect,
  type MailEvent,
  type MailQueue,
  mailMachine,
  noMail,
} from "../../src/notify/mail-queue.js";
import { type MailParams, groupSubject, instanceSubject } from "../../src/notify/params.js";

const params: MailParams = {
  routerId: "node1",
  server: { host: "mail", port: 25 },
  timeout: seconds(30),
  from: "vipd@node1",
  to: ["ops@example.org"],
  withoutFaults: false,
};

describe("mail alerts", () => {
  it("are keepalived's, of an instance", () => {
    const of = (state: Parameters<typeof alertMail>[1]): readonly (string | undefined)[] => {
      const mail = alertMail(instanceSubject("VI_1"), state, params);
      return [mail?.subject, mail?.text];
    };
    expect(of("MASTER")).to.deep.equal([
      "[node1] VRRP Instance VI_1 - Entering MASTER state",
      "=> VRRP Instance is now owning VRRP VIPs <=",
    ]);
    expect(of("BACKUP")).to.deep.equal([
      "[node1] VRRP Instance VI_1 - Entering BACKUP state",
      "=> VRRP Instance is no longer owning VRRP VIPs <=",
    ]);
    expect(of("STOP")).to.deep.equal(["[node1] VRRP Instance VI_1 - Stopping", "=> VRRP Instance stopping <="]);
    expect(of("DELETED")).to.deep.equal(["[node1] VRRP Instance VI_1 - Deleted", "=> VRRP Deleted at reload <="]);
    expect(of("MASTER_RX_LOWER_PRI")).to.deep.equal([undefined, undefined]);
  });

  it("are keepalived's, of a group, and none on a fault with no_email_faults", () => {
    expect(alertMail(groupSubject("G"), "FAULT", params)).to.deep.include({
      subject: "[node1] VRRP Group G - Entering FAULT state",
      text: "=> All VRRP group instances are now in FAULT state <=",
    });
    expect(alertMail(groupSubject("G"), "FAULT", { ...params, withoutFaults: true })).to.equal(undefined);
    expect(alertMail(groupSubject("G"), "MASTER", { ...params, withoutFaults: true })).to.not.equal(undefined);
  });
});

class Bench {
  queue: MailQueue = noMail;
  now: Instant = instant(1_000_000);

  give(event: MailEvent): readonly string[] {
    const { state, effects } = mailMachine.step(this.queue, event, this.now);
    this.queue = state;
    return effects.map((effect: MailEffect) =>
      "mail" in effect ? `${effect.kind} ${effect.mail.subject}` : effect.kind,
    );
  }
  mail(subject: string, topic = subject): readonly string[] {
    const mail: Mail = { topic, subject, text: "" };
    return this.give({ kind: "mail", mail });
  }
  /** To the deadline, and what is done then. */
  wait(): readonly string[] {
    const due = mailMachine.nextDue(this.queue);
    if (due === undefined) throw new Error("nothing is due");
    this.now = due;
    return this.give({ kind: "timeout" });
  }
}

const failed: MailEvent = { kind: "failed", why: "no route", permanent: false };

describe("the queue of mail alerts", () => {
  it("sends one after the other", () => {
    const bench = new Bench();
    expect(bench.mail("a")).to.deep.equal(["send a"]);
    expect(bench.mail("b")).to.deep.equal([]);
    expect(bench.give({ kind: "sent" })).to.deep.equal(["send b"]);
    expect(bench.give({ kind: "sent" })).to.deep.equal([]);
    expect(mailMachine.nextDue(bench.queue)).to.equal(undefined);
  });

  it("tries again after 10 s, 20 s and so on up to ten minutes, and says so once", () => {
    const bench = new Bench();
    bench.mail("a");
    expect(bench.give(failed)).to.deep.equal(["delayed a"]);
    const waits: number[] = [];
    for (let i = 0; i < 9; i++) {
      const before = bench.now;
      expect(bench.wait()).to.deep.equal(["send a"]);
      waits.push((bench.now - before) / 1_000_000);
      expect(bench.give(failed)).to.deep.equal([]);
    }
    expect(waits).to.deep.equal([10, 20, 40, 80, 160, 320, 600, 600, 600]);
    expect(bench.mail("b")).to.deep.equal([]);
    expect(bench.wait()).to.deep.equal(["send a"]);
    expect(bench.give({ kind: "sent" })).to.deep.equal(["send b"]);
    expect(bench.give(failed)).to.deep.equal(["delayed b"]);
  });

  it("gives up a mail that the server refuses for good, and goes on with the next", () => {
    const bench = new Bench();
    bench.mail("a");
    bench.mail("b");
    expect(bench.give({ kind: "failed", why: "550 no such user", permanent: true })).to.deep.equal([
      "dropped a",
      "send b",
    ]);
  });

  it("keeps the latest mail of every topic when a flapping instance fills it, and never the one under way", () => {
    const bench = new Bench();
    bench.mail("first", "VI_1");
    for (let i = 1; i < MAIL_LIMIT; i++) bench.mail(`flap ${i}`, i % 2 === 0 ? "VI_1" : "VI_2");
    expect(bench.mail("last", "VI_3")).to.deep.equal(["dropped flap 1"]);
    expect(bench.queue.waiting).to.have.length(MAIL_LIMIT);
    expect(bench.queue.waiting[0]?.subject).to.equal("first");
    expect(bench.queue.waiting.at(-1)?.subject).to.equal("last");
  });

  it("is bounded even when every mail is about somebody else", () => {
    const bench = new Bench();
    for (let i = 0; i < 3 * MAIL_LIMIT; i++) bench.mail(`m${i}`);
    expect(bench.queue.waiting).to.have.length(MAIL_LIMIT);
    expect(bench.queue.waiting[0]?.subject).to.equal("m0");
    expect(bench.queue.waiting.at(-1)?.subject).to.equal(`m${3 * MAIL_LIMIT - 1}`);
  });

  it("tries everything once more at the end, without waiting", () => {
    const bench = new Bench();
    bench.mail("a");
    bench.mail("b");
    bench.give(failed);
    expect(bench.give({ kind: "finish" })).to.deep.equal(["send a"]);
    expect(bench.give({ kind: "sent" })).to.deep.equal(["send b"]);
    expect(bench.give(failed)).to.deep.equal(["dropped b", "finished"]);
    expect(new Bench().give({ kind: "finish" })).to.deep.equal(["finished"]);
  });
});
