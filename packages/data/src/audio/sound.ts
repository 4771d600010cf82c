/** A recording in one channel. */
export interface Sound {
  /** f32 or f64 [samples], full scale is -1 to 1. */
  readonly samples: Float32Array | Float64Array;
  /** Samples a second. */
  readonly sampleRate: number;
  /** How many samples of the file lay beyond full scale and were cut to it; absent if there were none. */
  readonly clipped?: number;
}
