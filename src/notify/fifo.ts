// What is written to a notify FIFO: keepalived's lines (keepalived.conf(5), notify_fifo), and the queue before a pipe whose
// reader is away or slow.
import type { HookState } from "./notification.js";
import { type Subject, subjectKey } from "./params.js";

export interface FifoLine {
  /** A later line of the same topic says all that is still worth knowing. */
  readonly topic: string;
  readonly text: string;
}

export const stateLine = (subject: Subject, state: HookState, priority: number): FifoLine => ({
  // MASTER_RX_LOWER_PRI is no state: it must not take the place of one.
  topic: state === "MASTER_RX_LOWER_PRI" ? `${subjectKey(subject)} ${state}` : subjectKey(subject),
  text: `${subject.kind} "${subject.name}" ${state} ${priority}\n`,
});

/** With `notify_priority_changes`: the priority of an instance has changed while it stays what it is. */
export const priorityLine = (subject: Subject, role: "MASTER" | "BACKUP", priority: number): FifoLine => ({
  topic: `${subjectKey(subject)} priority`,
  text: `${subject.kind} "${subject.name}" ${role}_PRIORITY ${priority}\n`,
});

/** Lines that wait behind a full pipe, oldest first. */
export type FifoQueue = readonly FifoLine[];

/** So many lines are kept whatever they say; beyond, only the last one of each topic. */
export const WAITING_LIMIT = 256;

/** Nothing that a reader needs to know the present state is ever lost; `overtaken` older lines are. */
export function enqueueLine(
  queue: FifoQueue,
  line: FifoLine,
): { readonly queue: FifoQueue; readonly overtaken: number } {
  const longer = [...queue, line];
  if (longer.length <= WAITING_LIMIT) return { queue: longer, overtaken: 0 };
  const lastOf = new Map(longer.map(({ topic }, index) => [topic, index]));
  const latest = longer.filter(({ topic }, index) => lastOf.get(topic) === index);
  return { queue: latest, overtaken: longer.length - latest.length };
}
