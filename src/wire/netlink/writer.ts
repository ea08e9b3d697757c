// One preallocated buffer that netlink messages are written into, one behind the other. Lengths stand before what they
// measure, so messages and attributes are opened, filled and closed.
import { assert } from "../../base/assert.js";

/** Netlink numbers are in the byte order of the machine, unless a field says otherwise. */
export const LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Messages and attributes begin at multiples of four octets (NLMSG_ALIGNTO, NLA_ALIGNTO). */
export const align = (length: number): number => (length + 3) & ~3;

export class Writer {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #length = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** What has been written: a view of the buffer, not a copy. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** Octets that still fit. */
  get room(): number {
    return this.#bytes.length - this.#length;
  }

  clear(): void {
    this.#length = 0;
  }

  u8(value: number): void {
    this.#view.setUint8(this.#claim(1), value);
  }

  u16(value: number, littleEndian = LITTLE_ENDIAN): void {
    this.#view.setUint16(this.#claim(2), value, littleEndian);
  }

  u32(value: number, littleEndian = LITTLE_ENDIAN): void {
    this.#view.setUint32(this.#claim(4), value, littleEndian);
  }

  u64(value: bigint): void {
    this.#view.setBigUint64(this.#claim(8), value, LITTLE_ENDIAN);
  }

  octets(octets: ArrayLike<number>): void {
    this.#bytes.set(octets, this.#claim(octets.length));
  }

  /** Begins a message: a 32-bit length that {@link closeMessage} fills in. */
  openMessage(): number {
    return this.#claim(4);
  }

  closeMessage(start: number): void {
    this.#view.setUint32(start, this.#length - start, LITTLE_ENDIAN);
    this.#pad();
  }

  /** Begins an attribute: a 16-bit length that {@link closeAttribute} fills in, and the type. */
  openAttribute(type: number): number {
    const start = this.#claim(4);
    this.#view.setUint16(start + 2, type, LITTLE_ENDIAN);
    return start;
  }

  /** Begins what is no attribute and yet stands behind a 16-bit length of itself; {@link closeAttribute} ends it. */
  openLength(): number {
    return this.#claim(2);
  }

  closeAttribute(start: number): void {
    const length = this.#length - start;
    assert(length <= 0xffff, "an attribute fits its 16-bit length", { length });
    this.#view.setUint16(start, length, LITTLE_ENDIAN);
    this.#pad();
  }

  #pad(): void {
    const end = align(this.#length);
    while (this.#length < end) this.u8(0);
  }

  #claim(size: number): number {
    assert(size <= this.room, "a netlink message fits its buffer");
    const at = this.#length;
    this.#length = at + size;
    return at;
  }
}
