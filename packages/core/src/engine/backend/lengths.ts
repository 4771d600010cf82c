import type { Storage } from "./storage.ts";

/** Named buffers of an operation: those it needs, and those that may be absent. */
export type Buffers<Needed extends string, Optional extends string = never> = {
  readonly [N in Needed]: Storage;
} & { readonly [N in Optional]?: Storage | undefined };

/**
 * How many values a buffer has by the sizes of its operation; another number, or NaN, is refused. Where buffers stand
 * in an array, `place` is the one that is asked for.
 */
export type Length<S, B, O> = (size: S, buffers: B, spec: O, place: number) => number;

/** A buffer that the operation writes to. */
export interface Output<S, B, O> {
  readonly output: Length<S, B, O>;
}

/** Marks a buffer that is written to. */
export function output<S, B, O>(length: Length<S, B, O>): Output<S, B, O> {
  return { output: length };
}

/** The length of every buffer of every operation of a group; a buffer or an operation left out does not compile. */
export type LengthsOf<Group> = {
  readonly [K in keyof Group]: Group[K] extends (size: infer S, buffers: infer B, ...rest: infer R) => unknown
    ? { readonly [N in keyof Required<B>]: Length<S, B, R[0]> | Output<S, B, R[0]> }
    : never;
};

/** The length that an operation was given as its size. */
export function same(length: number): number {
  return length;
}

/** One value. */
export function one(): number {
  return 1;
}
