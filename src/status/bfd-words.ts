// BFD states, diagnostics and complaints in words. Where keepalived has a sentence that people search their logs for, its
// wording is kept.
import { micros } from "../base/time.js";
import type { BfdComplaint } from "../bfd/effects.js";
import type { SessionChange } from "../bfd/session-machine.js";
import type { RejectReason } from "../bfd/statistics.js";
import {
  BFD_MULTIHOP_PORT,
  BFD_PORT,
  DETECTION_TIME_EXPIRED,
  NEIGHBOR_SIGNALED_DOWN,
  NO_DIAGNOSTIC,
  type SessionState,
} from "../wire/bfd.js";
import type { BfdSessionView } from "./bfd-view.js";
import { formatDuration } from "./duration.js";
import type { Trouble } from "./words.js";

const stateWords = {
  adminDown: "AdminDown",
  down: "Down",
  init: "Init",
  up: "Up",
} as const satisfies Record<SessionState, string>;

/** The state as RFC 5880 writes it. */
export const bfdStateWord = (state: SessionState): string => stateWords[state];

/** RFC 5880 §4.1, in the order of the numbers. */
const diagnostics = [
  "No Diagnostic",
  "Control Detection Time Expired",
  "Echo Function Failed",
  "Neighbor Signaled Session Down",
  "Forwarding Plane Reset",
  "Path Down",
  "Concatenated Path Down",
  "Administratively Down",
  "Reverse Concatenated Path Down",
];

export const diagnosticWord = (diagnostic: number): string => diagnostics[diagnostic] ?? `diagnostic ${diagnostic}`;

/** Why a state was entered, to go after its name and a colon. */
export function describeBfdChange(change: SessionChange): string {
  const { from, to, diagnostic, remoteState, remoteDiagnostic, detectionTime } = change;
  switch (to) {
    case "adminDown":
      return "vipd ends the session, and the neighbour has been told";
    case "init":
      return "the neighbour is heard, and has yet to hear us";
    case "up":
      return "both sides hear each other";
    case "down": {
      if (diagnostic === DETECTION_TIME_EXPIRED) {
        const missing = from === "init" ? "the neighbour did not answer" : "nothing heard from the neighbour";
        return `${missing} for ${formatDuration(micros(detectionTime))} (${diagnosticWord(diagnostic)})`;
      }
      if (remoteState === "adminDown") return "the neighbour has ended the session by intention (AdminDown)";
      const theirs = remoteDiagnostic === NO_DIAGNOSTIC ? "without a reason" : diagnosticWord(remoteDiagnostic);
      return `the neighbour signals that the session is down: ${theirs}`;
    }
  }
}

/** How a session is, to go after its state and a colon, and what to do where something is to be done. */
export function describeBfdSession(view: BfdSessionView): { readonly text: string; readonly remedy?: string } {
  const { state, diagnostic, neighbor, heardAt, remoteState, remoteDiagnostic } = view;
  const port = view.multihop ? BFD_MULTIHOP_PORT : BFD_PORT;
  switch (state) {
    case "up":
      return { text: "both sides hear each other" };
    case "adminDown":
      return { text: "vipd has ended it" };
    case "init":
      return {
        text: "the neighbour is heard, and does not hear us",
        remedy: `see whether UDP port ${port} is open at ${neighbor}, and what its BFD says of us (source_ip, ttl)`,
      };
    case "down": {
      if (heardAt !== undefined && remoteState === "adminDown") {
        return { text: "the neighbour has ended it by intention", remedy: `start the session at ${neighbor} again` };
      }
      const past =
        diagnostic === DETECTION_TIME_EXPIRED
          ? `nothing is heard from ${neighbor} any more`
          : diagnostic === NEIGHBOR_SIGNALED_DOWN
            ? `the neighbour signalled that it is down (${diagnosticWord(remoteDiagnostic)})`
            : `nothing has been heard from ${neighbor} yet`;
      const remedy = view.passive
        ? `we are passive, so ${neighbor} must begin: see whether its BFD runs and has us as neighbour, and whether UDP port ${port} is open here`
        : `see whether ${neighbor} can be reached, its BFD runs and has us as neighbour, and UDP port ${port} is open on both sides`;
      return { text: past, remedy };
    }
  }
}

export function describeBfdComplaint(about: BfdComplaint): Trouble {
  switch (about.kind) {
    case "rejected": {
      const { text, remedy } = describeBfdReject(about.reason);
      return { text: `ignored a BFD packet from ${about.from}: ${text} (${about.detail})`, remedy };
    }
    case "refused":
      return {
        text: `the kernel refused: ${about.detail}`,
        remedy:
          "it is tried again; see vipctl bfd for what is affected, and whether another BFD daemon has the port (ss -ulnp)",
      };
  }
}

/** What the rung of the receive ladder that a packet failed means. */
export function describeBfdReject(reason: RejectReason): Trouble {
  const broken = "find the sender: this is a broken or hostile program";
  switch (reason) {
    case "truncated":
      return { text: "packet too short", remedy: broken };
    case "version":
      return { text: "other BFD version", remedy: "only version 1 exists: find the sender" };
    case "length":
      return { text: "length does not fit the content", remedy: broken };
    case "multiplierZero":
      return { text: "detection multiplier 0", remedy: broken };
    case "multipoint":
      return { text: "multipoint bit set", remedy: broken };
    case "myDiscriminatorZero":
      return { text: "no discriminator of its own", remedy: broken };
    case "discriminatorMissing":
      return { text: "names no session although it claims to have one", remedy: broken };
    case "unknownDiscriminator":
      return {
        text: "names a session that is not here",
        remedy: "normal for a moment after a restart of either side; otherwise find out whom the sender means",
      };
    case "unknownSender":
      return {
        text: "not from a configured neighbour",
        remedy: "add a bfd_instance with this neighbor_ip, or remove the session at the sender",
      };
    case "otherSender":
      return {
        text: "from another address than its session has",
        remedy: "set source_ip at the sender, or correct neighbor_ip here",
      };
    case "otherPort":
      return {
        text: "single hop and multihop are mixed up",
        remedy: "make multihop agree on both sides",
      };
    case "ttl":
      return {
        text: "TTL too low",
        remedy: "set ttl (IPv6: hoplimit) 255 at the sender; where routers lie between, set max_hops here",
      };
    case "authentication":
      return { text: "authenticated", remedy: "vipd has no BFD authentication: switch it off at the neighbour" };
  }
}
