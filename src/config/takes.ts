// What a keyword takes, as data: the reference, the comparison with keepalived and the values of tests are made from it.

export type Takes =
  /** No word; what stands there is ignored. */
  | { readonly kind: "nothing" }
  /** `on`, `off` and the like, or no word. */
  | { readonly kind: "boolean" }
  | NumberTakes
  /** One of these, spelt exactly. */
  | { readonly kind: "choice"; readonly words: readonly string[] }
  | { readonly kind: "address"; readonly of: "host" | "prefix" | "multicast"; readonly family?: 4 | 6 }
  | { readonly kind: "interface" }
  /** Any word, of at most so many characters where that is said. */
  | { readonly kind: "text"; readonly longest?: number }
  /** `"CMD ARGS" [USER [:][GROUP]]`, or the command alone. */
  | { readonly kind: "command"; readonly identity: boolean }
  /** `USER [:][GROUP]`. */
  | { readonly kind: "identity" }
  /** A grammar of its own, which only people can read. */
  | { readonly kind: "own" };

export interface NumberTakes {
  readonly kind: "number";
  readonly min: number;
  readonly max: number;
  /** Decimal places that count. */
  readonly decimals: number;
  readonly unit?: "s" | "ms" | "us" | "bytes";
}

/**
 * What holds where a keyword is not written: a value as it would be written, or where it comes from. A switch is off
 * unless its row says otherwise; absent elsewhere: nothing.
 */
export type Default = string | { readonly from: string };

export const wholeNumber = (min: number, max: number, unit?: NumberTakes["unit"]): NumberTakes => ({
  kind: "number",
  min,
  max,
  decimals: 0,
  ...(unit !== undefined && { unit }),
});
