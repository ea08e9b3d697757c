// What libuv offers to a loop that embeds it (docs.libuv.org, uv_loop_t): the node binary exports these functions.
import { libc } from "./library.js";

type LoopPointer = bigint | null;

const callDefaultLoop: () => LoopPointer = libc.func("void *uv_default_loop(void)");
const callBackendFd: (loop: LoopPointer) => number = libc.func("int uv_backend_fd(void *loop)");
const callBackendTimeout: (loop: LoopPointer) => number = libc.func("int uv_backend_timeout(void *loop)");
const callUpdateTime: (loop: LoopPointer) => void = libc.func("void uv_update_time(void *loop)");

/** The loop of Node's main thread. */
const loop = callDefaultLoop();

/** The epoll descriptor of Node's event loop: readable when one of its own descriptors is ready. */
export const libuvBackendFd = (): number => callBackendFd(loop);

/** How many milliseconds Node's event loop can do without being run: 0 is not at all, -1 for ever. */
export function libuvBackendTimeout(): number {
  callUpdateTime(loop);
  return callBackendTimeout(loop);
}
