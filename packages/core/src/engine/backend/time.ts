import { type Buffers, type LengthsOf, output } from "./lengths.ts";
import { sequenceLength, type SequenceSize, stepLength } from "./sizes.ts";

/** Sequences to and from single steps; outputs are storages of their own. */
export interface TimeBackend {
  /** `y[t] = x` for every step. */
  repeat(size: SequenceSize, buffers: Buffers<"x" | "y">): void;
  /** `y = factor * sum_t x[t]`. */
  sum(size: SequenceSize, buffers: Buffers<"x" | "y">, factor: number): void;
  /** `y = max_t x[t]`; `winner` gets the first such t. */
  max(size: SequenceSize, buffers: Buffers<"x" | "y" | "winner">): void;
  /** `gx[t] = gy` where `t` is the winner, else 0. */
  maxBackward(size: SequenceSize, buffers: Buffers<"gy" | "winner" | "gx">): void;
}

/** Lengths of the buffers of `TimeBackend`. */
export const TIME_LENGTHS: LengthsOf<TimeBackend> = {
  repeat: { x: stepLength, y: output(sequenceLength) },
  sum: { x: sequenceLength, y: output(stepLength) },
  max: { x: sequenceLength, y: output(stepLength), winner: output(stepLength) },
  maxBackward: { gy: stepLength, winner: stepLength, gx: output(sequenceLength) },
};
