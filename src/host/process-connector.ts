// News of processes that begin, change their name and end: the process connector (linux/cn_proc.h), over netlink.
//
// It exists in the network namespace of the machine alone. A daemon in another one opens its socket there, and works
// wherever it is.
import { closeSync, constants as fileConstants, openSync } from "node:fs";
import { constants } from "node:os";
import {
  CLONE_NEWNET,
  type FilterInstruction,
  type SystemError,
  allocateFixed,
  filterSocket,
  setns,
  watchReadable,
} from "../native/index.js";
import { type KernelTransport, openNetlinkTransport } from "./netlink-transport.js";
import { attempt, isSystemError } from "./system-error.js";

export interface ProcessNews {
  /** Began, or is called something else: its names are worth a look. */
  readonly kind: "changed" | "ended";
  readonly pid: number;
}

export interface ProcessListener {
  news(news: ProcessNews): void;
  /** Some were lost: everything is to be looked at again. */
  lost(): void;
  failed(error: SystemError): void;
}

const NETLINK_CONNECTOR = 11;
/** CN_IDX_PROC, which is the multicast group as well, and CN_VAL_PROC */
const PROCESSES = 1;
const PROC_CN_MCAST_LISTEN = 1;
/** struct nlmsghdr, struct cn_msg, and where struct proc_event has what, machine order */
const CN_MSG = 16;
const CN_MSG_LENGTH = 20;
const EVENT = CN_MSG + CN_MSG_LENGTH;
const EVENT_PID = EVENT + 16;
const EVENT_TGID = EVENT + 20;
const FORK_CHILD_PID = EVENT + 24;
const FORK_CHILD_TGID = EVENT + 28;
const LEAST_LENGTH = EVENT + 32;
const NLMSG_DONE = 3;

/** `what` of struct proc_event; of those not named here the filter lets nothing through. */
const PROC_EVENT_FORK = 0x1;
const PROC_EVENT_EXEC = 0x2;
const PROC_EVENT_COMM = 0x200;
const PROC_EVENT_EXIT = 0x8000_0000;

const RECEIVE_BUFFER_BYTES = 4_194_304;
/** So many are taken before anything else in the process has its turn. */
const NEWS_PER_TURN = 1_000;

// Classic BPF: words are loaded in network order.
const LOAD_WORD = 0x20;
const LOAD_X = 0x07;
const JUMP_IF_EQUAL = 0x15;
const JUMP_IF_EQUAL_X = 0x1d;
const RETURN = 0x06;
const WHOLE_MESSAGE = 0xffff_ffff;

const instruction = (code: number, operand: number, jumpTrue = 0, jumpFalse = 0): FilterInstruction => ({
  code,
  operand,
  jumpTrue,
  jumpFalse,
});

const swapped = (value: number): number =>
  (((value & 0xff) << 24) | ((value & 0xff00) << 8) | ((value >>> 8) & 0xff00) | (value >>> 24)) >>> 0;

/** Processes only, not their threads: there a pid equals its group's. Forks, execs, names and exits only. */
const program: readonly FilterInstruction[] = [
  instruction(LOAD_WORD, EVENT),
  instruction(JUMP_IF_EQUAL, swapped(PROC_EVENT_FORK), 4, 0),
  instruction(JUMP_IF_EQUAL, swapped(PROC_EVENT_EXEC), 7, 0),
  instruction(JUMP_IF_EQUAL, swapped(PROC_EVENT_COMM), 6, 0),
  instruction(JUMP_IF_EQUAL, swapped(PROC_EVENT_EXIT), 5, 0),
  instruction(RETURN, 0),
  instruction(LOAD_WORD, FORK_CHILD_PID),
  instruction(LOAD_X, 0),
  instruction(LOAD_WORD, FORK_CHILD_TGID),
  instruction(JUMP_IF_EQUAL_X, 0, 4, 5),
  instruction(LOAD_WORD, EVENT_PID),
  instruction(LOAD_X, 0),
  instruction(LOAD_WORD, EVENT_TGID),
  instruction(JUMP_IF_EQUAL_X, 0, 0, 1),
  instruction(RETURN, WHOLE_MESSAGE),
  instruction(RETURN, 0),
];

