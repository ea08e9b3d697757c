// One LAN: a bridge in a namespace of its own, so that nothing of the machine's own network is touched, and the capture
// that listens on it.
import { Capture } from "./capture.js";
import { ip, ipBatch, run } from "./commands.js";

const BRIDGE = "br0";
/** Bridge port states (bridge(8)). */
const DISABLED = 0;
const FORWARDING = 3;

export class Segment {
  readonly name: string;
  readonly namespace: string;
  readonly #ownerOfMac = new Map<string, string>();
  #capture: Capture | undefined;

  constructor(name: string, namespace: string) {
    this.name = name;
    this.namespace = namespace;
  }

  async create(): Promise<void> {
    await ip(`netns add ${this.namespace}`);
    await ipBatch(this.namespace, [
      "link set lo up",
      `link add name ${BRIDGE} type bridge stp_state 0 forward_delay 0 mcast_snooping 0`,
      `link set dev ${BRIDGE} addrgenmode none`,
      `link set dev ${BRIDGE} up`,
    ]);
    this.#capture = await Capture.start(this.namespace, BRIDGE, (mac) => this.#ownerOfMac.get(mac) ?? mac);
  }

  get capture(): Capture {
    if (this.#capture === undefined) throw new Error(`segment ${this.name} is not created yet`);
    return this.#capture;
  }

  /** A cable from the bridge to `device` in the host's namespace; the port bears the host's name. */
  async attach(host: string, namespace: string, device: string, mac: string): Promise<void> {
    this.#ownerOfMac.set(mac, host);
    await ipBatch(this.namespace, [
      `link add name ${host} type veth peer name ${device} address ${mac} netns ${namespace}`,
      `link set dev ${host} addrgenmode none`,
      `link set dev ${host} master ${BRIDGE}`,
      `link set dev ${host} up`,
    ]);
  }

  async setPort(host: string, state: "up" | "down"): Promise<void> {
    await ip(`-n ${this.namespace} link set dev ${host} ${state}`);
  }

  async setForwarding(host: string, forwarding: boolean): Promise<void> {
    const state = String(forwarding ? FORWARDING : DISABLED);
    await run("ip", ["netns", "exec", this.namespace, "bridge", "link", "set", "dev", host, "state", state]);
  }

  stop(): void {
    this.#capture?.stop();
  }
}
