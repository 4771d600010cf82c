import { type Buffers, type LengthsOf, output } from "./lengths.ts";

/** Dropout over `[steps, batch, features]`; an image has `features = channels * positions`. */
export interface DropoutSize {
  readonly steps: number;
  readonly batch: number;
  readonly channels: number;
  readonly positions: number;
}

/** Which values are dropped. */
export interface DropoutDraw {
  /** Probability that a value is set to zero; the others are divided by `1 - p`. */
  readonly p: number;
  /** One mask per sample for all time steps, instead of a fresh one each step. */
  readonly constantOverTime: boolean;
  /** 32-bit key of the mask; see `randomBits` in `engine/random.ts`. */
  readonly key: number;
}

/** Random masks. */
export interface DropoutBackend {
  /** Values at logical index e = (t, b, c, p): kept and scaled, or zero; the same call on gradients is its own backward. */
  apply(size: DropoutSize, buffers: Buffers<"x" | "y">, options: DropoutDraw): void;
}

const values = ({ steps, batch, channels, positions }: DropoutSize): number =>
  steps * batch * channels * positions;

/** Lengths of the buffers of `DropoutBackend`. */
export const DROPOUT_LENGTHS: LengthsOf<DropoutBackend> = { apply: { x: values, y: output(values) } };
