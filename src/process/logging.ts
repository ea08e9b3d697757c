// The log of the daemon: console as keepalived has it (-l), syslog, and a file; as text or as lines of JSON. winston
// spreads and formats the lines; where they go is written without ever waiting (host/console, host/syslog), because a
// reader that hangs must not hold up the supervisor.
//
// Only the supervisor loads this file, and winston with it.
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import { createLogger } from "winston";
import { openConsole, openLogFile, type LineWriter } from "../host/console.js";
import { openSyslog, SYSLOG_SOCKET } from "../host/syslog.js";
import { describeSystemError, isSystemError, type SystemError } from "../host/system-error.js";
import { describeEvent, eventLevel, type EventLevel } from "../status/event-text.js";
import type { StatusEvent } from "../status/rpc.js";
import type { Complaint } from "../vrrp/effects.js";
import { jsonLine, lineOf, textLine, type LogFields, type LogLine } from "./log-format.js";
import type { Options } from "./options.js";
import { createRepeatFilter } from "./repeat-filter.js";
import type { Settings } from "./settings.js";

export type { LogFields } from "./log-format.js";

export interface Logger {
  debug(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  error(text: string, fields?: LogFields): void;
  /**
   * What the status socket also tells: worded and levelled, complaints said once and then counted. Events of children and
   * reloads make no line: the supervisor says those itself.
   */
  event(event: StatusEvent): void;
  /** Writes what is queued, for at most half a second. */
  close(): Promise<void>;
}

export type LogOptions = Pick<Options, "logConsole" | "logDetail" | "logFacility" | "syslog" | "logFile"> & {
  /** Behind the names of the programs, where several daemons run. */
  readonly identSuffix?: string;
};

/** Where lines go by default; tests have places of their own. */
export interface LogPlaces {
  readonly consoleDescriptor: number;
  readonly syslogSocket: string;
}

const usualPlaces: LogPlaces = { consoleDescriptor: 2, syslogSocket: SYSLOG_SOCKET };

/** Programs as syslog shows them: keepalived's names, so that filters for them go on working. */
const IDENT = "Keepalived";
const VRRP_IDENT = "Keepalived_vrrp";
const BFD_IDENT = "Keepalived_bfd";

const REPEAT_PERIOD_MILLISECONDS = 60_000;
const PATIENCE_AT_CLOSE_MILLISECONDS = 500;

/** Opens every place that `options` and the settings ask for. What cannot be written is said in the others. */
export function openLog(options: LogOptions, settings: Settings["log"], places = usualPlaces): Logger {
  const lines = createLogger({
    level: options.logDetail > 0 ? "debug" : settings.level,
    levels: { error: 0, warn: 1, info: 2, debug: 3 } satisfies Record<EventLevel, number>,
  });
  const { identSuffix = "" } = options;
  let closed = false;
  const write = (level: EventLevel, message: string, fields: LogFields = {}, ident = IDENT): void => {
    if (closed || !lines.isLevelEnabled(level)) return;
    lines.log({ level, message, ident: ident + identSuffix, time: new Date(), fields });
  };

  const layout = settings.format === "json" ? jsonLine : textLine;
  const sinks: Writable[] = [];
  const writers: LineWriter[] = [];
  const addSink = (sink: Writable): void => {
    sinks.push(sink);
    lines.pipe(sink);
  };
  const addWriter = (writer: LineWriter): void => {
    writers.push(writer);
    addSink(lineSink((line) => writer.write(layout(line))));
  };

  if (options.logConsole || settings.console) addWriter(openConsole(places.consoleDescriptor));
  for (const file of new Set([settings.file, options.logFile])) {
    if (file === undefined) continue;
    const onTrouble = (why: string): void => write("error", `The log file ${file} loses lines: ${why}`, { file });
    addWriter(openLogFile(file, { onTrouble }));
  }
  if (options.syslog) {
    const onTrouble = (error: SystemError): void => {
      // Somebody has to hear of it, and nobody does where syslog is the only place.
      const isOnlyPlace = writers.length === 0;
      if (isOnlyPlace) addWriter(openConsole(places.consoleDescriptor));
      const why = `syslog (${places.syslogSocket}) takes no lines, ${describeSystemError(error)}`;
      // No syslog daemon at all is usual in containers, and no news to somebody who reads the log elsewhere.
      const isAbsent = error.code === "ENOENT";
      write(
        isAbsent && !isOnlyPlace ? "debug" : "warn",
        `${why}; start a syslog daemon, or log to the console (-l) and leave syslog out (-G)`,
      );
    };
    const { syslogSocket: path } = places;
    const syslog = openSyslog({ facility: options.logFacility, pid: process.pid, path, onTrouble });
    if (isSystemError(syslog)) onTrouble(syslog);
    else
      addSink(
        lineSink(({ level: severity, ident, message: text, time }) => syslog.send({ severity, ident, text, time })),
      );
  }
  lines.silent = sinks.length === 0;

  const repeats = createRepeatFilter(REPEAT_PERIOD_MILLISECONDS);
  return {
    debug: (text, fields) => write("debug", text, fields),
    info: (text, fields) => write("info", text, fields),
    warn: (text, fields) => write("warn", text, fields),
    error: (text, fields) => write("error", text, fields),
    event: (event) => {
      const level = eventLevel(event);
      if (level === undefined) return;
      const say = (count: string): void => write(level, describeEvent(event) + count, { ...event }, identOf(event));
      if (event.kind === "complaint") repeats.say(complaintKey(event.about, event.instance), say);
      else say("");
    },
    close: async () => {
      repeats.close();
      closed = true;
      lines.end();
      await Promise.all(sinks.map((sink) => finished(sink)));
      await Promise.all(writers.map((writer) => writer.flush(PATIENCE_AT_CLOSE_MILLISECONDS)));
    },
  };
}

const lineSink = (take: (line: LogLine) => void): Writable =>
  new Writable({
    objectMode: true,
    write: (info: Record<string, unknown>, _encoding, done) => {
      take(lineOf(info));
      done();
    },
  });

const identOf = ({ kind }: StatusEvent): string =>
  kind === "bfd" || kind === "bfdAbandoned" || kind === "bfdComplaint" ? BFD_IDENT : VRRP_IDENT;

/** What counts as the same complaint. Not who is complained of: a forged sender must not make every packet news. */
function complaintKey(about: Complaint, instance = ""): string {
  switch (about.kind) {
    case "rejected":
      return `${instance} ${about.kind} ${about.reason}`;
    case "addressesRestored":
    case "routingRestored":
    case "strangersRemoved":
    case "fight":
    case "filterRefused":
    case "refused":
      return `${instance} ${about.kind} ${about.detail}`;
    case "duplicateAddress":
      return `${instance} ${about.kind} ${about.address}`;
    case "addressListMismatch":
    case "checksumMismatch":
    case "intervalMismatch":
    case "sameAddressSamePriority":
    case "twoAddressOwners":
      return `${instance} ${about.kind}`;
  }
}
