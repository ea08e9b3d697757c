// The view from outside: every VRRP and ARP frame that crosses the bridge of a segment, with the kernel's time stamps.
import { type ChildProcess, spawn } from "node:child_process";
import { type Advert, type Arp, type Frame, type Neighbour, decodeFrame, describeFrame } from "./frames.js";
import { PcapReader } from "./pcap.js";
import { DEFAULT_WITHIN_MS } from "./wait.js";

/** Of ICMPv6 only neighbour advertisements. */
const FILTER = "ip proto 112 or ip proto 51 or arp or ip6 proto 112 or (icmp6 and ip6[40] == 136)";

/** A place in the capture: "from here on". */
export type Mark = number;

interface Waiter {
  offer(frame: Frame): void;
}

export class Capture {
  readonly frames: Frame[] = [];
  readonly #tcpdump: ChildProcess;
  readonly #waiters = new Set<Waiter>();
  #said = "";

  private constructor(tcpdump: ChildProcess, nameOf: (mac: string) => string) {
    this.#tcpdump = tcpdump;
    const reader = new PcapReader();
    tcpdump.stdout?.on("data", (piece: Buffer) => {
      for (const { at, bytes } of reader.push(piece)) this.#add(decodeFrame(at, bytes, nameOf));
    });
  }

  /** Resolves once tcpdump listens. `--immediate-mode` and `-U`: no frame waits in a buffer for the next one. */
  static async start(namespace: string, device: string, nameOf: (mac: string) => string): Promise<Capture> {
    const options = ["-i", device, "-n", "-U", "--immediate-mode", "-j", "host", "--time-stamp-precision=nano"];
    const tcpdump = spawn("ip", ["netns", "exec", namespace, "tcpdump", ...options, "-B", "8192", "-w", "-", FILTER], {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    const capture = new Capture(tcpdump, nameOf);
    await capture.#listening();
    return capture;
  }

  #listening(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#tcpdump.stderr?.on("data", (piece: Buffer) => {
        this.#said += piece.toString();
        if (this.#said.includes("listening on")) resolve();
      });
      this.#tcpdump.once("error", reject);
      this.#tcpdump.once("exit", () => {
        reject(new Error(`tcpdump ended: ${this.#said.trim()}`));
      });
    });
  }

  #add(frame: Frame): void {
    this.frames.push(frame);
    for (const waiter of [...this.#waiters]) waiter.offer(frame);
  }

  /** Now, as far as the capture has come. Taken before the act whose frames are awaited. */
  mark(): Mark {
    return this.frames.length;
  }

  /** The first frame since `since` that `match` accepts, there already or still to come. */
  until<T extends Frame>(
    what: string,
    match: (frame: Frame) => frame is T,
    since: Mark,
    withinMs = DEFAULT_WITHIN_MS,
  ): Promise<T> {
    for (const frame of this.frames.slice(since)) if (match(frame)) return Promise.resolve(frame);
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        offer: (frame) => {
          if (!match(frame)) return;
          done();
          resolve(frame);
        },
      };
      const done = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`not captured within ${withinMs} ms: ${what}`));
      }, withinMs);
      this.#waiters.add(waiter);
    });
  }

  /** Resolves when `count` further frames that `match` accepts have crossed the bridge. */
  async untilCount<T extends Frame>(
    count: number,
    what: string,
    match: (frame: Frame) => frame is T,
    since: Mark,
    withinMs = DEFAULT_WITHIN_MS,
  ): Promise<T[]> {
    const seen: T[] = [];
    let from = since;
    const end = performance.now() + withinMs;
    while (seen.length < count) {
      const left = Math.max(1, end - performance.now());
      const frame = await this.until(`${what} (${seen.length + 1} of ${count})`, match, from, left);
      seen.push(frame);
      from = this.frames.indexOf(frame, from) + 1;
    }
    return seen;
  }

  adverts(since: Mark, sender?: string): Advert[] {
    return this.frames.slice(since).filter(isAdvert(sender === undefined ? {} : { sender }));
  }

  announcements(since: Mark, sender?: string): Arp[] {
    return this.frames.slice(since).filter(isAnnouncement(sender === undefined ? {} : { sender }));
  }

  /** The last lines of the story; an advertisement that only repeats the one before is counted, not told again. */
  describe(lines: number): string {
    const story: { text: string; key: string; repeats: number }[] = [];
    for (const frame of this.frames) {
      const text = describeFrame(frame);
      const key = text.slice(text.indexOf(" "));
      const previous = story.at(-1);
      if (previous?.key === key) previous.repeats++;
      else story.push({ text, key, repeats: 0 });
    }
    return story
      .slice(-lines)
      .map(({ text, repeats }) => (repeats === 0 ? text : `${text} (and ${repeats} more)`))
      .join("\n");
  }

  stop(): void {
    this.#tcpdump.removeAllListeners("exit");
    this.#tcpdump.kill("SIGKILL");
  }
}

/** A matcher for advertisements with the given fields. */
export const isAdvert =
  (fields: Partial<Pick<Advert, "sender" | "priority" | "vrid" | "source" | "destination">>) =>
  (frame: Frame): frame is Advert =>
    frame.kind === "advert" &&
    (fields.source === undefined || frame.source === fields.source) &&
    (fields.destination === undefined || frame.destination === fields.destination) &&
    (fields.sender === undefined || frame.sender === fields.sender) &&
    (fields.priority === undefined || frame.priority === fields.priority) &&
    (fields.vrid === undefined || frame.vrid === fields.vrid);

/** A matcher for gratuitous ARP. */
export const isAnnouncement =
  (fields: { readonly sender?: string; readonly address?: string }) =>
  (frame: Frame): frame is Arp =>
    frame.kind === "arp" &&
    frame.gratuitous &&
    (fields.sender === undefined || frame.sender === fields.sender) &&
    (fields.address === undefined || frame.senderIp === fields.address);

/** A matcher for unsolicited neighbour advertisements. */
export const isNeighbour =
  (fields: { readonly sender?: string; readonly target?: string; readonly router?: boolean }) =>
  (frame: Frame): frame is Neighbour =>
    frame.kind === "neighbour" &&
    !frame.solicited &&
    (fields.router === undefined || frame.router === fields.router) &&
    (fields.sender === undefined || frame.sender === fields.sender) &&
    (fields.target === undefined || frame.target === fields.target);
