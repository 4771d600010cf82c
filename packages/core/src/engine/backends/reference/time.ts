/** Sequences `[T, size]` to and from single steps `[size]`. */
import type { SequenceSize } from "../../backend.ts";
import { exceeds } from "./elementwise.ts";

/** `y[t] = x`. */
export function repeatOverTime({ steps, size }: SequenceSize, x: Float64Array, y: Float64Array): void {
  for (let t = 0; t < steps; t++) {
    for (let e = 0; e < size; e++) y[t * size + e] = x[e]!;
  }
}

/** `y = factor sum_t x[t]`. */
export function sumOverTime(
  { steps, size }: SequenceSize,
  factor: number,
  x: Float64Array,
  y: Float64Array,
): void {
  for (let e = 0; e < size; e++) {
    let sum = 0;
    for (let t = 0; t < steps; t++) sum += x[t * size + e]!;
    y[e] = factor * sum;
  }
}

/** `y = max_t x[t]`; `winner` is the first such t. */
export function maxOverTime(
  { steps, size }: SequenceSize,
  x: Float64Array,
  y: Float64Array,
  winner: Float64Array,
): void {
  for (let e = 0; e < size; e++) {
    let first = 0;
    for (let t = 1; t < steps; t++) {
      if (exceeds(x[t * size + e]!, x[first * size + e]!)) first = t;
    }
    y[e] = x[first * size + e]!;
    winner[e] = first;
  }
}

/** The gradient of a maximum goes to its winner. */
export function maxOverTimeBackward(
  { steps, size }: SequenceSize,
  gy: Float64Array,
  winner: Float64Array,
  gx: Float64Array,
): void {
  for (let t = 0; t < steps; t++) {
    for (let e = 0; e < size; e++) gx[t * size + e] = winner[e] === t ? gy[e]! : 0;
  }
}
