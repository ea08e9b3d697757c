// A filter in the kernel for the socket that hears of changes: of routes only those of protocol keepalived. A router with
// a table of the whole Internet changes thousands of others a second, and none of them wakes the vrrp process.
import { type FilterInstruction, type SystemError, filterSocket } from "../native/index.js";
import { RTM_DELROUTE, RTM_NEWROUTE } from "../wire/netlink/rtnetlink.js";
import { PROTOCOL_KEEPALIVED } from "../wire/route.js";

// Classic BPF (linux/bpf_common.h) over a netlink message: its type at 4, rtm_protocol at 16 + 5.
const LOAD_HALF = 0x28;
const LOAD_BYTE = 0x30;
const JUMP_IF_EQUAL = 0x15;
const RETURN = 0x06;
const TYPE = 4;
const PROTOCOL = 21;
const WHOLE_MESSAGE = 0xffff_ffff;
const NOTHING = 0;

const instruction = (code: number, operand: number, jumpTrue = 0, jumpFalse = 0): FilterInstruction => ({
  code,
  operand,
  jumpTrue,
  jumpFalse,
});

/** BPF loads in network order what netlink has in the order of the machine, which is little-endian. */
const swapped = (value: number): number => ((value & 0xff) << 8) | (value >> 8);

const program: readonly FilterInstruction[] = [
  instruction(LOAD_HALF, TYPE),
  instruction(JUMP_IF_EQUAL, swapped(RTM_NEWROUTE), 1, 0),
  instruction(JUMP_IF_EQUAL, swapped(RTM_DELROUTE), 0, 2),
  instruction(LOAD_BYTE, PROTOCOL),
  instruction(JUMP_IF_EQUAL, PROTOCOL_KEEPALIVED, 0, 1),
  instruction(RETURN, WHOLE_MESSAGE),
  instruction(RETURN, NOTHING),
];

export const filterRoutes = (fd: number): number | SystemError => filterSocket(fd, program);
