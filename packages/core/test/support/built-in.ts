/** The built-in neurons by a description that tests share, down to what backends get. */
import { type EquationSize, type EquationSpec, equationSpec } from "../../src/engine/backend/index.ts";
import {
  type Model,
  type Placed,
  type SurrogateKind,
  surrogateFunction,
  TABLE,
  withOutputs,
} from "../../src/equations/index.ts";
import { alifModel } from "../../src/neurons/alif.ts";
import { type EquationSurrogate, surrogateFor } from "../../src/neurons/equation-surrogate.ts";
import { ifModel } from "../../src/neurons/if.ts";
import { klifModel } from "../../src/neurons/klif.ts";
import { lifModel } from "../../src/neurons/lif.ts";
import { plifModel } from "../../src/neurons/plif.ts";
import * as surrogates from "../../src/neurons/surrogate.ts";

/** A layer of built-in neurons. */
export interface NeuronSpec {
  readonly neuron: "IF" | "LIF" | "PLIF" | "KLIF" | "ALIF";
  readonly tau: number;
  readonly decayInput: boolean;
  readonly vThreshold: number;
  readonly vReset: number | null;
  readonly detachReset: boolean;
  /** Of KLIF. */
  readonly scaleReset: boolean;
  /** Of ALIF. */
  readonly tauAdaptation: number;
  readonly beta: number;
  readonly surrogate: SurrogateKind;
  readonly alpha: number;
}

const MODELS = { IF: ifModel, LIF: lifModel, PLIF: plifModel, KLIF: klifModel, ALIF: alifModel };

/** What a plain threshold is compared with. */
const CHARGED = { IF: "h", LIF: "h", PLIF: "h", KLIF: "f", ALIF: "charged" };

/** The outputs of `modelOf`: spikes, potential and charged potential, then those named. */
export function modelOf(spec: NeuronSpec, further: readonly string[] = []): Model {
  return withOutputs(MODELS[spec.neuron](spec), ["v", CHARGED[spec.neuron], ...further]);
}

/** The parameter that learns: PLIF's w and KLIF's k. */
export function learnedOf({ neuron }: NeuronSpec): string | undefined {
  return { IF: undefined, LIF: undefined, PLIF: "w", KLIF: "k", ALIF: undefined }[neuron];
}

/** The values of the model's parameters, `learned` for the one that learns. */
export function placedOf(spec: NeuronSpec, learned: Float64Array): Placed[] {
  const own = spec as unknown as Readonly<Record<string, number>>;
  return modelOf(spec).parameters.map((name) => ({
    values: name === learnedOf(spec) ? learned : Float64Array.of(own[name]!),
    inner: 1,
  }));
}

/** A built-in surrogate with its primitive; one of the user's has none. */
export function surrogateOf({
  surrogate,
  alpha,
}: Pick<NeuronSpec, "surrogate" | "alpha">): surrogates.Surrogate {
  if (surrogate === "custom") return surrogates.customSurrogate({ name: "own", derivative: () => 1 });
  return surrogates[surrogate]({ alpha });
}

/** g'(u) by the expression that is compiled. */
export function slopeOf(spec: Pick<NeuronSpec, "surrogate" | "alpha">): (u: number) => number {
  const { model, values } = compiled(spec);
  return surrogateFunction(model!, values);
}

function compiled(spec: Pick<NeuronSpec, "surrogate" | "alpha">): EquationSurrogate {
  return surrogateFor("surrogate", surrogateOf(spec));
}

/** What a backend gets, with the outputs of `modelOf`. */
export function equationSpecOf(spec: NeuronSpec, model = modelOf(spec)): EquationSpec {
  const { model: surrogate, values: surrogateValues, reach } = compiled(spec);
  const own = spec as unknown as Readonly<Record<string, number>>;
  return equationSpec({
    ...{ model, surrogate: surrogate ?? TABLE, surrogateValues, reach, inputGradients: [true] },
    parameters: model.parameters.map((name) =>
      name === learnedOf(spec) ? { place: "layer" } : { place: "layer", values: own[name]! },
    ),
  });
}

/** A sequence without channels. */
export function plainSize({ steps, size }: Pick<EquationSize, "steps" | "size">): EquationSize {
  return { steps, size, channels: size, positions: 1, format: "plain" };
}
