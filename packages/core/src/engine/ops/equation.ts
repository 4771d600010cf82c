import { record, isRecorded } from "../autograd.ts";
import { scopeOr } from "../scope.ts";
import {
  type EquationBackward,
  type EquationSize,
  type EquationSource,
  type EquationSpec,
  equationSpec,
  parameterLength,
} from "../backend/index.ts";
import type { Tensor } from "../tensor.ts";
import {
  requireSameShape,
  requireSequence,
  requireSize,
  requireState,
  shapeError,
  standsInTime,
} from "./arguments.ts";
import { type CustomSurrogate, tabulateDerivative } from "./surrogate-table.ts";

/** Which internal sequences of spiking neurons to keep besides the spikes. */
export interface RecordOptions {
  /** v[t], the potential after reset; differentiable. */
  readonly potential?: boolean | undefined;
  /** The potential that is compared with the threshold. */
  readonly charged?: boolean | undefined;
}

/** What a call of `equations` takes besides the inputs; everything is in the order in which the model names it. */
export interface EquationOptions {
  /** From `prepareEquations`. */
  readonly spec: EquationSpec;
  /** The parameters that are tensors. */
  readonly parameters: readonly (Tensor | undefined)[];
  /** States before the first step, [B, ...]; at rest where absent. */
  readonly initial: readonly (Tensor | undefined)[];
  /** The user's surrogate, where the derivatives are read from tables. */
  readonly custom?: CustomSurrogate | undefined;
}

/** What a run of neurons gives. */
export interface EquationOutput {
  /** [T, B, ...] each. */
  readonly outputs: readonly Tensor[];
  /** The states after the last step, [B, ...]. */
  readonly final: readonly Tensor[];
}

/** Plans a layer of neurons that are given as equations. A layer keeps the plan: backends remember what they made of it. */
export function prepareEquations(source: EquationSource): EquationSpec {
  return equationSpec(source);
}

/**
 * Runs a layer of neurons, given as equations, over all time steps in one kernel.
 *
 * @param inputs f32 [T, B, C, ...], all of one shape; of any shape for a model of one input and nothing else
 * @throws ShapeError when an input has no time axis, or a state or a parameter does not fit
 */
export function equations(inputs: readonly [Tensor, ...Tensor[]], options: EquationOptions): EquationOutput {
  const owner = scopeOr("equations");
  const [x] = inputs;
  const { spec, parameters, initial, custom } = options;
  const size = checkedSize(inputs, options, owner);
  const { engine } = x;
  const { program } = spec;
  const sources: Tensor[] = [...inputs];
  for (const tensor of parameters) if (tensor) sources.push(tensor);
  for (const tensor of initial) if (tensor) sources.push(tensor);
  const sequences = (count: number): Tensor[] => {
    const made: Tensor[] = [];
    for (let i = 0; i < count; i++) made.push(engine.empty(x.shape, x.format));
    return made;
  };
  const outputs = sequences(spec.model.outputs.length);
  const stateShape = x.shape.slice(1);
  const final = spec.model.states.map(() => engine.empty(stateShape, x.format));
  const isKept = isRecorded(sources);
  const kept = isKept ? sequences(program.kept) : [];
  const told = isKept ? sequences(program.told) : [];
  const given = { inputs: storages(inputs), parameters: storages(parameters), initial: storages(initial) };
  engine.backend.equation.forward(
    size,
    {
      inputs: given.inputs,
      parameters: given.parameters,
      initial: given.initial,
      outputs: storages(outputs),
      final: storages(final),
      kept: isKept ? storages(kept) : undefined,
      told: isKept ? storages(told) : undefined,
    },
    spec,
  );
  record(sources, [...outputs, ...final], (gradients) => {
    const slopes = told.map((argument) => tabulateDerivative(custom, argument, owner));
    return equationBackward(size, options, { inputs, given, kept, slopes }, gradients);
  });
  return { outputs, final };
}

/** What the backward pass reads. */
interface BackwardTensors {
  readonly inputs: readonly Tensor[];
  readonly given: Pick<EquationBackward, "inputs" | "parameters" | "initial">;
  readonly kept: readonly Tensor[];
  readonly slopes: readonly Tensor[];
}

