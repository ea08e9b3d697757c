// Blocks of what can be tracked besides scripts: files, processes and BFD sessions (RFC 5880).
import { micros, type Micros } from "../../base/time.js";
import * as arg from "../arguments.js";
import type { BfdConf, TrackFileConf, TrackProcessConf } from "../conf.js";
import { shellWords } from "../shell-words.js";
import { rowsFor, table, type Argument, type Table } from "../table.js";
import { trackWeight, trackWeightUpTo } from "../track-line.js";

const INT32_MAX = 2_147_483_647;
/** Milliseconds that fit 32 bits of microseconds. */
const MAX_MILLISECONDS = 4_294_967;

export const defaultTrackFile = (name: string): TrackFileConf => ({ name, weight: { weight: 1, reverse: false } });

/** `[VALUE] [overwrite]`, in either order. */
const initFile: Argument<{ readonly value: number; readonly overwrite: boolean }> = {
  grammar: "[VALUE] [overwrite]",
  arity: 0,
  parse(words, scope) {
    let value = 0;
    let overwrite = false;
    for (const word of words) {
      if (word.text === "overwrite") overwrite = true;
      else {
        const number = arg.readInteger(word, { min: -INT32_MAX - 1, max: INT32_MAX }, scope);
        if (number === undefined) return undefined;
        value = number;
        if (Math.abs(number) > 254) {
          scope.report.add("outOfRange", word, `${number} is more than a weight can mean`, "write -254..254");
        }
      }
    }
    return { value, overwrite };
  },
};

const file = rowsFor<TrackFileConf>();
const oneWord = { absence: "missingWord", once: true } as const;

export const trackFileBlock = (name: string): Table<TrackFileConf> =>
  table(name, [
    file.leaf("file", "path", arg.text, { ...oneWord, doc: "The file, whose text is a number." }),
    file.leaf("weight", "weight", trackWeightUpTo(254), {
      ...oneWord,
      default: "1",
      doc: "The number is multiplied by it.",
    }),
    file.leaf("init_file", "initFile", initFile, { doc: "Make the file at the start, with this number." }),
  ]);

export const defaultTrackProcess = (name: string): TrackProcessConf => ({
  name,
  weight: { weight: 0, reverse: false },
  quorum: 1,
  forkDelay: micros(0),
  terminateDelay: micros(0),
  fullCommand: false,
});

/** Split as scripts are, for the sake of quotes. */
const processCommand: Argument<readonly string[]> = {
  grammar: 'NAME or "PATH", and perhaps arguments',
  parse: (_words, _scope, { raw }) => shellWords(raw)?.slice(1),
};

/** `[initial|partial]`. */
const paramMatch: Argument<"exact" | "initial" | "partial"> = {
  grammar: "[initial|partial]",
  takes: { kind: "choice", words: ["initial", "partial"] },
  arity: 0,
  parse([word], { report }) {
    if (word === undefined) return "exact";
    if (word.text === "initial" || word.text === "partial") return word.text;
    report.add("invalidChoice", word, `'${word.text}' is not allowed here`, "write initial, partial or nothing");
    return undefined;
  },
};

const process = rowsFor<TrackProcessConf>();
const processDelay: Argument<Micros> = arg.time({ min: 0.000001, max: 3600, decimals: 6 });

export const trackProcessBlock: Table<TrackProcessConf> = table("vrrp_track_process", [
  process.leaf("process", "process", processCommand, { once: true, doc: "Name or path of the program." }),
  process.leaf("param_match", "paramMatch", paramMatch, { default: "exact", doc: "How its arguments are compared." }),
  process.leaf("weight", "weight", trackWeightUpTo(254), {
    ...oneWord,
    default: "0",
    doc: "Added to the priority while it runs.",
  }),
  process.leaf("quorum", "quorum", arg.integer(1, 65_535), {
    default: "1",
    doc: "Fewest processes that count as running.",
  }),
  process.leaf("quorum_max", "quorumMax", arg.integer(0, 65_535), { doc: "Most processes that count as running." }),
  {
    ...process.leaf("delay", "forkDelay", processDelay, { doc: "Sets fork_delay and terminate_delay." }),
    read(statement, into, scope) {
      const value = processDelay.parse(statement.args, scope, statement);
      if (value === undefined) return;
      into.conf.forkDelay = value;
      into.conf.terminateDelay = value;
    },
  },
  process.leaf("fork_delay", "forkDelay", processDelay, {
    default: "0",
    doc: "Seconds it has to run before it counts.",
  }),
  process.leaf("terminate_delay", "terminateDelay", processDelay, {
    default: "0",
    doc: "Seconds it may be gone before it counts.",
  }),
  process.leaf("full_command", "fullCommand", arg.bare, { doc: "Compare the whole command line." }),
]);

/** RFC 5880 §6.8.1; keepalived's own choice of intervals. */
export const defaultBfd = (name: string): BfdConf => ({
  name,
  minRx: micros(10_000),
  minTx: micros(10_000),
  idleTx: micros(1_000_000),
  multiplier: 5,
  passive: false,
  multihop: false,
  weight: { weight: 0, reverse: false },
  vrrp: false,
  checker: false,
});

/** Milliseconds with at most three decimals. */
const milliseconds = (min: number): Argument<Micros> => ({
  grammar: `milliseconds ${min}..${MAX_MILLISECONDS}`,
  takes: { kind: "number", min, max: MAX_MILLISECONDS, decimals: 3, unit: "ms" },
  parse([word], scope) {
    if (word === undefined) return undefined;
    const value = arg.readSeconds(word, { min, max: MAX_MILLISECONDS, decimals: 3, unit: "milliseconds" }, scope);
    return value === undefined ? undefined : micros(Math.round(value / 1000));
  },
});

const bfd = rowsFor<BfdConf>();
const neighbor = { doc: "Address of the neighbour." };

export const bfdBlock: Table<BfdConf> = table("bfd_instance", [
  bfd.leaf("neighbor_ip", "neighbor", arg.address, { ...neighbor, aliases: ["neighbour_ip"] }),
  bfd.leaf("source_ip", "source", arg.address, { default: { from: "the kernel" }, doc: "Our own address." }),
  bfd.leaf("min_rx", "minRx", milliseconds(1), { default: "10", doc: "Shortest interval we want to receive at." }),
  bfd.leaf("min_tx", "minTx", milliseconds(1), { default: "10", doc: "Shortest interval we want to send at." }),
  bfd.leaf("idle_tx", "idleTx", milliseconds(1000), { default: "1000", doc: "Interval while the session is not up." }),
  bfd.leaf("multiplier", "multiplier", arg.integer(1, 255), { default: "5", doc: "Packets that may be missing." }),
  bfd.leaf("passive", "passive", arg.bare, { doc: "The neighbour begins." }),
  bfd.leaf("ttl", "ttl", arg.integer(1, 255), {
    aliases: ["hoplimit"],
    default: { from: "the family: 255 for IPv4, 64 for IPv6" },
    doc: "TTL of our packets.",
  }),
  bfd.leaf("max_hops", "maxHops", arg.integer(-1, 255), {
    default: "0",
    doc: "Hops that packets may have come; -1: any.",
  }),
  bfd.leaf("multihop", "multihop", arg.optionalBoolean, { doc: "The neighbour is not on the link (RFC 5883)." }),
  bfd.leaf("weight", "weight", trackWeight, { default: "0", doc: "Added to the priority while the session is up." }),
  bfd.leaf("vrrp", "vrrp", arg.bare, { doc: "For instances only." }),
  bfd.leaf("checker", "checker", arg.bare, { doc: "For checkers only." }),
]);
