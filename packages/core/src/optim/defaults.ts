const moments = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8 } as const;

/** The options of each optimiser where none are given, as in PyTorch: read by the classes here and by recipes. */
export const OPTIMIZER_DEFAULTS = {
  SGD: { weightDecay: 0, momentum: 0, dampening: 0, nesterov: false },
  Adam: { ...moments, weightDecay: 0 },
  AdamW: { ...moments, weightDecay: 0.01 },
} as const;

/** The options of schedules where none are given: read by the functions here and by recipes. */
export const SCHEDULE_DEFAULTS = {
  cosineAnnealing: { etaMin: 0 },
  step: { gamma: 0.1 },
  oneCycle: { pctStart: 0.3, divFactor: 25, finalDivFactor: 1e4, momentum: [0.85, 0.95] },
} as const;
