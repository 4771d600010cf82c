/** Neurons as equations: what a backend does with them. */
import {
  fixedValues,
  type Model,
  type Program,
  programOf,
  type SurrogateModel,
  TABLE,
} from "../../equations/index.ts";
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
  /** The values of one that is no tensor, a number with place `layer`; those of tensors are in `EquationForward.parameters`. */
  readonly values?: number | ArrayLike<number> | undefined;
}

/** What a layer of neurons is made from. */
export interface EquationSource {
  readonly model: Model;
  /** In the model's order. */
  readonly parameters: readonly EquationParameter[];
  /** TABLE: the host computes the derivatives between the passes, see `EquationBackward.slopes`. */
  readonly surrogate: SurrogateModel | typeof TABLE | undefined;
  /** The values of the surrogate's own parameters. */
  readonly surrogateValues: readonly number[];
  /** The surrogate is zero where |u| is not less; infinite unless known. */
  readonly reach: number;
  /** Which inputs' gradients will be asked for, in the model's order. */
  readonly inputGradients: readonly boolean[];
}

/** A layer of neurons with all that its kernels depend on. Made once; backends remember what they have made of it. */
export interface EquationSpec extends EquationSource {
  /** The kernels, for backends that compile them. */
  readonly program: Program;
}

/** Buffers of the forward pass, in the model's order: `[steps, size]` for inputs and outputs, `[size]` for states. */
export interface EquationForward {
  readonly inputs: readonly Storage[];
  /** The values of parameters that are tensors. */
  readonly parameters: readonly (Storage | undefined)[];
  /** States before the first step; at rest where absent. */
  readonly initial: readonly (Storage | undefined)[];
  readonly outputs: readonly Storage[];
  readonly final: readonly Storage[];
  /** As many sequences as the program keeps, if a backward pass follows. */
  readonly kept?: readonly Storage[] | undefined;
  /** The u of the spikes that the program tells, if a backward pass follows. */
  readonly told?: readonly Storage[] | undefined;
}

/** Buffers of the backward pass; absent incoming gradients are zero, absent outgoing ones are not wanted. */
export interface EquationBackward extends Pick<
  EquationForward,
  "inputs" | "parameters" | "initial" | "kept"
> {
  /** The derivatives of the surrogate at what the forward pass has told. */
  readonly slopes?: readonly Storage[] | undefined;
  readonly gOutputs: readonly (Storage | undefined)[];
  readonly gFinal: readonly (Storage | undefined)[];
  /** Each may be one of `kept`, which are overwritten after their last use. */
  readonly gInputs: readonly (Storage | undefined)[];
  readonly gInitial: readonly (Storage | undefined)[];
  readonly gParameters: readonly (Storage | undefined)[];
}

/** Runs neurons as equations, all steps at once; other outputs than `gInputs` are storages of their own. */
export interface EquationBackend {
  /** All steps of the program's forward pass, from the initial states to the final ones. */
  forward(size: EquationSize, buffers: EquationForward, spec: EquationSpec): void;
  /** All steps of its backward pass, last step first; gradients of parameters are summed over what shares a value. */
  backward(size: EquationSize, buffers: EquationBackward, spec: EquationSpec): void;
}

/** Plans the kernels of a layer. */
export function equationSpec(source: EquationSource): EquationSpec {
  const { model, parameters, surrogate, surrogateValues, reach, inputGradients } = source;
  const namesOf = (where: (parameter: EquationParameter) => boolean): string[] =>
    model.parameters.filter((_, i) => where(parameters[i]!));
  const numbers = model.parameters.map((name, i) => [name, parameters[i]!.values] as const);
  const program = programOf(model, {
    surrogate,
    rows: namesOf(({ place }) => place !== "layer"),
    fixed: fixedValues(numbers, surrogate === TABLE ? undefined : surrogate, surrogateValues),
    learned: namesOf(({ values }) => values === undefined),
    inputs: model.inputs.filter((_, i) => inputGradients[i]),
  });
  return { model, parameters, surrogate, surrogateValues, reach, inputGradients, program };
}

/** How many values a parameter has. */
export function parameterLength({ channels, positions }: EquationSize, place: ParameterPlace): number {
  if (place === "layer") return 1;
  return place === "channel" ? channels : channels * positions;
}

const [whole, step] = [sequenceLength, stepLength];
type ParameterLength = (size: EquationSize, buffers: object, spec: EquationSpec, place: number) => number;
const ofParameter: ParameterLength = (size, _, { parameters }, place) =>
  parameterLength(size, parameters[place]!.place);

/** Lengths of the buffers of `EquationBackend`. */
export const EQUATION_LENGTHS: LengthsOf<EquationBackend> = {
  forward: {
    ...{ inputs: whole, parameters: ofParameter, initial: step },
    ...{ outputs: output(whole), final: output(step), kept: output(whole), told: output(whole) },
  },
  backward: {
    ...{ inputs: whole, parameters: ofParameter, initial: step, kept: whole, slopes: whole },
    ...{ gOutputs: whole, gFinal: step },
    ...{ gInputs: output(whole), gInitial: output(step), gParameters: output(ofParameter) },
  },
};
