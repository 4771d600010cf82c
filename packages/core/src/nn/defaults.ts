/** The options of layers where none are given: read by the classes here and by recipes. */
export const LAYER_DEFAULTS = {
  Linear: { bias: true, init: "default" },
  Conv2d: { stride: 1, padding: 0, groups: 1, bias: true },
  BatchNorm: { eps: 1e-5, momentum: 0.1 },
  Dropout: { constantOverTime: true },
  /** Windows of pooling do not overlap: the stride is the kernel's size. */
  Pool: { padding: 0 },
} as const;
