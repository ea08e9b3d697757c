// System calls, typed: the only room that talks to libc, and only `host` imports it.
//
// Calls and memory layouts only: no parsing, no queues, no timers, no policy. A call returns a number, or a SystemError
// when the kernel refuses it; lengths come from the buffers themselves. Importing this file loads koffi.
export * from "./clock.js";
export * from "./event.js";
export * from "./file.js";
export { addressOf, allocateFixed, type Memory } from "./library.js";
export * from "./libuv.js";
export * from "./message-batch.js";
export * from "./namespace.js";
export * from "./privilege.js";
export * from "./scheduling.js";
export * from "./socket-address.js";
export * from "./socket.js";
export * from "./system-error.js";
