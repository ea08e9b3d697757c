// What mail alerts say (keepalived.conf(5), smtp_alert): keepalived's subjects and texts.
import type { HookState } from "./notification.js";
import { type MailParams, type Subject, subjectKey } from "./params.js";

export interface Mail {
  /** A later mail on the same topic says all that is still worth knowing. */
  readonly topic: string;
  readonly subject: string;
  readonly text: string;
}

/** The mail on a change of state; undefined where nobody wants one. */
export function alertMail(about: Subject, state: HookState, params: MailParams): Mail | undefined {
  if (state === "FAULT" && params.withoutFaults) return undefined;
  const said = about.kind === "GROUP" ? groupWords(state) : instanceWords(state);
  if (said === undefined) return undefined;
  const [event, text] = said;
  const what = about.kind === "GROUP" ? "VRRP Group" : "VRRP Instance";
  return {
    topic: subjectKey(about),
    subject: `[${params.routerId}] ${what} ${about.name} - ${event}`,
    text: `=> ${text} <=`,
  };
}

type Words = readonly [event: string, text: string];

function instanceWords(state: HookState): Words | undefined {
  switch (state) {
    case "MASTER":
      return ["Entering MASTER state", "VRRP Instance is now owning VRRP VIPs"];
    case "BACKUP":
    case "FAULT":
      return [`Entering ${state} state`, "VRRP Instance is no longer owning VRRP VIPs"];
    case "STOP":
      return ["Stopping", "VRRP Instance stopping"];
    case "DELETED":
      return ["Deleted", "VRRP Deleted at reload"];
    case "MASTER_RX_LOWER_PRI":
      return undefined;
  }
}

function groupWords(state: HookState): Words | undefined {
  switch (state) {
    case "MASTER":
    case "BACKUP":
    case "FAULT":
      return [`Entering ${state} state`, `All VRRP group instances are now in ${state} state`];
    case "STOP":
      return ["Stopping", "All VRRP group instances are now in STOP state"];
    case "DELETED":
    case "MASTER_RX_LOWER_PRI":
      return undefined;
  }
}
