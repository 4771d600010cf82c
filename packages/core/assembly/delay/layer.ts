// What the kernels for delays of whole steps share.

/** The sizes of a layer. */
export class DelayLayer {
  steps: i32;
  outSteps: i32;
  batch: i32;
  inputs: i32;
  outputs: i32;
  taps: i32;
  kernelCount: i32;
  sharedPositions: i32;
}

/** Added to the sum that a bump is divided by. */
export const EPSILON: f32 = 1e-7;
/** Bytes of a synapse: a place, and its weight. */
export const SYNAPSE: usize = 8;
