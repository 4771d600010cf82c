import type { SurrogateKind } from "../equations/index.ts";

/** Names that stand for the built-in surrogates with their default steepness. */
export type SurrogateName = Exclude<SurrogateKind, "custom">;

/** What spiking neurons do unless told otherwise; the surrogate has the steepness of {@link SURROGATE_ALPHA}. */
const spiking = {
  vThreshold: 1,
  vReset: 0,
  detachReset: false,
  surrogate: "sigmoid" satisfies SurrogateName,
} as const;

const leak = { tau: 2, decayInput: true } as const;
const leaky = { ...spiking, ...leak } as const;

/** The options of each neuron where none are given: read by the classes here and by recipes. `tau` is PLIF's `initTau`. */
export const NEURON_DEFAULTS = {
  IF: spiking,
  LIF: leaky,
  PLIF: leaky,
  KLIF: { ...leaky, k: 1, scaleReset: false },
  ALIF: { ...leaky, tauAdaptation: 200, beta: 1.8 },
  LeakyIntegrator: leak,
} as const;

/** The steepness alpha of each built-in surrogate where none is given. */
export const SURROGATE_ALPHA: Readonly<Record<SurrogateName, number>> = {
  atan: 2,
  sigmoid: 4,
  piecewiseQuadratic: 1,
  triangle: 1,
  rectangle: 1,
  fastSigmoid: 25,
};