/**
 * Listens for the rest of the process. Needs CAP_NET_ADMIN, and outside the machine's network namespace the right to enter
 * that (CAP_SYS_ADMIN, CAP_SYS_PTRACE).
 */
export function listenToProcesses(listener: ProcessListener): SystemError | undefined {
  const here = openListening();
  const transport = isSystemError(here) ? inMachineNamespace(openListening) : here;
  if (isSystemError(transport)) return transport;
  return watchReadable(transport.fd, () => {
    receive(transport, listener);
  });
}

function openListening(): KernelTransport | SystemError {
  const transport = openNetlinkTransport({
    protocol: NETLINK_CONNECTOR,
    groups: [PROCESSES],
    receiveBufferBytes: RECEIVE_BUFFER_BYTES,
  });
  if (isSystemError(transport)) return transport;
  for (const prepare of [() => filterSocket(transport.fd, program), () => transport.send(listenRequest())]) {
    const outcome = prepare();
    if (typeof outcome !== "number") {
      transport.close();
      return outcome;
    }
  }
  return transport;
}

/** Opens something in the network namespace of process 1, and comes back. */
function inMachineNamespace<T>(open: () => T | SystemError): T | SystemError {
  const own = attempt(() => openSync("/proc/self/ns/net", fileConstants.O_RDONLY));
  if (isSystemError(own)) return own;
  const machine = attempt(() => openSync("/proc/1/ns/net", fileConstants.O_RDONLY));
  if (isSystemError(machine)) {
    closeSync(own);
    return machine;
  }
  const entered = setns(machine, CLONE_NEWNET);
  const opened = isSystemError(entered) ? entered : open();
  const returned = isSystemError(entered) ? 0 : setns(own, CLONE_NEWNET);
  closeSync(machine);
  closeSync(own);
  return isSystemError(returned) ? returned : opened;
}

function listenRequest(): Buffer {
  const request = allocateFixed(EVENT + 4);
  request.writeUInt32LE(request.length, 0);
  request.writeUInt16LE(NLMSG_DONE, 4);
  request.writeUInt32LE(PROCESSES, CN_MSG);
  request.writeUInt32LE(PROCESSES, CN_MSG + 4);
  request.writeUInt16LE(4, CN_MSG + 16);
  request.writeUInt32LE(PROC_CN_MCAST_LISTEN, EVENT);
  return request;
}

const incoming = allocateFixed(4_096);

function receive(transport: KernelTransport, listener: ProcessListener): void {
  const { EAGAIN, EINTR, ENOBUFS } = constants.errno;
  for (let taken = 0; taken < NEWS_PER_TURN; taken++) {
    const length = transport.receive(incoming);
    if (typeof length === "number") {
      const news = readNews(incoming, length);
      if (news !== undefined) listener.news(news);
    } else if (length.errno === EAGAIN) return;
    else if (length.errno === ENOBUFS) listener.lost();
    else if (length.errno !== EINTR) {
      listener.failed(length);
      return;
    }
  }
}

/** Undefined: nothing that is asked for. */
export function readNews(message: Buffer, length: number): ProcessNews | undefined {
  if (length < LEAST_LENGTH || length > message.length) return undefined;
  switch (message.readUInt32LE(EVENT)) {
    case PROC_EVENT_FORK:
      return { kind: "changed", pid: message.readUInt32LE(FORK_CHILD_TGID) };
    case PROC_EVENT_EXEC:
    case PROC_EVENT_COMM:
      return { kind: "changed", pid: message.readUInt32LE(EVENT_TGID) };
    case PROC_EVENT_EXIT:
      return { kind: "ended", pid: message.readUInt32LE(EVENT_TGID) };
    default:
      return undefined;
  }
}
