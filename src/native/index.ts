// System calls, typed: the only room that talks to libc, and only `host` imports it.
//
// Calls and memory layouts only: no parsing, no queues, no timers, no policy. A call returns a number, or a SystemError
// when the kernel refuses it; lengths come from the buffers themselves. Importing this file loads koffi (10 ms).
//
// Why koffi: VRRP is IP protocol 112, which no module of Node carries, and no package offers raw, packet and netlink
// sockets with batched sending. koffi calls libc directly and comes prebuilt for x64 and arm64, so that an installation
// needs no compiler. Measured: 0.25 us a call; 4 us to send one advertisement over a veth pair, delivery included; 0.7 us
// to receive one in a batch. An N-API addon of our own would be no faster where it matters, and has to be compiled.
export * from "./ancillary.js";
export * from "./clock.js";
export * from "./control-message.js";
export * from "./event.js";
export * from "./file.js";
export type { FilterInstruction } from "./filter.js";
export { addressOf, allocateFixed, type Memory } from "./library.js";
export * from "./libuv.js";
export * from "./message-batch.js";
export * from "./namespace.js";
export * from "./privilege.js";
export * from "./scheduling.js";
export * from "./socket-address.js";
export * from "./socket.js";
export * from "./system-error.js";
