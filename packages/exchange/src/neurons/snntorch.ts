import { defineNeuron, type Module } from "@myelin/core";
import { checkBoolean, checkOneOf, checkOptions } from "@myelin/core/checks";
import type { EquationNeuron, SurrogateChoice } from "@myelin/core/neurons";
import { declared, type NeuronNumber } from "./parameters.ts";
import { equationsOf } from "./equations-of.ts";

/** What snnTorch does with a potential that has exceeded the threshold, in the order of its numbers for them. */
export const SNNTORCH_RESETS = ["subtract", "zero", "none"] as const;

/** One of snnTorch's resets. */
export type SnnTorchReset = (typeof SNNTORCH_RESETS)[number];

/** Options of `snnTorchLeaky`, under snnTorch's names. Numbers may be arrays, with one per channel. */
export interface SnnTorchLeakyOptions {
  /** What is left of the potential after a time step, from 0 to 1. */
  readonly beta: NeuronNumber;
  /** Default 1. */
  readonly threshold?: NeuronNumber;
  /** Default "subtract". */
  readonly resetMechanism?: SnnTorchReset;
  /** Whether the reset comes with the next step, as in snnTorch unless told otherwise; default true. */
  readonly resetDelay?: boolean;
  /** What a spike counts; default 1. */
  readonly gradedSpikesFactor?: NeuronNumber;
  /** Names of the numbers that training changes. */
  readonly learn?: readonly string[];
  /** Derivative used for spikes in the backward pass; default "sigmoid". */
  readonly surrogate?: SurrogateChoice | undefined;
}

/** Options of `snnTorchSynaptic`. */
export interface SnnTorchSynapticOptions extends SnnTorchLeakyOptions {
  /** What is left of the synaptic current after a time step, from 0 to 1. */
  readonly alpha: NeuronNumber;
}

/** Which of snnTorch's neurons a layer is. */
export interface SnnTorchKind {
  readonly neuron: "Leaky" | "Synaptic";
  readonly resetMechanism: SnnTorchReset;
  readonly resetDelay: boolean;
}

const LEAKY = {
  ...({ beta: true, threshold: true, resetMechanism: true, resetDelay: true } as const),
  ...({ gradedSpikesFactor: true, learn: true, surrogate: true } as const),
};

/**
 * The neuron of snnTorch's `Leaky`, which fires above the threshold and, as a rule, resets a step later:
 *
 *   1. r[t] = 1 if v[t-1] > threshold else 0
 *   2. v[t] = beta v[t-1] + x[t] - threshold r[t]       "subtract"
 *      v[t] = beta (1 - r[t]) v[t-1] + x[t]             "zero"
 *      v[t] = beta v[t-1] + x[t]                        "none"
 *   3. s[t] = gradedSpikesFactor if v[t] > threshold else 0
 *
 * Without `resetDelay` the potential is reset after 3, where 2 has not done so. Backward: no gradient flows through r.
 *
 * @throws MyelinError for an option that is none, or out of its range
 * @source the code of snnTorch 1.0, `Leaky`
 * @example const layer = snnTorchLeaky({ beta: 0.9, learn: ["beta"] });
 */
export function snnTorchLeaky(options: SnnTorchLeakyOptions): EquationNeuron {
  return create("snnTorchLeaky", "Leaky", checkOptions("snnTorchLeaky", options, LEAKY, "{ beta: 0.9 }"), {});
}

/**
 * The neuron of snnTorch's `Synaptic`: `snnTorchLeaky` behind a synaptic current i[t] = alpha i[t-1] + x[t]. Its reset "zero"
 * takes the current of that step away too: v[t] = (1 - r[t]) (beta v[t-1] + i[t]).
 *
 * @throws MyelinError for an option that is none, or out of its range
 * @source the code of snnTorch 1.0, `Synaptic`
 * @example const layer = snnTorchSynaptic({ alpha: 0.6, beta: 0.9, resetMechanism: "zero" });
 */
