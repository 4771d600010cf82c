/** The options of layers with delays where none are given: read by the classes here and by recipes. */
export const DELAY_DEFAULTS = {
  version: "gauss",
  kernelCount: 1,
  learn: true,
  per: "synapse",
  keepLength: false,
  /** Of `DelayConv2d` alone. */
  stride: 1,
  padding: 0,
} as const;

/** Where the width of the bumps ends, and in which share of the epochs it gets there. */
export const SIGMA_DEFAULTS = { sigmaEnd: 0.23, fraction: 0.25 } as const;
