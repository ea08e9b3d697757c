// Reasons, faults and complaints in words: the same in the log, in vipctl and in every other place that people read.
// Where keepalived has a sentence that people search their logs for, its wording is kept.
import type { Micros } from "../base/time.js";
import type { Complaint, Reason, StateName } from "../vrrp/effects.js";
import type { FaultCause } from "../vrrp/events.js";
import type { RejectReason } from "../vrrp/receive.js";
import { formatDuration } from "./duration.js";

/** Something that is wrong, and what to do about it. */
export interface Trouble {
  readonly text: string;
  readonly remedy: string;
}

const stateWords = {
  initialize: "INIT",
  backup: "BACKUP",
  master: "MASTER",
  fault: "FAULT",
  stopped: "STOP",
} as const satisfies Record<StateName, string>;

/** The state as keepalived and its users write it. */
export const stateWord = (state: StateName): string => stateWords[state];

/**
 * Why a state was entered, to go after its name and a colon. `silence` is how long nothing was heard before a
 * takeover, where that is known.
 */
export function describeReason(reason: Reason, silence?: Micros): string {
  switch (reason.code) {
    case "startup":
      return "vipd started";
    case "startupAsMaster":
      return "vipd started, and the configuration says state MASTER";
    case "resumed":
      return "its vrrp process was restarted in time and goes on where the last one ended";
    case "addressOwner":
      return "priority 255: it owns the addresses";
    case "masterDownTimerExpired": {
      const from = reason.lastHeard === undefined ? "from any master" : `from ${reason.lastHeard}`;
      return `no advertisement ${from} for ${silence === undefined ? "the master down interval" : formatDuration(silence)}`;
    }
    case "masterResigned":
      return `${reason.master} gave up (priority 0 advertisement)`;
    case "preempting":
      return `master ${reason.master} has lower priority ${reason.masterPriority}, ours is ${reason.priority}`;
    case "higherPriorityAdvert":
      return `received advert from ${reason.from} with higher priority ${reason.theirs}, ours ${reason.ours}`;
    case "equalPriorityHigherAddress":
      return `received advert from ${reason.from} with same priority ${reason.priority} but higher IP address than ours`;
    case "stoodStill":
      return `it did not run for ${formatDuration(reason.span)}, and gives way to whoever took over (timer_expired_backup)`;
    case "fault":
      return reason.causes.length === 0
        ? "a fault without a known cause"
        : reason.causes.map((cause) => describeFault(cause).text).join("; ");
    case "faultCleared":
      return "nothing is wrong any more";
    case "syncGroup":
      return `sync group ${reason.group} follows ${reason.instance}: ${describeReason(reason.because)}`;
    case "regrouped":
      return `a reload made it a member of sync group ${reason.group}`;
    case "joinedMasterGroup":
      return `a reload put it into sync group ${reason.group}, which is master`;
    case "shutdown":
      return "vipd stops";
    case "removedByReload":
      return "a reload took it out of the configuration";
  }
}

