import { type Buffers, type LengthsOf, one, output, same } from "./lengths.ts";
import { imageLength, type ImageSize } from "./sizes.ts";

/** The values that a tensor must have; see `ReduceBackend.findOutside`. */
export interface ValueRange {
  readonly min: number;
  readonly max: number;
  /** Only whole numbers are inside. */
  readonly whole?: boolean;
}

/** A value that is not as it should be, and where it stands. */
export interface OutsideValue {
  readonly index: number;
  readonly value: number;
}

/** Sums over all values, or per channel. A *pair* is a storage of two values whose sum is the result: see `pairOf`. */
export interface ReduceBackend {
  /** `out[0] = sum of x`; a backend may add up to 64 neighbours in float32, and their sums in float64. */
  sum(length: number, buffers: Buffers<"x" | "out">): void;
  /** `out` = pair of the sum of squares, in float64 where it is added up; not finite when any value is not, or the sum is beyond float32. */
  sumOfSquares(length: number, buffers: Buffers<"x" | "out">): void;
  /** `out` = pair of how many values are not zero. */
  countNonZero(length: number, buffers: Buffers<"x" | "out">): void;
  /** `out[c] = sum over planes and positions of x`. */
  sumPerChannel(size: ImageSize, buffers: Buffers<"x" | "out">): void;
  /**
   * The first value that is not from `min` to `max`, or not whole where it must be; NaN is outside.
   * A backend that cannot read at once returns undefined and throws a MyelinError with both at the step's end.
   */
  findOutside(length: number, buffers: Buffers<"x">, range: ValueRange): OutsideValue | undefined;
}

/** A number as two float32, which hold 48 of the 53 bits of a float64. */
export function pairOf(value: number): readonly [number, number] {
  const high = Math.fround(value);
  return [high, Number.isFinite(high) ? value - high : 0];
}

/** Lengths of the buffers of `ReduceBackend`. */
export const REDUCE_LENGTHS: LengthsOf<ReduceBackend> = {
  sum: { x: same, out: output(one) },
  sumOfSquares: { x: same, out: output(pair) },
  countNonZero: { x: same, out: output(pair) },
  sumPerChannel: { x: imageLength, out: output(({ channels }) => channels) },
  findOutside: { x: same },
};

function pair(): number {
  return 2;
}
