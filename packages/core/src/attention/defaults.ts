/** The options of advanced spatial attention where none are given: read by the class here and by recipes. */
export const ATTENTION_DEFAULTS = {
  reduction: 1,
  lambda: 0.5,
  maskMode: "xor",
  maskScope: "sample",
  trainableScore: false,
} as const;
