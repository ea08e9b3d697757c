// Where vipd reads a configuration otherwise than keepalived on purpose. Each row is shown in the documentation and
// tested; what is not here is to agree.
import type { Configuration } from "../../src/config/index.js";
import { MAIN, machine, type MachineFacts } from "../config/machine.js";

export interface Difference {
  readonly what: string;
  readonly keepalived: string;
  readonly vipd: string;
  readonly why: string;
  /** The main file; absent: there is none. */
  readonly text?: string;
  readonly facts?: MachineFacts;
  /** True when a reading of `text` is as `vipd` says. */
  readonly holds: (reading: Configuration) => boolean;
}

const has = ({ diagnostics }: Configuration, problem: string): boolean =>
  diagnostics.some((diagnostic) => diagnostic.problem === problem);

const VALID = "interface eth0\nvirtual_router_id 51\nvirtual_ipaddress { 192.0.2.10/24 }\n";

export const differences: readonly Difference[] = [
  {
    what: "The main file does not exist",
    keepalived: "-t exits 0; the daemon runs without any configuration",
    vipd: "VC0101, -t exits 4",
    why: "A typing error in -f must not take the addresses away",
    holds: (reading) => reading.exitStatus === 4 && reading.params === undefined && has(reading, "mainFileUnreadable"),
  },
  {
    what: "An unknown keyword with a block",
    keepalived: "interprets the lines of the block in the block around it, and closes that one with its brace",
    vipd: "VC0311, leaves the whole block out, and reads on behind it; the lines that only keepalived complains about are named last",
    why: "One misspelt word must not cost the rest of the instance",
    text: `vrrp_instance A {\nfoo { advert_int 2 }\n${VALID}}\n`,
    holds: ({ params, diagnostics, misread }) =>
      params?.vrrp.instances[0]?.addresses.length === 1 &&
      params.vrrp.instances[0].advertisementInterval === 1_000_000 &&
      diagnostics.length === 1 &&
      misread.length > 0,
  },
  {
    what: "A brace too many or too few",
    keepalived: "reads on in the block where it believes to be",
    vipd: "VC0120 or VC0121 at the brace, with the place where the layout says that one is missing; the lines that only keepalived complains about are named last",
    why: "The cause comes first",
    text: `vrrp_instance A {\n${VALID}}\n}\nvrrp_script chk {\nscript \"/bin/true\"\n}\n`,
    holds: (reading) => has(reading, "extraBrace") && reading.params?.vrrp.instances.length === 1,
  },
  {
    what: "A comment between the lines of a definition of several lines",
    keepalived: "2.4 ends the definition there, and reads its other lines where they stand",
    vipd: "VC0203, and reads the definition to its end, as keepalived 2.2 did",
    why: "A comment is not meant to change anything",
    text: `$P= \\\npriority 7 \\\n# no \\\nadvert_int 2\nvrrp_instance A {\n${VALID}$P\n}\n`,
    holds: (reading) =>
      has(reading, "commentInDefinition") &&
      reading.params?.vrrp.instances[0]?.advertisementInterval === 2_000_000 &&
      reading.misread.length > 0,
  },
  {
    what: "A ${NAME} that is not defined, outside quotes",
    keepalived: "leaves it, and takes its braces for those of a block",
    vipd: "VC0205; it is part of the word",
    why: "A value that was forgotten must not cost the rest of the instance",
    text: `vrrp_instance A {\npriority \${PRIO}\n${VALID}}\n`,
    holds: (reading) => has(reading, "undefinedParameter") && reading.params?.vrrp.instances[0]?.addresses.length === 1,
  },
  {
    what: "A tracked script below a symbolic link, such as /bin/pidof where /bin is one",
    keepalived: "2.4 calls it insecure, and never runs it",
    vipd: "VC0609 with the same exit status, and runs it",
    why: "The link belongs to root; the check does not protect from anybody",
    text: `global_defs {\nenable_script_security\nscript_user root\n}\nvrrp_script chk {\nscript \"/bin/pidof x\"\n}\nvrrp_instance A {\n${VALID}track_script {\nchk\n}\n}\n`,
    facts: { linkedPrograms: { "/bin/pidof": "/bin" } },
    holds: (reading) =>
      reading.exitStatus === 5 && has(reading, "linkedProgram") && reading.params?.scripts.length === 1,
  },
  {
    what: "A file that includes itself",
    keepalived: "reads it until the open files are used up",
    vipd: "VC0105 once, and reads it once",
    why: "The message says what is wrong",
    text: "include keepalived.conf\nglobal_defs {\n}\n",
    holds: (reading) => reading.exitStatus === 5 && has(reading, "includeLoop") && reading.diagnostics.length === 1,
  },
  {
    what: "An instance that cannot work, beside others that can",
    keepalived: "the daemon exits with status 2, no instance runs",
    vipd: "the instance stands in FAULT with its reason, the others run; -t still reports it",
    why: "Nineteen services must not stop for the twentieth",
    text: `vrrp_instance A {\n${VALID}}\nvrrp_instance B {\ninterface eth0\nvirtual_ipaddress { 192.0.2.11 }\n}\n`,
    holds: ({ params, exitStatus }) =>
      exitStatus === 5 && params?.vrrp.instances.length === 1 && params.vrrp.impossible.length === 1,
  },
  {
    what: "A parameter that contains itself",
    keepalived: "grows it until the line buffer is full, and reports what the rest looks like",
    vipd: "VC0201 with the name of the parameter; the line is ignored",
    why: "The message says what is wrong",
    text: "$A=${A}0\nglobal_defs {\nrouter_id ${A}\n}\n",
    holds: (reading) =>
      reading.exitStatus === 5 && reading.diagnostics.length === 1 && has(reading, "runawayExpansion"),
  },
  {
    what: "A file that starts with a byte order mark",
    keepalived: "reads it as part of the first keyword, which is unknown then",
    vipd: "VC0110, and reads the first line",
    why: "The mark is invisible, the complaint about a correct keyword is a riddle",
    text: `\ufeffvrrp_instance A {\n${VALID}}\n`,
    holds: (reading) => reading.params?.vrrp.instances.length === 1 && has(reading, "byteOrderMark"),
  },
  {
    what: "A line of more than 1023 bytes",
    keepalived: "2.4 goes on in the middle of the line, as if a new one began there",
    vipd: "VC0112, the whole line is left out",
    why: "No complaints about half words",
    text: `vrrp_instance A {\n# ${"x priority 7 ".repeat(100)}\n${VALID}}\n`,
    holds: (reading) => reading.diagnostics.length === 1 && has(reading, "lineTooLong"),
  },
  {
    what: "A notify script that does not exist, or whose user does not exist",
    keepalived: "-t says nothing about a missing one; it is found out at the transition",
    vipd: "VC0605 or VC0602 as a remark; the exit status is keepalived's",
    why: "Better now than during a takeover",
    text: `global_defs {\nenable_script_security\nscript_user root\n}\nvrrp_instance A {\n${VALID}notify "/nonexistent"\n}\n`,
    holds: (reading) => reading.exitStatus === 0 && has(reading, "missingHook"),
  },
  {
    what: "A keyword without the word it needs",
    keepalived: "exits with status 2 at once; nothing behind it is checked",
    vipd: "VC0304, exits with status 2, too, after everything has been checked",
    why: "All problems in one run",
    text: `vrrp_instance A {\n${VALID}priority\nadvert_int x\n}\n`,
    holds: (reading) => reading.exitStatus === 2 && has(reading, "missingParameter") && has(reading, "invalidNumber"),
  },
  {
    what: "A bfd_instance with an IPv6 neighbour and no hoplimit",
    keepalived: "sends with a hop limit of 64 and accepts 64",
    vipd: "sends with a hop limit of 255 and accepts 64",
    why: "RFC 5881 demands 255, and routers ignore what comes with less",
    text: "bfd_instance peer {\nneighbor_ip fd00::2\n}\n",
    holds: ({ params }) => params?.bfd.sessions[0]?.ttl === 255 && params.bfd.sessions[0].minTtl === 64,
  },
  {
    what: "The order and number of messages",
    keepalived: "every process reads the file, so a mistake is reported up to four times",
    vipd: "each mistake once, in the order of the file",
    why: "A list that can be worked through",
    text: "foo\nbar\n",
    holds: ({ diagnostics }) => diagnostics.map(({ place }) => place?.line.number).join() === "1,2",
  },
];

export const environmentOf = ({ text, facts }: Difference): ReturnType<typeof machine> =>
  machine({ ...facts, files: { ...facts?.files, ...(text !== undefined && { [MAIN]: text }) } });
