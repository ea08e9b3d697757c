// The queue of mail alerts as a machine: one mail at a time, in order, tried again with growing patience, and never more than a
// bounded number. A server that is away for a day costs nothing but the delay.
import type { Machine, Step } from "../base/machine.js";
import { type Instant, type Micros, after, micros, seconds } from "../base/time.js";
import type { Mail } from "./mail.js";

export interface MailQueue {
  /** Oldest first; the first one is under way while `sending`. */
  readonly waiting: readonly Mail[];
  readonly sending: boolean;
  /** After a failure: nothing is tried before. */
  readonly tryAgainAt?: Instant;
  /** Failures in a row. */
  readonly failures: number;
  readonly finishing: boolean;
}

export type MailEvent =
  | { readonly kind: "mail"; readonly mail: Mail }
  | { readonly kind: "sent" }
  /** `permanent`: the server will never take this one. */
  | { readonly kind: "failed"; readonly why: string; readonly permanent: boolean }
  | { readonly kind: "timeout" }
  /** The daemon stops: each mail is tried once more. */
  | { readonly kind: "finish" };

export type MailEffect =
  | { readonly kind: "send"; readonly mail: Mail }
  /** Said at the first failure of a row, and for a mail that is given up. */
  | { readonly kind: "delayed"; readonly mail: Mail; readonly why: string; readonly again: Micros }
  | { readonly kind: "dropped"; readonly mail: Mail; readonly why: string }
  | { readonly kind: "finished" };

type MailStep = Step<MailQueue, MailEffect>;

/** More mails than this wait only for more topics than this. */
export const MAIL_LIMIT = 64;
const FIRST_PATIENCE = seconds(10);
const LONGEST_PATIENCE = seconds(600);

export const noMail: MailQueue = { waiting: [], sending: false, failures: 0, finishing: false };

export const mailMachine: Machine<MailQueue, MailEvent, MailEffect> = {
  step: (queue, event, now) => {
    const handled = handle(queue, event, now);
    const next = sendNext(handled.state, now);
    return { state: next.state, effects: [...handled.effects, ...next.effects] };
  },
  nextDue: ({ tryAgainAt, waiting }) => (waiting.length === 0 ? undefined : tryAgainAt),
};

function handle(queue: MailQueue, event: MailEvent, now: Instant): MailStep {
  switch (event.kind) {
    case "mail":
      return add(queue, event.mail);
    case "sent": {
      const { tryAgainAt, ...rest } = queue;
      return { state: { ...rest, waiting: queue.waiting.slice(1), sending: false, failures: 0 }, effects: [] };
    }
    case "failed":
      return failed(queue, event.why, event.permanent, now);
    case "timeout":
      return { state: queue, effects: [] };
    case "finish":
      return { state: { ...queue, finishing: true, tryAgainAt: now }, effects: [] };
  }
}

/** Flapping while the server is away: of a topic only the latest is kept once the queue is long. */
function add(queue: MailQueue, mail: Mail): MailStep {
  const waiting = [...queue.waiting, mail];
  if (waiting.length <= MAIL_LIMIT) return { state: { ...queue, waiting }, effects: [] };
  const index = waiting.findIndex(
    ({ topic }, at) => !(at === 0 && queue.sending) && waiting.slice(at + 1).some((later) => later.topic === topic),
  );
  const dropped = waiting[index] ?? waiting[queue.sending ? 1 : 0];
  const kept = waiting.filter((one) => one !== dropped);
  const effects: MailEffect[] =
    dropped === undefined ? [] : [{ kind: "dropped", mail: dropped, why: "too many mails wait for the server" }];
  return { state: { ...queue, waiting: kept }, effects };
}

function failed(queue: MailQueue, why: string, permanent: boolean, now: Instant): MailStep {
  const [mail, ...others] = queue.waiting;
  if (mail === undefined) return { state: { ...queue, sending: false }, effects: [] };
  if (permanent || queue.finishing) {
    return {
      state: { ...queue, waiting: others, sending: false, failures: 0 },
      effects: [{ kind: "dropped", mail, why }],
    };
  }
  const again = micros(Math.min(LONGEST_PATIENCE, FIRST_PATIENCE * 2 ** queue.failures));
  return {
    state: { ...queue, sending: false, failures: queue.failures + 1, tryAgainAt: after(now, again) },
    effects: queue.failures === 0 ? [{ kind: "delayed", mail, why, again }] : [],
  };
}

function sendNext(queue: MailQueue, now: Instant): MailStep {
  const [mail] = queue.waiting;
  if (mail === undefined) {
    return queue.finishing ? { state: queue, effects: [{ kind: "finished" }] } : { state: queue, effects: [] };
  }
  if (queue.sending || (queue.tryAgainAt !== undefined && queue.tryAgainAt > now)) return { state: queue, effects: [] };
  return { state: { ...queue, sending: true }, effects: [{ kind: "send", mail }] };
}
