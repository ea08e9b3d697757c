// Network namespaces of the calling thread: setns(2), unshare(2).
import { libc, outcome } from "./library.js";
import type { SystemError } from "./system-error.js";

export const CLONE_NEWNET = 0x4000_0000;

const callSetns: (fd: number, type: number) => number = libc.func("int setns(int fd, int type)");
const callUnshare: (flags: number) => number = libc.func("int unshare(int flags)");

/** Enters the namespace that `fd` refers to, for example an open /proc/1/ns/net. */
export const setns = (fd: number, type: number): number | SystemError => outcome("setns", callSetns(fd, type));

/** Enters a new, empty namespace. */
export const unshare = (flags: number): number | SystemError => outcome("unshare", callUnshare(flags));
