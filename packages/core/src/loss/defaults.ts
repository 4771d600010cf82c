/** The options of losses where none are given: read by the functions here and by recipes. */
export const LOSS_DEFAULTS = { labelSmoothing: 0, lambda: 0.05, phi: 1 } as const;
