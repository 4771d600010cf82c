import { type Buffers, type LengthsOf, one, output, same } from "./lengths.ts";
import type { Storage } from "./storage.ts";

/** Part of a storage, `length` values from `from` on, and where they go to in another. */
export interface Range {
  readonly length: number;
  readonly from: number;
  readonly to: number;
}

/** How two values are compared. */
export type Relation = "less" | "lessOrEqual" | "equal" | "notEqual" | "greaterOrEqual" | "greater";

/** Arithmetic on `length` values, in any physical order. `out` may be the same storage as an input. */
export interface ElementwiseBackend {
  /** `out = value`. */
  fill(length: number, buffers: Buffers<"out">, value: number): void;
  /** `out = x`. */
  copy(length: number, buffers: Buffers<"x" | "out">): void;
  /** `out[to + i] = value`. */
  fillRange(range: Range, buffers: Buffers<"out">, value: number): void;
  /** `out[to + i] = x[from + i]`; two different storages. */
  copyRange(range: Range, buffers: Buffers<"x" | "out">): void;
  /** `out[to + i] = out[to + i] + x[from + i]`; two different storages. */
  addRange(range: Range, buffers: Buffers<"x" | "out">): void;
  /** `out = a + b`. */
  add(length: number, buffers: Buffers<"a" | "b" | "out">): void;
  /** `out = a - b`. */
  subtract(length: number, buffers: Buffers<"a" | "b" | "out">): void;
  /** `out = a * b`. */
  multiply(length: number, buffers: Buffers<"a" | "b" | "out">): void;
  /** `out = a / b`. */
  divide(length: number, buffers: Buffers<"a" | "b" | "out">): void;
  /** `out = 1` where `a` stands in the relation to `b`, else 0; NaN is only "notEqual" to anything. */
  compare(length: number, buffers: Buffers<"a" | "b" | "out">, relation: Relation): void;
  /** `out = x * factor`. */
  scale(length: number, buffers: Buffers<"x" | "out">, factor: number): void;
  /** `out = x + offset`. */
  shift(length: number, buffers: Buffers<"x" | "out">, offset: number): void;
  /** `out = e^x`. */
  exp(length: number, buffers: Buffers<"x" | "out">): void;
  /** `out = tanh(x)`. */
  tanh(length: number, buffers: Buffers<"x" | "out">): void;
  /** `out = sqrt(x)`; NaN for negative values. */
  sqrt(length: number, buffers: Buffers<"x" | "out">): void;
  /** `out = min(max(x, least), most)`; NaN stays. */
  clamp(
    length: number,
    buffers: Buffers<"x" | "out">,
    limits: { readonly least: number; readonly most: number },
  ): void;
  /** `out = x * factor[0]`. */
  scaleBy(length: number, buffers: Buffers<"x" | "factor" | "out">): void;
  /** `out = max(x, 0)`; NaN stays. */
  relu(length: number, buffers: Buffers<"x" | "out">): void;
  /** `gx = gy * (y > 0 ? 1 : 0)`; `gx` may be `gy`. */
  reluBackward(length: number, buffers: Buffers<"y" | "gy" | "gx">): void;
  /** `out = 1` where `x` is not zero, else 0. */
  isNonZero(length: number, buffers: Buffers<"x" | "out">): void;
}

/** Any length that holds the range; NaN, which is refused, for a range that is none. */
function holding(storage: Storage, first: number, length: number): number {
  const isRange = Number.isInteger(first) && Number.isInteger(length) && first >= 0 && length >= 0;
  return isRange ? Math.max(storage.length, first + length) : NaN;
}

const source = ({ from, length }: Range, { x }: Buffers<"x">): number => holding(x, from, length);
const target = ({ to, length }: Range, { out }: Buffers<"out">): number => holding(out, to, length);

/** Lengths of the buffers of `ElementwiseBackend`. */
export const ELEMENTWISE_LENGTHS: LengthsOf<ElementwiseBackend> = {
  fill: { out: output(same) },
  copy: { x: same, out: output(same) },
  fillRange: { out: output(target) },
  copyRange: { x: source, out: output(target) },
  addRange: { x: source, out: output(target) },
  add: { a: same, b: same, out: output(same) },
  subtract: { a: same, b: same, out: output(same) },
  multiply: { a: same, b: same, out: output(same) },
  divide: { a: same, b: same, out: output(same) },
  compare: { a: same, b: same, out: output(same) },
  scale: { x: same, out: output(same) },
  shift: { x: same, out: output(same) },
  exp: { x: same, out: output(same) },
  tanh: { x: same, out: output(same) },
  sqrt: { x: same, out: output(same) },
  clamp: { x: same, out: output(same) },
  scaleBy: { x: same, factor: one, out: output(same) },
  relu: { x: same, out: output(same) },
  reluBackward: { y: same, gy: same, gx: output(same) },
  isNonZero: { x: same, out: output(same) },
};
