import { defineNeuron, type Module } from "@myelin/core";
import { checkNumber, checkOptions } from "@myelin/core/checks";
import type { EquationNeuron, SurrogateChoice } from "@myelin/core/neurons";
import { equationsOf } from "./equations-of.ts";
import { declared, type NeuronNumber } from "./parameters.ts";

/** Options of `norseLIF`, under Norse's names and with its defaults. Numbers may be arrays, with one per channel. */
export interface NorseLIFOptions {
  /** Inverse time constant of the synaptic current, in 1/s; default 200. */
  readonly tauSynInv?: NeuronNumber;
  /** Inverse time constant of the membrane, in 1/s; default 100. */
  readonly tauMemInv?: NeuronNumber;
  /** Default 0; one for all channels. */
  readonly vLeak?: number;
  /** Default 1. */
  readonly vTh?: NeuronNumber;
  /** Default 0. */
  readonly vReset?: NeuronNumber;
  /** Length of a time step in s; default 0.001. */
  readonly dt?: number;
  /** Derivative used for spikes in the backward pass; default "sigmoid". */
  readonly surrogate?: SurrogateChoice | undefined;
}

/** Options of `norseLIF`. */
export const NORSE_LIF = {
  ...({ tauSynInv: true, tauMemInv: true, vLeak: true, vTh: true, vReset: true } as const),
  ...({ dt: true, surrogate: true } as const),
};

const EQUATIONS = `
  i = i + x
  h = v + dt * tauMemInv * (vLeak - v + i)
  i = i - dt * tauSynInv * i
  s = 1 - spike(vTh - h)
  v = (1 - s) * h + s * vReset
`;

/** Norse's step in seconds, unless its neurons are made with another. */
export const NORSE_DT = 0.001;

/**
 * The neuron of Norse's `LIF` and `LIFCell`, which fires above the threshold:
 *
 *   1. i[t] = i'[t-1] + x[t]
 *   2. h[t] = v[t-1] + dt tauMemInv (vLeak - v[t-1] + i[t])
 *   3. s[t] = 1 if h[t] > vTh else 0
 *   4. v[t] = (1 - s[t]) h[t] + s[t] vReset
 *   5. i'[t] = i[t] - dt tauSynInv i[t]
 *
 * It begins at v = vLeak.
 *
 * @throws MyelinError for an option that is none, or no number
 * @source the code of Norse 1.1, `lif_feed_forward_step`
 * @example const layer = norseLIF({ tauMemInv: 200 });
 */
export function norseLIF(options: NorseLIFOptions = {}): EquationNeuron {
  const { surrogate, dt = NORSE_DT, ...given } = checkOptions("norseLIF", options, NORSE_LIF);
  checkNumber("norseLIF.dt", dt, { above: 0 });
  checkNumber("norseLIF.vLeak", given.vLeak ?? 0, {});
  const { tauSynInv = 200, tauMemInv = 100, vLeak = 0, vTh = 1, vReset = 0 } = given;
  const values = { tauSynInv, tauMemInv, vLeak, vTh, vReset, dt };
  const Layer = defineNeuron({
    name: "norseLIF",
    state: { i: 0, v: "vLeak" },
    parameters: declared("norseLIF", values, []),
    equations: EQUATIONS,
  });
  return new Layer({ ...values, surrogate });
}

let known: string | undefined;

/** Whether a module computes what Norse's LIF does, however it was made. */
export function isNorseLIF(module: Module): boolean {
  known ??= equationsOf(norseLIF());
  return equationsOf(module) === known;
}
