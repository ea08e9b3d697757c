// Signals that Node has no names for (signal(7)).
export { ignoreSignal, watchSignal } from "../native/index.js";

/** As the C library counts: it keeps the first two real-time signals of the kernel for itself. */
export const SIGRTMIN = 34;
export const SIGRTMAX = 64;
