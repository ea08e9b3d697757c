// The part of chai 6 that the tests use; the package carries no declarations of its own.
declare module "chai" {
  interface Assertion {
    readonly to: Assertion;
    readonly be: Assertion;
    readonly been: Assertion;
    readonly is: Assertion;
    readonly that: Assertion;
    readonly and: Assertion;
    readonly has: Assertion;
    readonly have: Assertion;
    readonly with: Assertion;
    readonly not: Assertion;
    readonly deep: Assertion;
    readonly nested: Assertion;
    readonly own: Assertion;
    readonly ordered: Assertion;
    readonly any: Assertion;
    readonly all: Assertion;
    readonly ok: Assertion;
    readonly true: Assertion;
    readonly false: Assertion;
    readonly null: Assertion;
    readonly undefined: Assertion;
    readonly exist: Assertion;
    readonly empty: Assertion;
    readonly length: Assertion & ((length: number, message?: string) => Assertion);
    readonly a: Assertion & ((type: string, message?: string) => Assertion);
    readonly an: Assertion & ((type: string, message?: string) => Assertion);
    readonly include: Assertion & ((value: unknown, message?: string) => Assertion);
    readonly contain: Assertion & ((value: unknown, message?: string) => Assertion);
    equal(value: unknown, message?: string): Assertion;
    equals(value: unknown, message?: string): Assertion;
    eql(value: unknown, message?: string): Assertion;
    above(value: number, message?: string): Assertion;
    below(value: number, message?: string): Assertion;
    least(value: number, message?: string): Assertion;
    most(value: number, message?: string): Assertion;
    greaterThan(value: number, message?: string): Assertion;
    lessThan(value: number, message?: string): Assertion;
    within(start: number, finish: number, message?: string): Assertion;
    closeTo(expected: number, delta: number, message?: string): Assertion;
    oneOf(values: readonly unknown[], message?: string): Assertion;
    match(pattern: RegExp, message?: string): Assertion;
    string(text: string, message?: string): Assertion;
    property(name: string, value?: unknown, message?: string): Assertion;
    lengthOf(length: number, message?: string): Assertion;
    members(values: readonly unknown[], message?: string): Assertion;
    keys(...names: readonly (string | readonly string[])[]): Assertion;
    instanceOf(constructor: unknown, message?: string): Assertion;
    throw(expected?: unknown, message?: string | RegExp): Assertion;
    satisfy(predicate: (value: never) => boolean, message?: string): Assertion;
  }

  export interface ExpectStatic {
    (value: unknown, message?: string): Assertion;
    fail(message?: string): never;
  }

  export const expect: ExpectStatic;
}
