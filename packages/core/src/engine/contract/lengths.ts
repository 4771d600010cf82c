/** What it takes to say how long the operands of a backend's operations are. */

/** The part of a storage that is compared. */
export interface Sized {
  readonly length: number;
}

/** A storage (or none, where it may be absent) and how many numbers the sizes of its operation give it. */
export type Operand = readonly [storage: Sized | null | undefined, expected: number];

/** The operands of one call by name. */
export type Operands = Readonly<Record<string, Operand>>;

/** Names of the methods of a part of a backend. */
export type MethodOf<B> = {
  [K in keyof B]: B[K] extends (...args: never[]) => unknown ? K : never;
}[keyof B];

/** The operands of every method of a part of a backend; a method without an entry does not compile. */
export type LengthsOf<B> = {
  readonly [K in MethodOf<B>]: B[K] extends (...args: infer A) => unknown ? (...args: A) => Operands : never;
};

/** For what has no sizes to compare. */
export function nothing(): Operands {
  return {};
}
