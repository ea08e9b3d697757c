// Configurations whose blocks are damaged: written down, and made from a sound one with a seed.
import { prng } from "../../src/base/prng.js";
import { isRemark, type Configuration } from "../../src/config/index.js";
import { shownLine } from "../../src/config/source.js";

/** Lines that `vipd -t` complains about, as keepalived names them. */
export function linesOf({ diagnostics, misread }: Configuration): readonly number[] {
  const own = diagnostics
    .filter((found) => found.stage === "parse" && found.problem !== "scriptSecurityOff" && !isRemark(found))
    .flatMap(({ place }) => (place === undefined ? [] : [shownLine(place).number]));
  return [...new Set([...own, ...misread.map(({ line }) => line.number)])].sort((a, b) => a - b);
}

/** The same, of what keepalived printed. */
export function linesIn(stderr: string): readonly number[] {
  const numbers = Array.from(stderr.matchAll(/^\((?:[^()]*: )?Line (\d+)\)/gm), ([, number]) => Number(number));
  return [...new Set(numbers)].sort((a, b) => a - b);
}

/** Everything that has a block, on interfaces eth0 and eth1; keepalived accepts it. */
export const soundText = `global_defs {
    router_id node
    notification_email {
        ops@example.com
    }
    enable_script_security
    script_user root
}

track_file TF {
    file /tmp/level
}

bfd_instance PEER {
    neighbor_ip 10.9.9.3
}

vrrp_script check {
    script "/usr/bin/true"
    interval 2
}

track_group BOTH {
    group {
        A
        B
    }
}

vrrp_instance A {
    state BACKUP
    interface eth0
    virtual_router_id 51
    priority 100
    advert_int 1
    authentication {
        auth_type PASS
        auth_pass secret
    }
    virtual_ipaddress {
        10.9.9.10/24
        10.9.9.11/24 dev eth0
    }
    track_script {
        check
    }
}

vrrp_instance B {
    state BACKUP
    interface eth1
    virtual_router_id 52
    virtual_ipaddress {
        10.9.9.20/24
    }
    track_interface {
        eth0
    }
}

virtual_server_group WEB {
    10.9.9.10 80
}

virtual_server group WEB {
    lvs_sched rr
    lvs_method NAT
    protocol TCP
    real_server 10.9.9.101 80 {
        weight 1
        TCP_CHECK {
            connect_timeout 3
        }
    }
    real_server 10.9.9.102 80 {
        weight 1
        HTTP_GET {
            url {
                path /
                status_code 200
            }
            connect_timeout 3
        }
    }
}

static_routes {
    10.8.0.0/16 via 10.9.9.3 dev eth0
}
`;

type Bend = (lines: string[], at: number, below: (bound: number) => number) => void;

const bends: readonly Bend[] = [
  // A brace that is missing, or one too many.
  (lines, at) => (lines[at] = (lines[at] ?? "").replace(/[{}]/, "")),
  (lines, at) => lines.splice(at, 0, "}"),
  (lines, at) => lines.splice(at, 0, "{"),
  // A keyword misspelt, a block in a block that does not know it.
  (lines, at) => (lines[at] = (lines[at] ?? "").replace(/([a-zA-Z_]+)(?= |$)/, "$1x")),
  (lines, at) => lines.splice(at, 0, "surprise {", "priority 7", "}"),
  // Lines lost, or run together.
  (lines, at) => lines.splice(at, 1),
  (lines, at) => lines.splice(at, 2, `${lines[at] ?? ""} ${(lines[at + 1] ?? "").trim()}`),
  // A line somewhere else.
  (lines, at, below) => lines.splice(below(lines.length), 0, ...lines.splice(at, 1)),
  // A whole line that opens or ends a block, twice.
  (lines, at) => lines.splice(at, 0, lines[at] ?? ""),
];

export interface Damaged {
  readonly name: string;
  readonly text: string;
}

/** The sound configuration, bent in one place or two. */
export function damaged(seed: number): Damaged {
  const generator = prng(seed);
  const below = (bound: number): number => generator.below(bound);
  const lines = soundText.trimEnd().split("\n");
  for (let count = 0; count <= below(2); count++) {
    const bend = bends[below(bends.length)];
    bend?.(lines, below(lines.length), below);
  }
  return { name: `damage ${seed}`, text: `${lines.join("\n")}\n` };
}
