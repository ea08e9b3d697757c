// Exit statuses of the daemon and its children, as keepalived has them.

export const EXIT_OK = 0;
/** Usage, or something that cannot go on. */
export const EXIT_FATAL = 1;
/** The configuration cannot work: permanent, not retried. */
export const EXIT_CONFIG = 2;
/** A permission is missing: permanent, not retried. */
export const EXIT_PERMISSION = 4;
/** The main configuration file is missing. */
export const EXIT_NO_CONFIG = 6;
/** A broken invariant. */
export const EXIT_SOFTWARE = 70;
