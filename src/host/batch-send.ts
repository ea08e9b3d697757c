// Sending a batch of messages without letting one that is refused stop the others.
import { isSystemError, MSG_DONTWAIT, sendmmsg, type MessageBatch, type SystemError } from "../native/index.js";

export interface SendReport {
  /** How many messages the kernel took. */
  readonly sent: number;
  /** The first refusal, if any. */
  readonly failure?: SystemError;
}

export const nothingSent: SendReport = { sent: 0 };

/** Sends messages 0 .. count - 1 of the batch. sendmmsg(2) stops before a message that is refused: it is left out. */
export function sendBatch(fd: number, batch: MessageBatch, count: number): SendReport {
  let sent = 0;
  let failure: SystemError | undefined;
  for (let next = 0; next < count;) {
    const taken = sendmmsg(fd, batch, next, count - next, MSG_DONTWAIT);
    if (isSystemError(taken)) {
      failure ??= taken;
      next += 1;
    } else {
      sent += taken;
      next += taken;
    }
  }
  return failure === undefined ? { sent } : { sent, failure };
}

export function addReports(a: SendReport, b: SendReport): SendReport {
  const sent = a.sent + b.sent;
  const failure = a.failure ?? b.failure;
  return failure === undefined ? { sent } : { sent, failure };
}
