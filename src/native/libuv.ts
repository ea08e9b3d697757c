// What libuv offers beyond what Node passes on (docs.libuv.org): the node binary exports these functions.
//
// Node names no real-time signals and polls no descriptor that it has not opened; libuv does both. A handle lives as long
// as the process: there are a handful, and libuv may look at their memory until the end.
import koffi from "koffi";
import { allocateFixed, libc } from "./library.js";
import { systemError, type SystemError } from "./system-error.js";

type LoopPointer = bigint | null;

/** `uv_handle_type` (uv.h): the order of that list is part of libuv's binary interface. */
const UV_POLL = 8;
const UV_SIGNAL = 16;
const UV_READABLE = 1;

const callDefaultLoop: () => LoopPointer = libc.func("void *uv_default_loop(void)");
const callBackendFd: (loop: LoopPointer) => number = libc.func("int uv_backend_fd(void *loop)");
const callHandleSize: (type: number) => number | bigint = libc.func("size_t uv_handle_size(int type)");
const callUnref: (handle: Buffer) => void = libc.func("void uv_unref(void *handle)");
const callSignalInit: (loop: LoopPointer, handle: Buffer) => number = libc.func(
  "int uv_signal_init(void *loop, void *handle)",
);
const callPollInit: (loop: LoopPointer, handle: Buffer, fd: number) => number = libc.func(
  "int uv_poll_init(void *loop, void *handle, int fd)",
);

const signalCallback = koffi.proto("void vipd_on_signal(void *handle, int signal)");
const pollCallback = koffi.proto("void vipd_on_poll(void *handle, int status, int events)");
/** A callback is registered once and for all: its address is what libuv keeps. */
const callSignalStart: (handle: Buffer, callback: bigint, signal: number) => number = libc.func(
  "int uv_signal_start(void *handle, vipd_on_signal *callback, int signal)",
);
const callPollStart: (handle: Buffer, events: number, callback: bigint) => number = libc.func(
  "int uv_poll_start(void *handle, int events, vipd_on_poll *callback)",
);

/** The epoll descriptor of Node's event loop, on the main thread: readable when one of its own descriptors is ready. */
export const libuvBackendFd = (): number => callBackendFd(callDefaultLoop());

/** Handles that libuv knows; what it points to must neither move nor be collected. */
const handles = new Set<Buffer>();

/**
 * Calls `onSignal` whenever the process is sent `signal`, also a real-time one (signal(7)), from now on. Does not keep the
 * process alive.
 */
export function watchSignal(signal: number, onSignal: () => void): SystemError | undefined {
  const handle = newHandle(UV_SIGNAL);
  const callback = koffi.register(() => void setImmediate(onSignal), koffi.pointer(signalCallback));
  const failed = callSignalInit(callDefaultLoop(), handle) || callSignalStart(handle, callback, signal);
  callUnref(handle);
  return failed === 0 ? undefined : systemError("uv_signal_start", -failed);
}

/**
 * Calls `onReadable` while the descriptor is readable or broken: level triggered, once a turn of the event loop. The
 * descriptor stays open for the rest of the process.
 */
export function watchReadable(fd: number, onReadable: () => void): SystemError | undefined {
  const handle = newHandle(UV_POLL);
  const callback = koffi.register(() => void setImmediate(onReadable), koffi.pointer(pollCallback));
  const failed = callPollInit(callDefaultLoop(), handle, fd) || callPollStart(handle, UV_READABLE, callback);
  callUnref(handle);
  return failed === 0 ? undefined : systemError("uv_poll_start", -failed);
}

function newHandle(type: number): Buffer {
  const handle = allocateFixed(Number(callHandleSize(type)));
  handles.add(handle);
  return handle;
}
