// Programs of classic BPF, as seccomp(2) and SO_ATTACH_FILTER (socket(7)) take them.
import { addressOf, allocateFixed, type Memory } from "./library.js";

/** One instruction of a filter: struct sock_filter. */
export interface FilterInstruction {
  readonly code: number;
  readonly jumpTrue: number;
  readonly jumpFalse: number;
  readonly operand: number;
}

const SOCK_FILTER_LENGTH = 8;

/** A struct sock_fprog, and the instructions that it points to: both are kept until the call is over. */
export interface FilterProgram {
  readonly program: Memory;
  readonly instructions: Memory;
}

export function filterProgram(list: readonly FilterInstruction[]): FilterProgram {
  const instructions = allocateFixed(list.length * SOCK_FILTER_LENGTH);
  for (const [index, { code, jumpTrue, jumpFalse, operand }] of list.entries()) {
    const at = index * SOCK_FILTER_LENGTH;
    instructions.writeUInt16LE(code, at);
    instructions.writeUInt8(jumpTrue, at + 2);
    instructions.writeUInt8(jumpFalse, at + 3);
    instructions.writeUInt32LE(operand, at + 4);
  }
  // struct sock_fprog: length in instructions (u16), padding, pointer
  const program = allocateFixed(16);
  program.writeUInt16LE(list.length, 0);
  program.writeBigUInt64LE(addressOf(instructions), 8);
  return { program, instructions };
}
