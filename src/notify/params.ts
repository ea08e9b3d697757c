// The notify scripts of an instance or a sync group (keepalived.conf(5), vrrp_instance and vrrp_sync_group).
import type { Command } from "../base/command.js";
import type { Micros } from "../base/time.js";

/** Who notify scripts speak of; a group and an instance may bear the same name. */
export interface Subject {
  readonly kind: "INSTANCE" | "GROUP";
  readonly name: string;
}

export const instanceSubject = (name: string): Subject => ({ kind: "INSTANCE", name });
export const groupSubject = (name: string): Subject => ({ kind: "GROUP", name });

/** Tells one subject from every other. */
export const subjectKey = ({ kind, name }: Subject): string => `${kind} ${name}`;

export interface HookParams {
  readonly subject: Subject;
  /** Of a group: the instances whose scripts come first. */
  readonly members?: readonly string[];
  readonly master?: Command;
  readonly backup?: Command;
  readonly fault?: Command;
  readonly stop?: Command;
  /** `notify_deleted`: its removal by a reload is told as DELETED instead of FAULT. */
  readonly reportsDeletion?: boolean;
  readonly deleted?: Command;
  /** Called at every transition with INSTANCE or GROUP, the name, the state and the priority (of a group: 0). */
  readonly any?: Command;
  /** Called when a master hears a lower priority advertisement. */
  readonly masterReceivedLowerPriority?: Command;
}

/** A named pipe that is told what happens. */
export interface FifoParams {
  readonly path: string;
  /** Who a new FIFO is given to; absent: the daemon's own user. */
  readonly owner?: { readonly uid: number; readonly gid: number };
  readonly events: "all" | "vrrp" | "lvs";
  /** A program that reads it: started with the path as its last argument, and again when it ends. */
  readonly reader?: Command;
}

/** Mail alerts: absent as a whole without a server or without anybody to write to. */
export interface MailParams {
  readonly routerId: string;
  readonly server: { readonly host: string; readonly port: number };
  readonly helo?: string;
  /** Of each step of the dialogue. */
  readonly timeout: Micros;
  readonly from: string;
  readonly to: readonly string[];
  /** `no_email_faults` */
  readonly withoutFaults: boolean;
}