export function describeFault(cause: FaultCause): Trouble {
  switch (cause.kind) {
    case "interfaceMissing":
      return {
        text: `interface ${cause.interfaceName} does not exist`,
        remedy: `create it, or correct the interface name (ip link show lists them)`,
      };
    case "interfaceDown":
      return {
        text: `interface ${cause.interfaceName} is down`,
        remedy: `check the cable and the switch port, and that the link is up (ip link set ${cause.interfaceName} up)`,
      };
    case "noSourceAddress":
      return {
        text:
          cause.family === 4
            ? `interface ${cause.interfaceName} has no IPv4 address to send from`
            : `interface ${cause.interfaceName} has no IPv6 link-local address to send from`,
        remedy:
          cause.family === 4
            ? `give it an address (ip address add ... dev ${cause.interfaceName}), or set mcast_src_ip`
            : `see whether IPv6 is off there (sysctl net.ipv6.conf.${cause.interfaceName}.disable_ipv6), or add fe80::.../64`,
      };
    case "sourceAddressMissing":
      return {
        text: `source address ${cause.address} is not on ${cause.interfaceName ?? "any interface"}`,
        remedy: `add ${cause.address}, or correct mcast_src_ip or unicast_src_ip; for multicast, or remove track_src_ip`,
      };
    case "sourceAddressTentative":
      return {
        text: `source address ${cause.address}${on(cause)} is tentative: duplicate address detection is under way`,
        remedy: `wait a second or two; if it stays, see that the link carries packets (ip -6 address show)`,
      };
    case "sourceAddressDuplicate":
      return {
        text: `source address ${cause.address}${on(cause)} is a duplicate: another host on the link has it`,
        remedy: `find the other host (its MAC address is in the kernel log), then give this one another address`,
      };
    case "trackedInterfaceDown":
      return {
        text: `tracked interface ${cause.interfaceName} is down`,
        remedy: `bring it up, or give it a weight in track_interface to lower the priority instead`,
      };
    case "scriptFailed":
      return {
        text: `track script ${cause.script} has failed`,
        remedy: `run the script of vrrp_script ${cause.script} by hand and see why it does not exit with 0`,
      };
    case "fileDown":
      return {
        text: `tracked file ${cause.file} says ${cause.value}`,
        remedy: `see who writes the file of track_file ${cause.file}, or give it a weight to move the priority instead`,
      };
    case "processDown":
      return {
        text: `tracked process ${cause.process} has not the quorum it needs`,
        remedy: `see whether it runs as vrrp_track_process ${cause.process} describes it (ps -eo pid,comm,args)`,
      };
    case "bfdDown":
      return {
        text: `BFD session ${cause.session} is down`,
        remedy: `see vipctl bfd ${cause.session} for what it last heard, and check the neighbour of bfd_instance ${cause.session}`,
      };
    case "virtualLinkRefused":
      return {
        text: `its virtual interface ${cause.interfaceName} cannot be made: ${cause.reason}`,
        remedy: `see that the kernel has macvlan or ipvlan (modprobe macvlan), and that ${cause.interfaceName} is not another interface's name`,
      };
    case "duplicateVrid":
      return {
        text: `${cause.with} has the same virtual_router_id on the same interface`,
        remedy: `give each of the two instances a virtual_router_id of its own`,
      };
    case "noUnicastPeer":
      return {
        text: "unicast without a peer (unicast_fault_no_peer)",
        remedy: "list the other members in unicast_peer, or remove the unicast keywords",
      };
    case "socketRefused":
      return {
        text: `the kernel refuses the VRRP socket of ${cause.subject}: ${cause.code}`,
        remedy: `vipd needs CAP_NET_RAW, and an interface with multicast (ip link) unless it has unicast_peer`,
      };
    case "configuration":
      return {
        text: cause.reason,
        remedy: "correct the configuration and reload (kill -HUP, or systemctl reload vipd)",
      };
    case "syncGroup":
      return {
        text: `${cause.instance}, of the same sync group ${cause.group}, is in FAULT`,
        remedy: `see vipctl instance ${cause.instance} for its own fault: all members wait for it`,
      };
  }
}

const on = ({ interfaceName }: { readonly interfaceName?: string }): string =>
  interfaceName === undefined ? "" : ` on ${interfaceName}`;

