/** The largest float32: what is beyond it is infinite there. */
export const LARGEST_FLOAT32 = 3.4028234663852886e38;
