// Counts the processes of vrrp_track_process blocks, in the supervisor: the kernel tells who begins and ends, names are
// read from /proc, and each block is a small machine that judges the count.
import type { Instant } from "../base/time.js";
import { type ProcessListener, type ProcessNews } from "../host/process-connector.js";
import type { ProcessDescription } from "../host/process-list.js";
import { type SystemError, describeSystemError } from "../host/system-error.js";
import type { ProcessParams } from "../track/params.js";
import { isTracked, needsCommandLine } from "../track/process-match.js";
import { processMachine, trackProcess } from "../track/process.js";
import { type Running, drive } from "./drive.js";
import type { Logger } from "./logging.js";
import { createWakeTimer } from "./wake-timer.js";

export interface ProcessVerdict {
  readonly process: string;
  readonly up: boolean;
  /** In words: "2 processes run". */
  readonly detail: string;
}

export interface TrackProcesses {
  /** At start and at every reload: what looks for the same processes keeps its verdict. */
  configure(processes: readonly ProcessParams[]): void;
  /** Every verdict known so far. */
  current(): readonly ProcessVerdict[];
  stop(): void;
}

export interface TrackProcessesOptions {
  readonly now: () => Instant;
  readonly listen: (listener: ProcessListener) => SystemError | undefined;
  readonly list: () => Promise<readonly number[]>;
  readonly describe: (pid: number, withCommandLine: boolean) => Promise<ProcessDescription | undefined>;
  readonly onVerdict: (verdict: ProcessVerdict) => void;
  readonly log: Logger;
}

/** So many processes are looked at at once: each holds a thread of libuv's pool for a moment. */
const READERS = 2;
/** Between two looks at all processes, in milliseconds: where news are lost, and where there are none. */
const SCAN_PAUSE = 1_000;

type Tracked = Running<ReturnType<typeof trackProcess>, Parameters<typeof processMachine.step>[1]>;

interface Tracker {
  readonly machine: Tracked;
  readonly pids: Set<number>;
  /** False until all processes have been looked at for it. */
  counted: boolean;
}

export function createTrackProcesses(options: TrackProcessesOptions): TrackProcesses {
  const { now, listen, list, describe, onVerdict, log } = options;
  const trackers = new Map<string, Tracker>();
  /** Whose names are to be read, and whose are being read: false when what is read is out of date already. */
  const unread = new Set<number>();
  const reading = new Map<number, boolean>();
  let isListening = false;
  let polls = false;
  let scan: "none" | "listing" | "reading" = "none";
  let scanAgain = false;
  let pause: NodeJS.Timeout | undefined;

  const count = ({ machine, pids, counted }: Tracker): void => {
    if (counted && machine.state.count !== pids.size) machine.deliver({ kind: "counted", count: pids.size });
  };

  const forget = (pid: number): void => {
    unread.delete(pid);
    if (reading.has(pid)) reading.set(pid, false);
    for (const tracker of trackers.values()) if (tracker.pids.delete(pid)) count(tracker);
  };

  const judge = (pid: number, names: ProcessDescription | undefined): void => {
    for (const tracker of trackers.values()) {
      if (names !== undefined && isTracked(tracker.machine.state.params, names)) tracker.pids.add(pid);
      else tracker.pids.delete(pid);
      count(tracker);
    }
  };

  const look = (pid: number): void => {
    unread.add(pid);
    read();
  };

  const read = (): void => {
    for (const pid of unread) {
      if (reading.size >= READERS) return;
      if (reading.has(pid)) continue;
      unread.delete(pid);
      reading.set(pid, true);
      const withCommandLine = [...trackers.values()].some(({ machine }) => needsCommandLine(machine.state.params));
      void describe(pid, withCommandLine).then((names) => {
        const isFresh = reading.get(pid) === true;
        reading.delete(pid);
        if (isFresh) judge(pid, names);
        read();
      });
    }
    if (unread.size === 0 && reading.size === 0 && scan === "reading") scanned();
  };

  const startScan = (): void => {
    if (scan !== "none" || pause !== undefined) {
      scanAgain = true;
      return;
    }
    scan = "listing";
    scanAgain = false;
    list().then(
      (pids) => {
        const there = new Set(pids);
        for (const tracker of trackers.values()) {
          for (const pid of tracker.pids) if (!there.has(pid)) forget(pid);
        }
        for (const pid of pids) unread.add(pid);
        scan = "reading";
        read();
      },
      (error: unknown) => {
        const why = error instanceof Error ? error.message : String(error);
        log.error(`cannot list the processes for vrrp_track_process: ${why}; it is tried again`);
        scan = "none";
        scanAgain = true;
        rest();
      },
    );
  };

  const scanned = (): void => {
    scan = "none";
    if (!scanAgain) {
      for (const tracker of trackers.values()) {
        tracker.counted = true;
        count(tracker);
      }
    }
    if (scanAgain || polls) rest();
  };

  const rest = (): void => {
    pause = setTimeout(() => {
      pause = undefined;
      if (trackers.size > 0) startScan();
    }, SCAN_PAUSE);
    pause.unref();
  };

  const poll = (error: SystemError): void => {
    polls = true;
    log.warn(
      `the kernel tells nothing of processes (${describeSystemError(error)}): those of vrrp_track_process are looked for once a second`,
    );
    startScan();
  };

  const hear = ({ kind, pid }: ProcessNews): void => {
    if (trackers.size === 0) return;
    if (kind === "ended") forget(pid);
    else {
      if (reading.has(pid)) reading.set(pid, false);
      look(pid);
    }
  };

  const begin = (): void => {
    isListening = true;
    const refused = listen({ news: hear, lost: startScan, failed: poll });
    if (refused === undefined) startScan();
    else poll(refused);
  };

  const create = (params: ProcessParams): Tracker => {
    const timer = createWakeTimer(now, () => {
      machine.deliver({ kind: "timeout" });
    });
    const machine: Tracked = drive(processMachine, trackProcess(params), {
      now,
      wakeAt: timer.wakeAt,
      perform: (effects) => {
        for (const { up, count: running } of effects) onVerdict(verdictOf(params.name, up, running));
      },
    });
    return { machine, pids: new Set(), counted: false };
  };

  return {
    configure: (wanted) => {
      const before = new Map(trackers);
      trackers.clear();
      let isNew = false;
      for (const params of wanted) {
        const known = before.get(params.name);
        const keeps = known !== undefined && looksForTheSame(known.machine.state.params, params);
        const tracker = keeps ? known : create(params);
        trackers.set(params.name, tracker);
        before.delete(params.name);
        if (keeps) tracker.machine.deliver({ kind: "paramsReplaced", params });
        else isNew = true;
      }
      if (!isNew) return;
      if (isListening) startScan();
      else begin();
    },
    current: () =>
      [...trackers].flatMap(([name, { machine }]) => {
        const { up, count: running } = machine.state;
        return up === undefined ? [] : [verdictOf(name, up, running ?? 0)];
      }),
    stop: () => {
      trackers.clear();
      clearTimeout(pause);
    },
  };
}

const verdictOf = (process: string, up: boolean, running: number): ProcessVerdict => ({
  process,
  up,
  detail: running === 1 ? "1 process runs" : `${running === 0 ? "no" : String(running)} processes run`,
});

const looksForTheSame = (a: ProcessParams, b: ProcessParams): boolean =>
  a.match === b.match && a.fullCommand === b.fullCommand && JSON.stringify(a.command) === JSON.stringify(b.command);