/** What the rung of the receive ladder that a packet failed means. */
export function describeReject(reason: RejectReason): Trouble {
  switch (reason) {
    case "ipHeader":
      return { text: "not a sound IP packet", remedy: "find the sender: this is a broken or hostile program" };
    case "truncated":
      return { text: "packet too short", remedy: "check the MTU on the way, and find the sender" };
    case "unknownVrid":
      return {
        text: "virtual_router_id of no instance here",
        remedy: "normal where several clusters share a LAN; otherwise compare virtual_router_id on all members",
      };
    case "notListening":
      return { text: "instance does not take part now", remedy: "normal while it starts, stops or is in FAULT" };
    case "destination":
      return {
        text: "sent by unicast to an instance that uses multicast",
        remedy: "give all members unicast_peer, or none; the two kinds do not hear each other, and both become master",
      };
    case "unicastSource":
      return {
        text: "sender is no unicast peer",
        remedy: "add it to unicast_peer, or find out who sends there (check_unicast_src)",
      };
    case "ttl":
      return {
        text: "wrong TTL or hop limit: the packet came through a router",
        remedy:
          "VRRP must not be routed; find out who forwards it, or who forges it; for unicast see min_ttl and max_ttl",
      };
    case "version":
      return { text: "other VRRP version", remedy: "set the same vrrp_version on all members" };
    case "type":
      return { text: "not an advertisement", remedy: "find the sender: VRRP knows no other type of packet" };
    case "length":
      return {
        text: "length does not fit the content",
        remedy: "compare the authentication and the number of addresses on all members",
      };
    case "checksum":
      return {
        text: "wrong checksum",
        remedy: "packet damaged on the way, or vrrp_version or the version 3 checksum setting differs between members",
      };
    case "authenticationTypeUnknown":
      return { text: "unknown authentication type", remedy: "find the sender: only none, PASS and AH exist" };
    case "authenticationTypeMismatch":
      return { text: "other authentication type", remedy: "set the same auth_type on all members" };
    case "authenticationFailure":
      return { text: "wrong password", remedy: "set the same auth_pass on all members (only 8 characters count)" };
    case "signatureMissing":
      return { text: "not signed", remedy: "give all members auth_hmac; while they are changed over, mode permissive" };
    case "signatureMalformed":
      return { text: "signature malformed", remedy: "find the sender: this is a broken or hostile program" };
    case "signatureKeyUnknown":
      return { text: "signed with an unknown key", remedy: "set the same keys (auth_hmac, key ID) on all members" };
    case "signatureInvalid":
      return {
        text: "wrong signature",
        remedy: "compare the key of that ID on all members, or find out who forges it",
      };
    case "signatureStale":
      return { text: "signed at another time", remedy: "synchronise the clocks of all members (NTP), see time_window" };
    case "replayed":
      return { text: "older than one heard before", remedy: "somebody repeats recorded packets: find out who" };
    case "interval":
      return { text: "other advertisement interval", remedy: "set the same advert_int on all members" };
    case "ownerIgnores":
      return {
        text: "ignored by the address owner",
        remedy: "no other member may have priority 255 or claim mastership: compare the priorities",
      };
  }
}

export function describeComplaint(about: Complaint): Trouble {
  switch (about.kind) {
    case "rejected": {
      const { text, remedy } = describeReject(about.reason);
      return { text: `ignored a packet from ${about.from}: ${text} (${about.detail})`, remedy };
    }
    case "addressListMismatch":
      return {
        text: `advertisement from ${about.from} lists other addresses: ${about.detail}`,
        remedy: "set the same virtual_ipaddress block on all members",
      };
    case "checksumMismatch":
      return {
        text: `advertisement from ${about.from} has a checksum of another kind: ${about.detail}`,
        remedy: "set v3_checksum_as_v2 on all members, or on none (keepalived up to 1.3.6: old_unicast_checksum)",
      };
    case "intervalMismatch":
      return {
        text: `advertisement interval mismatch with ${about.from}: ${about.detail}`,
        remedy: "set the same advert_int on all members",
      };
    case "sameAddressSamePriority":
      return {
        text: `${about.from} advertises with our own address and priority: ${about.detail}`,
        remedy: "two machines share an IP address, or packets are looped back: find the other one",
      };
    case "twoAddressOwners":
      return {
        text: `${about.from} claims to own the addresses as well: ${about.detail}`,
        remedy: "only one member may have priority 255",
      };
    case "addressesRestored":
      return {
        text: about.detail,
        remedy: "find out who deletes it (a network manager, an admin's script) and make that leave it alone",
      };
    case "routingRestored":
      return {
        text: about.detail,
        remedy:
          "find out who deletes it (a network manager, a routing daemon, an admin's script) and make that leave it alone",
      };
    case "strangersRemoved":
      return {
        text: about.detail,
        remedy: "find out who adds it (a network manager, an admin's script): only the master may have it",
      };
    case "fight":
      return {
        text: `a fight with another program: ${about.detail}`,
        remedy: "it is now put right only every few seconds; find the other program (ip monitor shows it at work)",
      };
    case "duplicateAddress":
      return {
        text: `another host on ${about.interfaceName} has virtual address ${about.address} (duplicate address detection)`,
        remedy:
          "find it: a router that did not let the address go, or a host that was given it; nobody can use it here",
      };
    case "filterRefused":
      return {
        text: `packets to virtual addresses of no_accept ARE ACCEPTED: nf_tables refused its rules (${about.detail})`,
        remedy: "see that the kernel has nf_tables (modprobe nf_tables), and that no other program owns the table",
      };
    case "refused":
      return { text: `the kernel refused: ${about.detail}`, remedy: "see vipctl instance for what is affected" };
  }
}
