// Attributes: what netlink messages are made of behind their fixed part (<linux/netlink.h>, struct nlattr).
//
// | length (16), header included | N O | type (14) |   N: NLA_F_NESTED, O: NLA_F_NET_BYTEORDER
// | payload, padded to a multiple of four octets   |
//
// A table has one row per attribute. Writing, reading and printing follow from it, and so does the type of the values.
import { assert } from "../../base/assert.js";
import { toHex } from "../../base/bytes.js";
import { type FixedKind, type Kind, type KindValue, Malformed, bytes } from "./kind.js";
import { LITTLE_ENDIAN, Writer, align } from "./writer.js";

const HEADER_LENGTH = 4;
/** {@link encode} is for the few attributes whose table depends on another attribute beside them. */
const ENCODED_LIMIT = 256;
const NLA_F_NESTED = 0x8000;
const TYPE_MASK = 0x3fff;

export type Row = readonly [name: string, type: number, kind: Kind<unknown>];

/** An attribute that its table has no row for. */
export interface UnknownAttribute {
  /** As it stands in the message, NLA_F_* bits included. */
  readonly type: number;
  readonly payload: Uint8Array;
}

interface Unknowns {
  /** In the order of the message. */
  readonly unknown?: readonly UnknownAttribute[];
}

/** One optional member per row, of the type that the row's kind has. */
export type ValuesOf<R extends readonly Row[]> = {
  readonly [A in R[number] as A[0]]?: KindValue<A[2]> | undefined;
} & Unknowns;

export interface Table<V> {
  readonly name: string;
  /** Writes the attributes that have a value, in the order of the rows, then the unknown ones. */
  write(out: Writer, values: V): void;
  /** Reads the attributes from `start` up to `end`. Of one that comes twice, the last counts, as in the kernel. */
  read(view: DataView, start: number, end: number): V | Malformed;
  /** For logs and debugging: `local 10.0.0.1 label "eth0:1"`. */
  print(values: V): string;
}

export function table<const R extends readonly Row[]>(name: string, rows: R): Table<ValuesOf<R>>;
export function table(name: string, rows: readonly Row[]): Table<Readonly<Record<string, unknown>> & Unknowns> {
  const byType = new Map(rows.map((row) => [row[1], row]));
  const names = new Set(["unknown", ...rows.map((row) => row[0])]);
  assert(byType.size === rows.length && names.size === rows.length + 1, "rows of a table differ", { name });
  return {
    name,
    write(out, values) {
      for (const [field, type, kind] of rows) {
        const value = values[field];
        if (value !== undefined) writeAttribute(out, type, kind, value);
      }
      for (const { type, payload } of values.unknown ?? []) writeAttribute(out, type, bytes, payload);
    },
    read(view, start, end) {
      const values: Record<string, unknown> = {};
      const unknown: UnknownAttribute[] = [];
      const malformed = eachAttribute(view, start, end, (type, from, to) => {
        const row = byType.get(type & TYPE_MASK);
        if (row === undefined) {
          unknown.push({ type, payload: copy(view, from, to) });
          return undefined;
        }
        const [field, , kind] = row;
        const value = kind.read(view, from, to);
        if (value instanceof Malformed) return new Malformed(`${field}: ${value.reason}`);
        values[field] = value;
        return undefined;
      });
      if (malformed !== undefined) return new Malformed(`${name}: ${malformed.reason}`);
      return unknown.length > 0 ? { ...values, unknown } : values;
    },
    print(values) {
      const words: string[] = [];
      for (const [field, , kind] of rows) {
        const value = values[field];
        if (value !== undefined) words.push(`${field} ${kind.print(value)}`);
      }
      for (const { type, payload } of values.unknown ?? []) words.push(`attribute(${type}) ${toHex(payload)}`);
      return words.join(" ");
    },
  };
}

/** The attributes by themselves, for a message in which they are octets. */
export function encode<V>(table: Table<V>, values: V): Uint8Array {
  const out = new Writer(new Uint8Array(ENCODED_LIMIT));
  table.write(out, values);
  return out.written;
}

/** An attribute that holds attributes. */
export function nested<V>(inner: Table<V>): Kind<V> {
  return {
    name: inner.name,
    typeFlags: NLA_F_NESTED,
    write: (out, value) => inner.write(out, value),
    read: (view, start, end) => inner.read(view, start, end),
    print: (value) => `{ ${inner.print(value)} }`,
  };
}

/** An attribute that holds a list; the types of its members are their places, counted from one. */
export const array = <T>(item: Kind<T>): Kind<readonly T[]> => listOf(item, (index) => index + 1);

/** An attribute that holds a list whose members are all of type 1 (NFTA_LIST_ELEM). */
export const list = <T>(item: Kind<T>): Kind<readonly T[]> => listOf(item, () => 1);

function listOf<T>(item: Kind<T>, typeAt: (index: number) => number): Kind<readonly T[]> {
  return {
    name: `list of ${item.name}`,
    typeFlags: NLA_F_NESTED,
    write(out, values) {
      for (const [index, value] of values.entries()) writeAttribute(out, typeAt(index), item, value);
    },
    read(view, start, end) {
      const values: T[] = [];
      const malformed = eachAttribute(view, start, end, (_type, from, to) => {
        const value = item.read(view, from, to);
        if (value instanceof Malformed) return value;
        values.push(value);
        return undefined;
      });
      return malformed ?? values;
    },
    print: (values) => `[ ${values.map((value) => item.print(value)).join(", ")} ]`,
  };
}

/** What a family's messages consist of: a fixed part, then attributes. */
export interface Body<H, V> {
  write(out: Writer, header: H, attributes: V): void;
  read(view: DataView, start: number, end: number): { readonly header: H; readonly attributes: V } | Malformed;
  print(header: H, attributes: V): string;
}

export function body<H, V>(fixedPart: FixedKind<H>, attributes: Table<V>): Body<H, V> {
  return {
    write(out, header, values) {
      fixedPart.write(out, header);
      attributes.write(out, values);
    },
    read(view, start, end) {
      const header = fixedPart.read(view, start, end);
      if (header instanceof Malformed) return header;
      const values = attributes.read(view, start + fixedPart.size, end);
      return values instanceof Malformed ? values : { header, attributes: values };
    },
    print: (header, values) => `${fixedPart.name} ${fixedPart.print(header)} ${attributes.print(values)}`.trimEnd(),
  };
}

function writeAttribute<T>(out: Writer, type: number, kind: Kind<T>, value: T): void {
  const start = out.openAttribute(type | kind.typeFlags);
  kind.write(out, value);
  out.closeAttribute(start);
}

/** Visits each attribute with its type and the limits of its payload, until one is malformed. */
function eachAttribute(
  view: DataView,
  start: number,
  end: number,
  visit: (type: number, from: number, to: number) => Malformed | undefined,
): Malformed | undefined {
  let at = start;
  // Fewer octets than a header are padding.
  while (end - at >= HEADER_LENGTH) {
    const length = view.getUint16(at, LITTLE_ENDIAN);
    if (length < HEADER_LENGTH || length > end - at) {
      return new Malformed(`an attribute of ${length} octets where ${end - at} are left`);
    }
    const malformed = visit(view.getUint16(at + 2, LITTLE_ENDIAN), at + HEADER_LENGTH, at + length);
    if (malformed !== undefined) return malformed;
    at += align(length);
  }
  return undefined;
}

const copy = (view: DataView, start: number, end: number): Uint8Array =>
  new Uint8Array(view.buffer, view.byteOffset + start, end - start).slice();
