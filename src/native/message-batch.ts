// A vector of messages for sendmmsg(2) and recvmmsg(2), laid out once in memory that does not move:
//
//   struct mmsghdr[n]   struct iovec[n]   address[n]   control[n]   data[n]
//
//   struct mmsghdr (64 octets on 64-bit)            struct iovec (16)
//   0   msg_name       pointer                      0   iov_base  pointer
//   8   msg_namelen    u32                          8   iov_len   u64
//   16  msg_iov        pointer
//   24  msg_iovlen     u64
//   32  msg_control    pointer
//   40  msg_controllen u64: room for ancillary data, and after receiving how much there is
//   48  msg_flags      int
//   56  msg_len        u32: octets sent or received
import { addressOf, allocateFixed } from "./library.js";

export const MMSGHDR_LENGTH = 64;
export const IOVEC_LENGTH = 16;

const NAME_LENGTH = 8;
const CONTROL = 32;
const CONTROL_LENGTH = 40;
const FLAGS = 48;
const MESSAGE_LENGTH = 56;
const IOV_LEN = 8;

export interface MessageBatchShape {
  /** How many messages fit. */
  readonly count: number;
  /** Octets of an address: 0 where none is given or asked for. */
  readonly addressLength: number;
  /** Octets of ancillary data (cmsg(3)) of each message, a multiple of 8; 0 where none is asked for. */
  readonly controlLength?: number;
  /** Octets of data of each message. */
  readonly dataLength: number;
}

export class MessageBatch {
  readonly count: number;
  readonly addressLength: number;
  readonly controlLength: number;
  readonly dataLength: number;
  readonly #memory: Buffer;
  readonly #iovecs: number;
  readonly #addresses: number;
  readonly #controls: number;
  readonly #data: number;

  constructor(shape: MessageBatchShape) {
    this.count = shape.count;
    this.addressLength = shape.addressLength;
    this.controlLength = shape.controlLength ?? 0;
    this.dataLength = shape.dataLength;
    this.#iovecs = shape.count * MMSGHDR_LENGTH;
    this.#addresses = this.#iovecs + shape.count * IOVEC_LENGTH;
    // Control headers are read and written by the kernel as 64-bit words.
    this.#controls = (this.#addresses + shape.count * shape.addressLength + 7) & ~7;
    this.#data = this.#controls + shape.count * this.controlLength;
    this.#memory = allocateFixed(this.#data + shape.count * shape.dataLength);

    const base = addressOf(this.#memory);
    for (let i = 0; i < shape.count; i++) {
      const header = i * MMSGHDR_LENGTH;
      const iovec = this.#iovecs + i * IOVEC_LENGTH;
      if (shape.addressLength > 0) {
        this.#memory.writeBigUInt64LE(base + BigInt(this.#addresses + i * shape.addressLength), header);
        this.#memory.writeUInt32LE(shape.addressLength, header + NAME_LENGTH);
      }
      if (this.controlLength > 0) {
        this.#memory.writeBigUInt64LE(base + BigInt(this.#controls + i * this.controlLength), header + CONTROL);
      }
      this.#memory.writeBigUInt64LE(base + BigInt(iovec), header + 16);
      this.#memory.writeBigUInt64LE(1n, header + 24);
      this.#memory.writeBigUInt64LE(base + BigInt(this.#data + i * shape.dataLength), iovec);
      this.#memory.writeUInt32LE(shape.dataLength, iovec + IOV_LEN);
    }
  }

  /** The headers of `count` messages from `first` on: what the calls are given. */
  headersFrom(first: number, count: number): Buffer {
    this.#check(first, count);
    return this.#memory.subarray(first * MMSGHDR_LENGTH, (first + count) * MMSGHDR_LENGTH);
  }

  /** Before receiving: the last call has left its own lengths where the room for address and ancillary data stands. */
  makeRoom(count: number): void {
    const control = BigInt(this.controlLength);
    for (let i = 0; i < count; i++) {
      const header = i * MMSGHDR_LENGTH;
      if (this.addressLength > 0) this.#memory.writeUInt32LE(this.addressLength, header + NAME_LENGTH);
      if (this.controlLength > 0) this.#memory.writeBigUInt64LE(control, header + CONTROL_LENGTH);
    }
  }

  /** The ancillary data of a received message, as a view that the next receive overwrites. */
  control(index: number): Buffer {
    this.#check(index, 1);
    const start = this.#controls + index * this.controlLength;
    const length = Number(this.#memory.readBigUInt64LE(index * MMSGHDR_LENGTH + CONTROL_LENGTH));
    return this.#memory.subarray(start, start + Math.min(length, this.controlLength));
  }

  /** The address of a message: to be written before sending, or read after receiving. */
  address(index: number): Buffer {
    this.#check(index, 1);
    const start = this.#addresses + index * this.addressLength;
    return this.#memory.subarray(start, start + this.addressLength);
  }

  /** Gives a message its data, copied. A longer one than `dataLength` is a defect of the caller. */
  put(index: number, data: Uint8Array): void {
    this.#check(index, 1);
    if (data.length > this.dataLength) {
      throw new RangeError(`a message of ${data.length} octets where ${this.dataLength} fit`);
    }
    this.#memory.set(data, this.#data + index * this.dataLength);
    this.#memory.writeUInt32LE(data.length, this.#iovecs + index * IOVEC_LENGTH + IOV_LEN);
  }

  /** What was received, as a view that the next receive overwrites. */
  received(index: number): Buffer {
    this.#check(index, 1);
    const start = this.#data + index * this.dataLength;
    const length = this.#memory.readUInt32LE(index * MMSGHDR_LENGTH + MESSAGE_LENGTH);
    return this.#memory.subarray(start, start + Math.min(length, this.dataLength));
  }

  /** msg_flags of a received message, for example MSG_TRUNC. */
  flags(index: number): number {
    this.#check(index, 1);
    return this.#memory.readInt32LE(index * MMSGHDR_LENGTH + FLAGS);
  }

  #check(first: number, count: number): void {
    if (!(first >= 0 && count >= 0 && first + count <= this.count)) {
      throw new RangeError(`messages ${first}..${first + count} of a batch of ${this.count}`);
    }
  }
}