function equationBackward(
  size: EquationSize,
  { spec, parameters, initial }: EquationOptions,
  { inputs, given, kept, slopes }: BackwardTensors,
  gradients: readonly (Tensor | undefined)[],
): (Tensor | undefined)[] {
  const { engine } = inputs[0]!;
  const count = spec.model.outputs.length;
  // What was kept is overwritten after its last use.
  const gInputs = inputs.map((input, i) => (spec.inputGradients[i] ? (kept[i] ?? like(input)) : undefined));
  const gParameters = parameters.map((parameter) => parameter && likeIfWanted(parameter));
  const gInitial = initial.map((state) => state && likeIfWanted(state));
  engine.backend.equation.backward(
    size,
    {
      inputs: given.inputs,
      parameters: given.parameters,
      initial: given.initial,
      kept: storages(kept),
      slopes: storages(slopes),
      gOutputs: storages(gradients.slice(0, count)),
      gFinal: storages(gradients.slice(count)),
      gInputs: storages(gInputs),
      gInitial: storages(gInitial),
      gParameters: storages(gParameters),
    },
    spec,
  );
  const outgoing = gInputs;
  parameters.forEach((parameter, i) => parameter && outgoing.push(gParameters[i]));
  initial.forEach((state, i) => state && outgoing.push(gInitial[i]));
  return outgoing;
}

/** Whether values are worked on one by one: with neither states nor further inputs or parameters, any shape will do. */
function isElementwise({ model }: EquationSpec): boolean {
  return model.states.length === 0 && model.inputs.length === 1 && model.parameters.length === 0;
}

/** Looks at all shapes. Channels are the axis after the batch. */
function checkedSize(
  inputs: readonly [Tensor, ...Tensor[]],
  { spec, parameters, initial }: EquationOptions,
  owner: string,
): EquationSize {
  const [x] = inputs;
  if (isElementwise(spec)) return { steps: 1, size: x.size, channels: 1, positions: 1, format: "plain" };
  requireSequence(owner, x);
  for (let i = 1; i < inputs.length; i++) requireSameShape(owner, x, inputs[i]!);
  const { model } = spec;
  for (let i = 0; i < initial.length; i++) {
    const state = initial[i];
    if (state !== undefined) requireState(`${owner}.${model.states[i]!.name}`, state, x);
  }
  const size = equationSize(x);
  for (let i = 0; i < parameters.length; i++) checkParameter(owner, spec, i, parameters[i], size, x);
  return size;
}

function equationSize(x: Tensor): EquationSize {
  const { shape, format } = x;
  const steps = standsInTime(x) ? shape[0]! : 1;
  let positions = 1;
  for (let axis = 3; axis < shape.length; axis++) positions *= shape[axis]!;
  return { steps, size: x.size / steps, channels: shape[2] ?? 1, positions, format };
}

function checkParameter(
  owner: string,
  { model, parameters }: EquationSpec,
  index: number,
  tensor: Tensor | undefined,
  size: EquationSize,
  x: Tensor,
): void {
  const { place, values } = parameters[index]!;
  if (typeof values === "number") return;
  const symbol = `${owner}.${model.parameters[index]}`;
  const length = parameterLength(size, place);
  if (values === undefined) requireSize(symbol, tensor, length, x);
  else if (values.length !== length) {
    shapeError(symbol, `${length} values, one per ${place}`, [values.length], "The input says how many.");
  }
}

function like(tensor: Tensor): Tensor {
  return tensor.engine.empty(tensor.shape, tensor.format);
}

function likeIfWanted(tensor: Tensor): Tensor | undefined {
  return tensor.requiresGrad ? like(tensor) : undefined;
}

type StoragesOf<T> = {
  readonly [K in keyof T]: T[K] extends Tensor ? Tensor["storage"] : Tensor["storage"] | undefined;
};

function storages<const T extends readonly (Tensor | undefined)[]>(tensors: T): StoragesOf<T> {
  return tensors.map((tensor) => tensor?.storage) as unknown as StoragesOf<T>;
}
