// Rules about virtual servers.
import { type Block, blocksOf } from "./block.js";
import { virtualServer } from "./examples.js";
import type { LintRule, Node, Say } from "./node.js";

const each =
  (check: (server: Block, say: Say) => void) =>
  (nodes: readonly Node[], say: Say): void => {
    for (const { statements } of nodes) for (const server of blocksOf(statements, "virtual_server")) check(server, say);
  };

const METHOD = ["lvs_method", "lb_kind"];

/** The port of `virtual_server IP PORT` or `real_server IP PORT`; undefined for fwmark, group, and no port. */
const portOf = ({ header: { args } }: Block): string | undefined =>
  args[0]?.text === "fwmark" || args[0]?.text === "group" ? undefined : args[1]?.text;

export const serverRules: readonly LintRule[] = [
  {
    code: "VL0301",
    severity: "error",
    title: "direct routing and tunnels do not change the port",
    why: "With DR and TUN the packet arrives at the real server as it is: a real server on another port never gets a connection.",
    bad: [virtualServer("lvs_method DR\nreal_server 10.0.0.1 8080 { weight 1 }")],
    good: [virtualServer("lvs_method DR\nreal_server 10.0.0.1 80 { weight 1 }")],
    check: each((server, say) => {
      const port = portOf(server);
      for (const real of server.blocks("real_server")) {
        const method = (real.word(...METHOD) ?? server.word(...METHOD))?.text.toUpperCase();
        const [, word] = real.header.args;
        if ((method !== "DR" && method !== "TUN") || word === undefined || port === undefined) continue;
        if (Number(word.text) === Number(port)) continue;
        say(
          word,
          `real_server ${real.name} has port ${word.text}, but ${method} cannot change the port ${port} of virtual_server ${server.name}`,
          `write port ${port}, or lvs_method NAT`,
        );
      }
    }),
  },
  {
    code: "VL0302",
    severity: "error",
    title: "a virtual server names its protocol",
    why: "Without protocol it is UDP: the web server behind it gets no connection.",
    bad: [virtualServer("").replace("  protocol TCP\n", "")],
    good: [virtualServer("protocol UDP")],
    check: each((server, say) => {
      if (server.has("protocol") || server.header.args[0]?.text === "fwmark") return;
      say(
        server.header.keyword,
        `virtual_server ${server.name} has no protocol, so it serves UDP`,
        "add protocol TCP, or protocol UDP if that is meant",
      );
    }),
  },
  {
    code: "VL0303",
    severity: "error",
    title: "the real servers can reach the quorum",
    why: "With a quorum above the sum of the weights the service never comes up, or it is reduced with a message that nobody reads.",
    bad: [virtualServer("quorum 3")],
    good: [virtualServer("quorum 2")],
    check: each((server, say) => {
      const quorum = server.number("quorum");
      if (quorum === undefined) return;
      const weight = server.number("weight") ?? 1;
      const total = server.blocks("real_server").reduce((sum, real) => sum + (real.number("weight") ?? weight), 0);
      if (quorum <= total) return;
      say(
        server.place("quorum"),
        `the quorum of virtual_server ${server.name} is ${quorum}, but its real servers have a weight of ${total} together`,
        `write a quorum of at most ${total}, or raise the weights`,
      );
    }),
  },
  {
    code: "VL0304",
    severity: "warning",
    title: "persistence_granularity is a netmask",
    why: "For IPv4 it is written as an address: 24 is read as 0.0.0.24, so that nearly all clients go to one real server.",
    bad: [virtualServer("persistence_timeout 300\npersistence_granularity 24")],
    good: [virtualServer("persistence_timeout 300\npersistence_granularity 255.255.255.0")],
    check: each((server, say) => {
      const mask = server.word("persistence_granularity");
      if (mask === undefined || !/^[0-9]+$/.test(mask.text) || server.name.includes(":")) return;
      say(
        mask,
        `persistence_granularity ${mask.text} is read as the netmask 0.0.0.${mask.text}`,
        "write a netmask, such as 255.255.255.0",
      );
    }),
  },
  {
    code: "VL0305",
    severity: "warning",
    title: "a virtual server without a port is persistent",
    why: "A service for all ports needs persistence, or the connections of one client go to different real servers; keepalived switches it on, with 360 seconds.",
    bad: [virtualServer("", "192.0.2.10")],
    good: [virtualServer("persistence_timeout 300", "192.0.2.10")],
    check: each((server, say) => {
      const [kind] = server.header.args;
      if (kind === undefined || kind.text === "fwmark" || kind.text === "group") return;
      if (Number(portOf(server) ?? 0) !== 0 || server.has("persistence_timeout")) return;
      say(
        server.header.keyword,
        `virtual_server ${server.name} serves all ports, but has no persistence_timeout`,
        "add persistence_timeout SECONDS, or a port",
      );
    }),
  },
  {
    code: "VL0306",
    severity: "warning",
    title: "persistence and one packet scheduling exclude each other",
    why: "ops sends every packet on its own, so a client changes its real server all the time whatever persistence_timeout says.",
    bad: [virtualServer("protocol UDP\nops\npersistence_timeout 300")],
    good: [virtualServer("protocol UDP\nops")],
    check: each((server, say) => {
      if (!server.has("ops") || !server.has("persistence_timeout")) return;
      say(
        server.place("persistence_timeout"),
        `virtual_server ${server.name} has ops and persistence_timeout`,
        "remove one of the two",
      );
    }),
  },
];