export function snnTorchSynaptic(options: SnnTorchSynapticOptions): EquationNeuron {
  const known = { ...LEAKY, alpha: true } as const;
  const { alpha, ...rest } = checkOptions("snnTorchSynaptic", options, known, "{ alpha: 0.6, beta: 0.9 }");
  return create("snnTorchSynaptic", "Synaptic", rest, { alpha });
}

/** Which of snnTorch's neurons a module computes, however it was made; undefined for none. */
export function snnTorchKind(module: Module): SnnTorchKind | undefined {
  const text = equationsOf(module);
  return text === undefined ? undefined : kinds().get(text);
}

function create(
  symbol: string,
  neuron: SnnTorchKind["neuron"],
  options: SnnTorchLeakyOptions,
  further: Readonly<Record<string, NeuronNumber>>,
): EquationNeuron {
  const { beta, threshold = 1, resetMechanism = "subtract", resetDelay = true } = options;
  const { gradedSpikesFactor = 1, learn = [], surrogate } = options;
  checkOneOf(`${symbol}.resetMechanism`, resetMechanism, SNNTORCH_RESETS);
  checkBoolean(`${symbol}.resetDelay`, resetDelay);
  const values = { ...further, beta, threshold, gradedSpikesFactor };
  const Layer = defineNeuron({
    name: symbol,
    state: STATES[neuron],
    parameters: declared(symbol, values, learn),
    equations: textOf({ neuron, resetMechanism, resetDelay }),
  });
  return new Layer({ ...values, surrogate });
}

const STATES = { Leaky: { v: 0 }, Synaptic: { i: 0, v: 0 } } as const;

/** What exceeds the threshold; `spike(u)` alone fires at it. */
const FIRED = "1 - spike(threshold - v)";

const CHARGE = {
  Leaky: {
    subtract: "v = clamp(beta, 0, 1) * v + x - r * threshold",
    zero: "v = clamp(beta, 0, 1) * ((1 - r) * v) + x",
    none: "v = clamp(beta, 0, 1) * v + x",
  },
  Synaptic: {
    subtract: "v = clamp(beta, 0, 1) * v + i - r * threshold",
    zero: "v = (1 - r) * (clamp(beta, 0, 1) * v + i)",
    none: "v = clamp(beta, 0, 1) * v + i",
  },
} as const;

/** A reset in the step of the spike, where the one of the step before has not come already. */
const AT_ONCE = { subtract: "v = v - (f - r) * threshold", zero: "v = v - (f - r) * v" } as const;

function textOf({ neuron, resetMechanism, resetDelay }: SnnTorchKind): string {
  const resets = resetMechanism !== "none";
  return [
    ...(resets ? [`r = detach(${FIRED})`] : []),
    ...(neuron === "Synaptic" ? ["i = clamp(alpha, 0, 1) * i + x"] : []),
    CHARGE[neuron][resetMechanism],
    `f = ${FIRED}`,
    "s = gradedSpikesFactor * f",
    ...(resets && !resetDelay ? [AT_ONCE[resetMechanism]] : []),
  ].join("\n");
}

let known: ReadonlyMap<string, SnnTorchKind> | undefined;

/** Every kind by its equations. */
function kinds(): ReadonlyMap<string, SnnTorchKind> {
  known ??= new Map(everyKind().map((kind) => [equationsOf(example(kind))!, kind]));
  return known;
}

function example({ neuron, ...reset }: SnnTorchKind): EquationNeuron {
  return neuron === "Leaky"
    ? snnTorchLeaky({ beta: 1, ...reset })
    : snnTorchSynaptic({ alpha: 1, beta: 1, ...reset });
}

function everyKind(): SnnTorchKind[] {
  return (["Leaky", "Synaptic"] as const).flatMap((neuron) =>
    SNNTORCH_RESETS.flatMap((resetMechanism) => {
      // Without a reset, there is nothing to delay.
      const delays = resetMechanism === "none" ? [true] : [true, false];
      return delays.map((resetDelay) => ({ neuron, resetMechanism, resetDelay }));
    }),
  );
}
