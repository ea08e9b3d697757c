// What libuv offers to a loop that embeds it (docs.libuv.org, uv_backend_fd): the node binary exports these functions.
import { libc } from "./library.js";

type LoopPointer = bigint | null;

const callDefaultLoop: () => LoopPointer = libc.func("void *uv_default_loop(void)");
const callBackendFd: (loop: LoopPointer) => number = libc.func("int uv_backend_fd(void *loop)");

/** The epoll descriptor of Node's event loop, on the main thread: readable when one of its own descriptors is ready. */
export const libuvBackendFd = (): number => callBackendFd(callDefaultLoop());
