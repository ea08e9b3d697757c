// The C library of the running process, called directly through koffi: no C of our own, no compiler at installation.
//
// A binding's TypeScript type stands beside its C prototype and has to say the same thing: nobody else checks it.
// Only types that arrive as plain JavaScript numbers are used (int, unsigned, long, pointers to caller-owned memory).
// Variadic functions (fcntl, prctl, syscall) are bound with the fixed arguments that we pass: on the supported
// platforms both conventions put integers and pointers in the same registers.
import koffi from "koffi";
import { endianness } from "node:os";
import { systemError, type SystemError } from "./system-error.js";

if (process.platform !== "linux" || endianness() !== "LE" || koffi.sizeof("long") !== 8) {
  throw new Error(`vipd needs a 64-bit little-endian Linux; this is ${process.platform} on ${process.arch}`);
}

/** Memory that a call reads or writes. It must not move or be freed before the call is over. */
export type Memory = Uint8Array;

/** Functions of libc and of the node binary itself (libuv is exported by it). */
export const libc = koffi.load(null);

/**
 * Zeroed memory that never moves: its address may be stored in a structure, for as long as a reference to the buffer
 * is kept somewhere.
 */
export const allocateFixed = (length: number): Buffer => Buffer.allocUnsafeSlow(length).fill(0);

/** Address of the first octet of memory that {@link allocateFixed} gave. */
export const addressOf = (memory: Memory): bigint => koffi.address(memory);

/** The outcome of a call that returns -1 and sets errno when it is refused. */
export function outcome(syscall: string, result: number): number | SystemError {
  return result === -1 ? systemError(syscall, koffi.errno()) : result;
}
