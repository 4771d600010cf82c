import { isRecorded, record } from "../autograd.ts";
import {
  type EquationParameter,
  type EquationSize,
  type EquationSpec,
  keptLength,
  parameterLength,
  type ParameterPlace,
} from "../backend/index.ts";
import type { Tensor } from "../tensor.ts";
import {
  requireSameShape,
  requireSequence,
  requireSize,
  requireState,
  sequenceSize,
  shapeError,
} from "./arguments.ts";

/** A parameter: the values of one that does not learn, or the tensor of one that does. */
export interface EquationParameterOption {
  readonly place: ParameterPlace;
  readonly values: Tensor | ArrayLike<number>;
}

/** Options of `equations`; everything is in the order in which the model names it. */
export interface EquationOptions extends Pick<
  EquationSpec,
  "model" | "surrogate" | "surrogateValues" | "derivative"
> {
  readonly parameters: readonly EquationParameterOption[];
  /** States before the first step, [B, ...]; at rest where absent. */
  readonly initial: readonly (Tensor | undefined)[];
}

/** What a run of neurons gives. */
export interface EquationOutput {
  /** [T, B, ...] each. */
  readonly outputs: readonly Tensor[];
  /** The states after the last step, [B, ...]. */
  readonly final: readonly Tensor[];
}

/**
 * Runs a layer of neurons, given as equations, over all time steps in one kernel.
 *
 * @param inputs f32 [T, B, C, ...], all of one shape
 * @throws ShapeError when an input has no time axis, or a state or a parameter does not fit
 */
export function equations(
  inputs: readonly [Tensor, ...Tensor[]],
  options: EquationOptions,
  owner = "equations",
): EquationOutput {
  const [x] = inputs;
  requireSequence(owner, x);
  for (const other of inputs.slice(1)) requireSameShape(owner, x, other);
  const { model, initial } = options;
  model.states.forEach(({ name }, i) => {
    const state = initial[i];
    if (state !== undefined) requireState(`${owner}.${name}`, state, x);
  });
  const size = equationSize(x);
  const learned = options.parameters.map((parameter, i) =>
    learnedTensor(owner, options, i, size, x, parameter),
  );
  const spec = specOf(inputs, options);
  const { engine } = x;
  const { backend } = engine;
  const sources = [...inputs, ...present(learned), ...present(initial)];
  const outputs = model.outputs.map(() => engine.empty(x.shape, x.format));
  const final = model.states.map(() => engine.empty(x.shape.slice(1), x.format));
  const kept = isRecorded(sources) ? engine.empty([keptLength(size, spec)]) : undefined;
  const given = {
    inputs: storages(inputs),
    parameters: storages(learned),
    initial: storages(initial),
    kept: kept?.storage,
  };
  backend.equation.forward(size, { ...given, outputs: storages(outputs), final: storages(final) }, spec);
  record(sources, [...outputs, ...final], (gradients) => {
    const gInputs = inputs.map((input) => likeIfWanted(input));
    const gParameters = learned.map((parameter) => parameter && likeIfWanted(parameter));
    const gInitial = initial.map((state) => state && likeIfWanted(state));
    const buffers = {
      ...given,
      gOutputs: storages(gradients.slice(0, outputs.length)),
      gFinal: storages(model.states.map((_, i) => gradients[outputs.length + i])),
      gInputs: storages(gInputs),
      gInitial: storages(gInitial),
      gParameters: storages(gParameters),
    };
    backend.equation.backward(size, buffers, spec);
    const ofLearned = gParameters.filter((_, i) => learned[i]);
    return [...gInputs, ...ofLearned, ...gInitial.filter((_, i) => initial[i])];
  });
  return { outputs, final };
}

/** Channels are the axis after the batch. */
function equationSize(x: Tensor): EquationSize {
  const [channels = 1, ...rest] = x.shape.slice(2);
  const positions = rest.reduce((product, axis) => product * axis, 1);
  return { ...sequenceSize(x), channels, positions, format: x.format };
}

function specOf(inputs: readonly Tensor[], options: EquationOptions): EquationSpec {
  const { model, surrogate, surrogateValues, derivative } = options;
  const parameters = options.parameters.map(({ place, values }): EquationParameter =>
    isTensor(values) ? { place } : { place, values },
  );
  const inputGradients = inputs.map((input) => input.requiresGrad);
  return { model, surrogate, surrogateValues, derivative, parameters, inputGradients };
}

/** The tensor of a parameter that learns, after a look at its length. */
function learnedTensor(
  owner: string,
  { model }: EquationOptions,
  place: number,
  size: EquationSize,
  x: Tensor,
  parameter: EquationParameterOption,
): Tensor | undefined {
  const symbol = `${owner}.${model.parameters[place]}`;
  const length = parameterLength(size, parameter.place);
  const { values } = parameter;
  if (isTensor(values)) {
    requireSize(symbol, values, length, x);
    return values;
  }
  if (values.length !== length) {
    shapeError(
      symbol,
      `${length} values, one per ${parameter.place}`,
      [values.length],
      "The input says how many.",
    );
  }
  return undefined;
}

function likeIfWanted(tensor: Tensor): Tensor | undefined {
  return tensor.requiresGrad ? tensor.engine.empty(tensor.shape, tensor.format) : undefined;
}

function isTensor(values: Tensor | ArrayLike<number>): values is Tensor {
  return "storage" in values;
}

function present(tensors: readonly (Tensor | undefined)[]): Tensor[] {
  return tensors.filter((tensor) => tensor !== undefined);
}

type StoragesOf<T> = {
  readonly [K in keyof T]: T[K] extends Tensor ? Tensor["storage"] : Tensor["storage"] | undefined;
};

function storages<const T extends readonly (Tensor | undefined)[]>(tensors: T): StoragesOf<T> {
  return tensors.map((tensor) => tensor?.storage) as unknown as StoragesOf<T>;
}
