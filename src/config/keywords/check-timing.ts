// When checkers run: virtual servers, real servers and checkers have the same keywords, and hand them down in this order.
import * as arg from "../arguments.js";
import type { CheckTimingConf } from "../lvs-conf.js";
import { delay, period, UINT32_MAX } from "../lvs-arguments.js";
import { rowsFor, type Row } from "../table.js";
import type { Default } from "../takes.js";

/** One of the three, and what holds where it says nothing. */
export interface TimingLevel {
  readonly fewestRetries: 0 | 1;
  readonly delayLoop: Default;
  readonly retry: Default;
  readonly delayBeforeRetry: Default;
  readonly warmup: Default;
  readonly connectTimeout: Default;
  readonly virtualHost?: Default;
}

export const virtualServerTiming: TimingLevel = {
  fewestRetries: 1,
  delayLoop: "60",
  retry: { from: "the kind of checker" },
  delayBeforeRetry: { from: "the kind of checker" },
  warmup: { from: "delay_loop" },
  connectTimeout: "5",
};

const VIRTUAL_SERVER: Default = { from: "its virtual_server" };

export const realServerTiming: TimingLevel = {
  fewestRetries: 1,
  delayLoop: VIRTUAL_SERVER,
  retry: VIRTUAL_SERVER,
  delayBeforeRetry: VIRTUAL_SERVER,
  warmup: VIRTUAL_SERVER,
  connectTimeout: VIRTUAL_SERVER,
  virtualHost: VIRTUAL_SERVER,
};

const fromServer = (otherwise: string): Default => ({ from: `its real_server, ${otherwise} otherwise` });

/** What a kind of checker does when no server says it. */
export interface CheckerDefaults {
  readonly retry?: string;
  readonly delayBeforeRetry?: string;
}

export const checkerTiming = ({ retry = "1", delayBeforeRetry = "1" }: CheckerDefaults): TimingLevel => ({
  fewestRetries: 0,
  delayLoop: fromServer("60"),
  retry: fromServer(retry),
  delayBeforeRetry: fromServer(delayBeforeRetry),
  warmup: fromServer("delay_loop"),
  connectTimeout: fromServer("5"),
});

const { leaf } = rowsFor<CheckTimingConf>();

export const timingRows = (level: TimingLevel): readonly Row<CheckTimingConf>[] => [
  leaf("delay_loop", "delayLoop", period, { default: level.delayLoop, doc: "Seconds between two checks." }),
  leaf("retry", "retry", arg.integer(level.fewestRetries, UINT32_MAX), {
    default: level.retry,
    doc: "Further attempts before a check counts as failed.",
  }),
  leaf("delay_before_retry", "delayBeforeRetry", delay, {
    default: level.delayBeforeRetry,
    doc: "Seconds before a further attempt.",
  }),
  leaf("warmup", "warmup", delay, {
    default: level.warmup,
    doc: "Longest random delay of the first check, in seconds.",
  }),
];
