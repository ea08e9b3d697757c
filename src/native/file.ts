// Descriptors and pipes: read(2), write(2), close(2), mkfifo(3), fcntl(2) with its open file description locks.
import { allocateFixed, libc, outcome, type Memory } from "./library.js";
import type { SystemError } from "./system-error.js";

const callRead: (fd: number, data: Memory, length: number) => number = libc.func(
  "long read(int fd, void *data, size_t length)",
);
const callWrite: (fd: number, data: Memory, length: number) => number = libc.func(
  "long write(int fd, const void *data, size_t length)",
);
const callClose: (fd: number) => number = libc.func("int close(int fd)");
const callFcntlNumber: (fd: number, command: number, argument: number) => number = libc.func("fcntl", "int", [
  "int",
  "int",
  "long",
]);
const callFcntlMemory: (fd: number, command: number, argument: Memory) => number = libc.func("fcntl", "int", [
  "int",
  "int",
  "void *",
]);

/** Reads into `data`; returns how many octets came: 0 is the end. */
export const read = (fd: number, data: Memory): number | SystemError =>
  outcome("read", callRead(fd, data, data.length));

/** Returns how many octets were taken: possibly fewer than given. */
export const write = (fd: number, data: Memory): number | SystemError =>
  outcome("write", callWrite(fd, data, data.length));

export const close = (fd: number): number | SystemError => outcome("close", callClose(fd));

const callMkfifo: (path: string, mode: number) => number = libc.func("int mkfifo(const char *path, unsigned int mode)");

/** Makes a named pipe; the umask applies. */
export const makeFifo = (path: string, mode: number): number | SystemError => outcome("mkfifo", callMkfifo(path, mode));

const F_GETFL = 3;
const F_SETFL = 4;
const F_OFD_SETLK = 37;
const O_NONBLOCK = 0o4000;

/** O_NONBLOCK belongs to the open file: whoever shares it is concerned too. */
export function setNonBlocking(fd: number): number | SystemError {
  const flags = outcome("fcntl", callFcntlNumber(fd, F_GETFL, 0));
  if (typeof flags !== "number") return flags;
  return outcome("fcntl", callFcntlNumber(fd, F_SETFL, flags | O_NONBLOCK));
}

// struct flock (32 octets on 64-bit): a write lock on the whole file is all zeroes but the type.
// 0   l_type    i16: F_RDLCK 0, F_WRLCK 1, F_UNLCK 2
// 2   l_whence  i16: SEEK_SET 0
// 8   l_start   i64
// 16  l_len     i64: 0 is to the end, wherever that is
// 24  l_pid     i32: must be 0 for open file description locks
export const FLOCK_LENGTH = 32;
const F_WRLCK = 1;

/** Takes an exclusive lock on the whole file, without waiting: EAGAIN or EACCES where somebody else holds one. */
export function lockFile(fd: number): number | SystemError {
  const lock = allocateFixed(FLOCK_LENGTH);
  lock.writeInt16LE(F_WRLCK, 0);
  return outcome("fcntl", callFcntlMemory(fd, F_OFD_SETLK, lock));
}
