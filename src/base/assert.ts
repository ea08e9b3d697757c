// A broken invariant is a defect of the program: it ends the process, and the supervisor starts it again.

export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Throws {@link InvariantError} unless `condition` holds. Never use it on input: bad input is a value with a reason. */
export function assert(condition: boolean, invariant: string, detail?: unknown): asserts condition {
  if (!condition) {
    throw new InvariantError(detail === undefined ? invariant : `${invariant}: ${JSON.stringify(detail)}`);
  }
}

/** Marks a branch that the types say cannot be reached. */
export function unreachable(value: never): never {
  throw new InvariantError(`unreachable value ${JSON.stringify(value)}`);
}
