import { type Buffers, type LengthsOf, output } from "./lengths.ts";
import { imageLength, type ImageSize, sequenceLength, type SequenceSize, stepLength } from "./sizes.ts";

/** What `EncodeBackend.bernoulli` needs besides intensities. */
export interface BernoulliSpec {
  /** 32-bit key: the same key, the same spikes. */
  readonly key: number;
  /** For an image: its size. */
  readonly image?: ImageSize | undefined;
}

/** What `EncodeBackend.delta` looks for. */
export interface DeltaSpec {
  readonly threshold: number;
  readonly signed: boolean;
}

/** Spikes from intensities `x` and signals; outputs are storages of their own. */
export interface EncodeBackend {
  /** `y[t, e] = 1` with probability `x[e]` (clamped to 0..1), from `randomBits(key, t * size + e)`, e in logical order. */
  bernoulli(size: SequenceSize, buffers: Buffers<"x" | "y">, spec: BernoulliSpec): void;
  /** One spike at `t = round((1 - x) (steps - 1))` for `x > 0`, none for `x <= 0`; x is clamped to 1. */
  latency(size: SequenceSize, buffers: Buffers<"x" | "y">): void;
  /** `y[t] = 1` where `x[t] - x[t-1] >= threshold` (x[-1] = 0), `-1` where `<= -threshold` if `signed`. */
  delta(size: SequenceSize, buffers: Buffers<"x" | "y">, spec: DeltaSpec): void;
}

/** Lengths of the buffers of `EncodeBackend`. */
export const ENCODE_LENGTHS: LengthsOf<EncodeBackend> = {
  bernoulli: {
    x: ({ size }, _buffers, { image }) => (image && imageLength(image) !== size ? NaN : size),
    y: output(sequenceLength),
  },
  latency: { x: stepLength, y: output(sequenceLength) },
  delta: { x: sequenceLength, y: output(sequenceLength) },
};
