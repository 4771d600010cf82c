import type { SurrogateName } from "../../src/neurons/defaults.ts";
import type { NeuronSpec } from "../support/built-in.ts";

/** A spec whose surrogate is built in, so that its primitive is known. */
export type BuiltIn = NeuronSpec & { readonly surrogate: SurrogateName };

const RESETS = { "hard reset": 0, "negative reset": -0.3, "soft reset": null };

const SURROGATES: Record<SurrogateName, number> = {
  atan: 2,
  sigmoid: 4,
  piecewiseQuadratic: 1,
  triangle: 0.8,
  rectangle: 1.1,
  fastSigmoid: 3,
};

const FAMILIES = {
  IF: { neuron: "IF", decayInput: false },
  "LIF, decayInput": { neuron: "LIF", decayInput: true },
  LIF: { neuron: "LIF", decayInput: false },
  "PLIF, decayInput": { neuron: "PLIF", decayInput: true },
  PLIF: { neuron: "PLIF", decayInput: false },
  "KLIF, decayInput": { neuron: "KLIF", decayInput: true },
  KLIF: { neuron: "KLIF", decayInput: false },
  "KLIF, scaleReset": { neuron: "KLIF", decayInput: true, scaleReset: true },
  "ALIF, decayInput": { neuron: "ALIF", decayInput: true, vThreshold: 0.5 },
  ALIF: { neuron: "ALIF", decayInput: false, vThreshold: 0.5 },
} as const;

const SHARED = { tau: 1.8, vThreshold: 0.9, scaleReset: false, tauAdaptation: 4, beta: 0.6 };

/** Every neuron with every reset and every surrogate, by name. */
export function neuronSpecs(detachReset: boolean): [string, BuiltIn][] {
  return Object.entries(FAMILIES).flatMap(([family, options]) =>
    variants(detachReset).map(([variant, reset]): [string, BuiltIn] => [
      `${family}, ${variant}`,
      { ...SHARED, ...reset, ...options },
    ]),
  );
}

function variants(detachReset: boolean) {
  return Object.entries(RESETS).flatMap(([name, vReset]) =>
    (Object.keys(SURROGATES) as SurrogateName[]).map((surrogate) => {
      const variant = { vReset, detachReset, surrogate, alpha: SURROGATES[surrogate] };
      return [`${name}, ${surrogate}`, variant] as const;
    }),
  );
}
