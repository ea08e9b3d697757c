// Kinds of values in netlink messages: how each is written, read and printed. A kind reads only between the limits it
// is given; octets that are no such value give a reason.
import { toHex } from "../../base/bytes.js";
import { type IpAddress, formatIp, ipFromOctets } from "../../base/ip.js";
import { decodeUtf8, encodeUtf8 } from "../../base/utf8.js";
import { LITTLE_ENDIAN, type Writer } from "./writer.js";

/** Why octets could not be read. */
export class Malformed {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

export interface Kind<T> {
  /** Completes "... octets are no". */
  readonly name: string;
  /** Bits that stand beside the type of an attribute of this kind (NLA_F_NESTED). */
  readonly typeFlags: number;
  write(out: Writer, value: T): void;
  /** Reads the octets from `start` up to `end`. */
  read(view: DataView, start: number, end: number): T | Malformed;
  print(value: T): string;
}

/** A kind whose values all take the same number of octets: it can be a field of a struct. */
export interface FixedKind<T> extends Kind<T> {
  readonly size: number;
}

export type KindValue<K> = K extends Kind<infer T> ? T : never;

const wrongLength = (name: string, start: number, end: number): Malformed =>
  new Malformed(`${end - start} octets are no ${name}`);

function fixed<T>(
  name: string,
  size: number,
  write: (out: Writer, value: T) => void,
  read: (view: DataView, at: number) => T,
): FixedKind<T> {
  return {
    name,
    size,
    typeFlags: 0,
    write,
    read: (view, start, end) => (end - start === size ? read(view, start) : wrongLength(name, start, end)),
    print: String,
  };
}

export const u8 = fixed<number>(
  "u8",
  1,
  (out, value) => out.u8(value),
  (view, at) => view.getUint8(at),
);
export const u16 = fixed<number>(
  "u16",
  2,
  (out, value) => out.u16(value),
  (view, at) => view.getUint16(at, LITTLE_ENDIAN),
);
export const u32 = fixed<number>(
  "u32",
  4,
  (out, value) => out.u32(value),
  (view, at) => view.getUint32(at, LITTLE_ENDIAN),
);
export const s32 = fixed<number>(
  "s32",
  4,
  (out, value) => out.u32(value),
  (view, at) => view.getInt32(at, LITTLE_ENDIAN),
);
export const u64 = fixed<bigint>(
  "u64",
  8,
  (out, value) => out.u64(value),
  (view, at) => view.getBigUint64(at, LITTLE_ENDIAN),
);

/** Network byte order, for example a port. */
export const u16be = fixed<number>(
  "u16be",
  2,
  (out, value) => out.u16(value, false),
  (view, at) => view.getUint16(at, false),
);
export const u32be = fixed<number>(
  "u32be",
  4,
  (out, value) => out.u32(value, false),
  (view, at) => view.getUint32(at, false),
);

/** Text that ends with a zero octet; on reading it may also end with the attribute. */
export const string: Kind<string> = {
  name: "string",
  typeFlags: 0,
  write(out, value) {
    out.octets(encodeUtf8(value));
    out.u8(0);
  },
  read(view, start, end) {
    const bytes = new Uint8Array(view.buffer, view.byteOffset + start, end - start);
    const terminator = bytes.indexOf(0);
    return decodeUtf8(bytes, 0, terminator < 0 ? bytes.length : terminator);
  },
  print: (value) => JSON.stringify(value),
};

/** Octets as they are; reading copies them, so they outlive the buffer. */
export const bytes: Kind<Uint8Array> = {
  name: "octets",
  typeFlags: 0,
  write: (out, value) => out.octets(value),
  read: (view, start, end) => new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice(),
  print: toHex,
};

/** Eight octets in network order: 64 bits that are a name rather than a number. */
export const octets8: Kind<readonly number[]> = {
  name: "eight octets",
  typeFlags: 0,
  write: (out, value) => out.octets(value),
  read: (view, start, end) =>
    end - start === 8
      ? Array.from(new Uint8Array(view.buffer, view.byteOffset + start, 8))
      : wrongLength("eight octets", start, end),
  print: toHex,
};

/** An attribute without payload: being there is its value. */
export const flag: Kind<true> = {
  name: "flag",
  typeFlags: 0,
  write: () => undefined,
  read: (_view, start, end) => (start === end ? true : wrongLength("flag", start, end)),
  print: String,
};

/** An IPv4 or IPv6 address; its length tells which. */
export const ip: Kind<IpAddress> = {
  name: "IP address",
  typeFlags: 0,
  write: (out, value) => out.octets(value.octets),
  read: (view, start, end) =>
    end - start === 4 || end - start === 16
      ? ipFromOctets(new Uint8Array(view.buffer, view.byteOffset + start, end - start))
      : wrongLength("IP address", start, end),
  print: formatIp,
};

export type Field = readonly [name: string, kind: FixedKind<unknown>];
export type FieldsOf<F extends readonly Field[]> = { readonly [R in F[number] as R[0]]: KindValue<R[1]> };

/**
 * A C structure: its fields in order, without gaps (padding is a field like any other). Octets behind the last field are
 * passed over: later kernels append fields.
 */
export function struct<const F extends readonly Field[]>(name: string, fields: F): FixedKind<FieldsOf<F>>;
export function struct(name: string, fields: readonly Field[]): FixedKind<Readonly<Record<string, unknown>>> {
  const size = fields.reduce((sum, [, kind]) => sum + kind.size, 0);
  return {
    name,
    size,
    typeFlags: 0,
    write(out, values) {
      for (const [field, kind] of fields) kind.write(out, values[field]);
    },
    read(view, start, end) {
      if (end - start < size) return wrongLength(name, start, end);
      const values: Record<string, unknown> = {};
      let at = start;
      for (const [field, kind] of fields) {
        values[field] = kind.read(view, at, at + kind.size);
        at += kind.size;
      }
      return values;
    },
    print: (values) => fields.map(([field, kind]) => `${field} ${kind.print(values[field])}`).join(" "),
  };
}
