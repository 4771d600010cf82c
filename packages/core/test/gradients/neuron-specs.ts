import type { AlifSpec, NeuronSpec } from "../../src/engine/backend/index.ts";
import type { BuiltInSurrogate } from "../../src/engine/backends/reference/surrogate.ts";

/** A spec whose surrogate is built in, so that its primitive is known. */
export type BuiltIn<Spec> = Spec & { readonly surrogate: BuiltInSurrogate };

const RESETS = { "hard reset": 0, "negative reset": -0.3, "soft reset": null };

const SURROGATES: Record<BuiltInSurrogate, number> = {
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
} as const;

/** Every neuron with every reset and every surrogate, by name. */
export function neuronSpecs(detachReset: boolean): [string, BuiltIn<NeuronSpec>][] {
  return Object.entries(FAMILIES).flatMap(([family, options]) =>
    variants(detachReset).map(([variant, reset]): [string, BuiltIn<NeuronSpec>] => [
      `${family}, ${variant}`,
      { tau: 1.8, vThreshold: 0.9, scaleReset: false, ...reset, ...options },
    ]),
  );
}

/** The adaptive neuron with every reset and every surrogate, by name. */
export function alifSpecs(detachReset: boolean): [string, BuiltIn<AlifSpec>][] {
  return [true, false].flatMap((decayInput) =>
    variants(detachReset).map(([variant, reset]): [string, BuiltIn<AlifSpec>] => [
      `ALIF${decayInput ? ", decayInput" : ""}, ${variant}`,
      { tau: 1.8, tauAdaptation: 4, beta: 0.6, vThreshold: 0.5, decayInput, ...reset },
    ]),
  );
}

function variants(detachReset: boolean) {
  return Object.entries(RESETS).flatMap(([name, vReset]) =>
    (Object.keys(SURROGATES) as BuiltInSurrogate[]).map((surrogate) => {
      const variant = { vReset, detachReset, surrogate, alpha: SURROGATES[surrogate] };
      return [`${name}, ${surrogate}`, variant] as const;
    }),
  );
}
