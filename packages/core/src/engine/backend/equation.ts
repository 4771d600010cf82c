/** Neurons as equations: what a backend does with them. */
import type { Model, SurrogateModel } from "../../equations/index.ts";
import { type LengthsOf, output } from "./lengths.ts";
import { sequenceLength, type SequenceSize, stepLength } from "./sizes.ts";
import type { Storage } from "./storage.ts";

/** A sequence of `steps` steps of `size = batch * channels * positions` neurons. */
export interface EquationSize extends SequenceSize {
  readonly channels: number;
  readonly positions: number;
  /** Images may lie in memory in another order; what has the shape of a step lies as the images do. */
  readonly format: "plain" | "image";
}

/** Whether a parameter has one value, one per channel, or one per neuron of a sample, in the order `[C, ...]`. */
export type ParameterPlace = "layer" | "channel" | "neuron";

/** A parameter of a layer of neurons. */
export interface EquationParameter {
  readonly place: ParameterPlace;
  /** The values of one that does not learn; those of one that does are in `EquationForward.parameters`. */
  readonly values?: ArrayLike<number> | undefined;
}

/** A neuron with all that its kernels depend on. */
export interface EquationSpec {
  readonly model: Model;
  /** In the model's order. */
  readonly parameters: readonly EquationParameter[];
  readonly surrogate: SurrogateModel | undefined;
  /** The values of the surrogate's own parameters. */
  readonly surrogateValues: readonly number[];
  /** g'(u) in place of `surrogate`, for backends that call functions of the user. */
  readonly derivative?: ((u: number) => number) | undefined;
  /** Which inputs' gradients will be asked for, in the model's order. */
  readonly inputGradients: readonly boolean[];
}

/** Buffers of the forward pass, in the model's order: `[steps, size]` for inputs and outputs, `[size]` for states. */
export interface EquationForward {
  readonly inputs: readonly Storage[];
  /** The values of parameters that learn. */
  readonly parameters: readonly (Storage | undefined)[];
  /** States before the first step; at rest where absent. */
  readonly initial: readonly (Storage | undefined)[];
  readonly outputs: readonly Storage[];
  readonly final: readonly Storage[];
  /** Room for as many sequences as there are states, if a backward pass follows. */
  readonly kept?: Storage | undefined;
}

/** Buffers of the backward pass; absent incoming gradients are zero, absent outgoing ones are not wanted. */
export interface EquationBackward extends Pick<
  EquationForward,
  "inputs" | "parameters" | "initial" | "kept"
> {
  readonly gOutputs: readonly (Storage | undefined)[];
  readonly gFinal: readonly (Storage | undefined)[];
  readonly gInputs: readonly (Storage | undefined)[];
  readonly gInitial: readonly (Storage | undefined)[];
  readonly gParameters: readonly (Storage | undefined)[];
}

/** Runs neurons as equations, all steps at once; outputs are storages of their own. */
export interface EquationBackend {
  forward(size: EquationSize, buffers: EquationForward, spec: EquationSpec): void;
  backward(size: EquationSize, buffers: EquationBackward, spec: EquationSpec): void;
}

/** How many values a parameter has. */
export function parameterLength({ channels, positions }: EquationSize, place: ParameterPlace): number {
  return { layer: 1, channel: channels, neuron: channels * positions }[place];
}

/** How many values the forward pass may keep for the backward pass. */
export function keptLength({ steps, size }: EquationSize, { model }: Pick<EquationSpec, "model">): number {
  return model.states.length * steps * size;
}

const [whole, step] = [sequenceLength, stepLength];
type ParameterLength = (size: EquationSize, buffers: object, spec: EquationSpec, place: number) => number;
const ofParameter: ParameterLength = (size, _, { parameters }, place) =>
  parameterLength(size, parameters[place]!.place);
const kept = (size: EquationSize, _: object, spec: EquationSpec): number => keptLength(size, spec);

/** Lengths of the buffers of `EquationBackend`. */
export const EQUATION_LENGTHS: LengthsOf<EquationBackend> = {
  forward: {
    ...{ inputs: whole, parameters: ofParameter, initial: step },
    ...{ outputs: output(whole), final: output(step), kept: output(kept) },
  },
  backward: {
    ...{ inputs: whole, parameters: ofParameter, initial: step, kept, gOutputs: whole, gFinal: step },
    ...{ gInputs: output(whole), gInitial: output(step), gParameters: output(ofParameter) },
  },
};
