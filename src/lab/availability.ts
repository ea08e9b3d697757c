// What the client has seen of the virtual IP: how many requests were answered, by whom, and the longest time without an
// answer. Pure: requests come in, in the order in which they were sent.

/** One request of the client. */
export interface Request {
  /** Monotonic milliseconds. */
  readonly sentAt: number;
  readonly doneAt: number;
  /** The node that answered; absent when nobody did in time. */
  readonly node?: string;
}

/** A time in which requests went unanswered, from the last answer before it to the first answer after it. */
export interface Outage {
  readonly endedAt: number;
  readonly milliseconds: number;
  readonly before: string;
  readonly after: string;
}

export interface Availability {
  readonly sent: number;
  readonly answered: number;
  /** The latest answer. */
  readonly last?: { readonly node: string; readonly at: number };
  /** Requests lost since the latest answer. */
  readonly losing: number;
  readonly outages: readonly Outage[];
  /** Who answered each of the latest requests, oldest first; undefined is a lost one. */
  readonly recent: readonly (string | undefined)[];
}

/** No screen is wider than this. */
const REMEMBERED = 500;

export const nothingAsked: Availability = { sent: 0, answered: 0, losing: 0, outages: [], recent: [] };

/** Takes one more request into account. What is lost before the first answer ever is the start, not an outage. */
export function record(so: Availability, request: Request): Availability {
  const { node, doneAt } = request;
  if (so.last === undefined && node === undefined) return so;
  const counted = { ...so, sent: so.sent + 1, recent: [...so.recent, node].slice(-REMEMBERED) };
  if (node === undefined) return { ...counted, losing: so.losing + 1 };
  const outage =
    so.last === undefined || so.losing === 0
      ? []
      : [{ endedAt: doneAt, milliseconds: doneAt - so.last.at, before: so.last.node, after: node }];
  return {
    ...counted,
    answered: so.answered + 1,
    last: { node, at: doneAt },
    losing: 0,
    outages: [...so.outages, ...outage],
  };
}

/** Milliseconds without an answer until `now`; undefined while the latest request was answered. */
export const silence = (so: Availability, now: number): number | undefined =>
  so.last === undefined || so.losing === 0 ? undefined : Math.max(0, now - so.last.at);

/** The longest time without an answer, one that still lasts included; 0 when there was none. */
export const longestOutage = (so: Availability, now: number): number =>
  Math.max(0, silence(so, now) ?? 0, ...so.outages.map((outage) => outage.milliseconds));

/** Share of requests that were answered, 0..1; undefined before the first. */
export const successRate = (so: Availability): number | undefined =>
  so.sent === 0 ? undefined : so.answered / so.sent;
