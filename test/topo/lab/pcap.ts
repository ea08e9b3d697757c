// Reads the capture stream of `tcpdump -w -` (libpcap savefile format, pcap-savefile(5)).
//
//   file header, 24 octets              record header, 16 octets
//    0  magic a1b2c3d4 (us) or           0  seconds
//       a1b23c4d (ns), host order        4  micro- or nanoseconds
//   20  link type (1 = Ethernet)         8  octets captured, then octets on the wire

export interface CapturedFrame {
  /** Kernel time of arrival, microseconds since 1970, with a fraction. */
  readonly at: number;
  readonly bytes: Buffer;
}

const MAGIC_NANOSECONDS = 0xa1b23c4d;
const MAGIC_MICROSECONDS = 0xa1b2c3d4;
const FILE_HEADER = 24;
const RECORD_HEADER = 16;

/** Takes the stream in pieces of any size, gives back the frames that are complete. */
export class PcapReader {
  #pending: Buffer = Buffer.alloc(0);
  #fractionPerMicrosecond: number | undefined;

  push(piece: Buffer): CapturedFrame[] {
    this.#pending = this.#pending.length === 0 ? piece : Buffer.concat([this.#pending, piece]);
    const frames: CapturedFrame[] = [];
    if (this.#fractionPerMicrosecond === undefined && !this.#readFileHeader()) return frames;
    for (let frame = this.#readRecord(); frame !== undefined; frame = this.#readRecord()) frames.push(frame);
    return frames;
  }

  #readFileHeader(): boolean {
    if (this.#pending.length < FILE_HEADER) return false;
    const magic = this.#pending.readUInt32LE(0);
    if (magic !== MAGIC_NANOSECONDS && magic !== MAGIC_MICROSECONDS) {
      throw new Error(`the capture does not begin as a pcap file: ${magic.toString(16)}`);
    }
    this.#fractionPerMicrosecond = magic === MAGIC_NANOSECONDS ? 1_000 : 1;
    this.#pending = this.#pending.subarray(FILE_HEADER);
    return true;
  }

  #readRecord(): CapturedFrame | undefined {
    if (this.#pending.length < RECORD_HEADER) return undefined;
    const captured = this.#pending.readUInt32LE(8);
    if (this.#pending.length < RECORD_HEADER + captured) return undefined;
    const fraction = this.#pending.readUInt32LE(4) / (this.#fractionPerMicrosecond ?? 1);
    const at = this.#pending.readUInt32LE(0) * 1_000_000 + fraction;
    const bytes = Buffer.from(this.#pending.subarray(RECORD_HEADER, RECORD_HEADER + captured));
    this.#pending = this.#pending.subarray(RECORD_HEADER + captured);
    return { at, bytes };
  }
}
