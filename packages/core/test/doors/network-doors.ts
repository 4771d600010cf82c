import * as core from "../../src/entries/bundle.ts";
import { counting, forward, kernel, neuronNumber, opaque, smallNetwork } from "./helpers.ts";
import {
  boolean,
  callback,
  type Doors,
  fn,
  instance,
  integer,
  kind,
  list,
  made,
  method,
  module,
  nullable,
  number,
  optional,
  options,
  shape,
  tensorOf,
  text,
} from "./kinds.ts";

const names = Object.keys(core.SURROGATE_ALPHA);
const surrogate = kind(
  () => core.atan(),
  (value) => names.includes(value as string),
);
const spiking = {
  ...{
    vThreshold: optional(neuronNumber(1)),
    vReset: optional(nullable(neuronNumber(0))),
    detachReset: optional(boolean),
  },
  surrogate: optional(surrogate),
};
const leaky = { ...spiking, tau: optional(neuronNumber(2, 1)), decayInput: optional(boolean) };
const alpha = optional(options({ alpha: optional(number(2, Number.MIN_VALUE)) }));
const derivative = callback((z: number) => z);
const window = options({
  kernelSize: integer(2),
  stride: optional(integer(2)),
  padding: optional(integer(0, 0)),
});
const labels = tensorOf(2);
const smoothing = { labelSmoothing: optional(number(0.1, 0)) };

/** A value, one per channel, or what `learnable` gives. */
const parameterValue = (right: unknown) =>
  kind(
    () => right,
    (value) =>
      typeof value === "number" ||
      Array.isArray(value) ||
      ArrayBuffer.isView(value) ||
      value instanceof core.Tensor,
  );
const Own = core.defineNeuron({
  name: "Own",
  state: { v: 0 },
  parameters: { tau: 2 },
  equations: "v = v + (x - v) / tau",
  outputs: ["v"],
});
/** The neurons of the zoo, which take a number for each of their parameters. */
const zoo = Object.fromEntries(
  Object.entries(core.ZOO).map(([name, Neuron]) => {
    const defaults = Object.entries(Neuron.definition.parameters ?? {});
    const parameters = Object.fromEntries(
      defaults.map(([key, value]) => [key, optional(parameterValue(value))]),
    );
    return [name, made(Neuron, optional(options(parameters)))];
  }),
);
const linear = () => new core.Linear(4, 2);
const conv = () => new core.Conv2d(2, 2, { kernelSize: 3 });
/** Layers, neurons and losses. */
export const networkDoors: Doors = {
  Module: "abstract; its methods are below",
  "Module.scoped": "gives its function to `inScope`, for subclasses",
  "Module.replaceChild": method(smallNetwork, "replaceChild", text("0", "0", "1"), module(linear)),
  "Module.stream": method(
    smallNetwork,
    "stream",
    optional(options({ batch: optional(integer(1)), input: optional(shape(4)) })),
  ),
  inTraining: fn(core.inTraining, text("drops values")),
  inEvaluation: fn(
    core.inEvaluation,
    module(smallNetwork),
    callback(() => 1),
  ),
  Linear: made(
    core.Linear,
    integer(4),
    integer(2),
    optional(options({ bias: optional(boolean), init: optional(text("kaiming", ...core.WEIGHT_INITS)) })),
  ),
  "Linear.forward": forward(linear, 2, 4),
  "Linear.synapticOperations": counting(linear, 2, 4),
  Conv2d: made(
    core.Conv2d,
    integer(2),
    integer(2),
    options({
      kernelSize: kernel,
      ...{
        stride: optional(integer(1)),
        padding: optional(integer(1, 0)),
        groups: optional(integer(1)),
        bias: optional(boolean),
      },
    }),
  ),
  "Conv2d.forward": forward(conv, 1, 2, 4, 4),
  "Conv2d.synapticOperations": counting(conv, 1, 2, 4, 4),
  linearOperations: fn(
    core.linearOperations,
    tensorOf(2, 3),
    opaque(() => ({ shape: [2, 3], values: [1, 0, 1, 0, 1, 0] })),
  ),
  convOperations: fn(
    core.convOperations,
    tensorOf(1, 1, 2, 2),
    opaque(() => ({ shape: [1, 1, 1, 1], values: [1] })),
    options({ stride: integer(1), padding: integer(0, 0), groups: integer(1) }),
  ),
  BatchNorm: made(
    core.BatchNorm,
    integer(3),
    optional(options({ eps: optional(number(1e-5, 0)), momentum: optional(number(0.1, 0)) })),
  ),
  "BatchNorm.forward": forward(() => new core.BatchNorm(3), 2, 2, 3),
  Dropout: made(
    core.Dropout,
    optional(number(0.5, 0)),
    optional(options({ constantOverTime: optional(boolean) })),
  ),
  "Dropout.forward": forward(() => new core.Dropout(0.5), 2, 2, 3),
  AvgPool2d: made(core.AvgPool2d, window),
  "AvgPool2d.forward": forward(() => new core.AvgPool2d({ kernelSize: 2 }), 1, 2, 4, 4),
  MaxPool2d: made(core.MaxPool2d, window),
  "MaxPool2d.forward": forward(() => new core.MaxPool2d({ kernelSize: 2 }), 1, 2, 4, 4),
  GlobalAvgPool2d: made(core.GlobalAvgPool2d),
  "GlobalAvgPool2d.forward": forward(() => new core.GlobalAvgPool2d(), 1, 2, 4, 4),
  GlobalMaxPool2d: made(core.GlobalMaxPool2d),
  "GlobalMaxPool2d.forward": forward(() => new core.GlobalMaxPool2d(), 1, 2, 4, 4),
  Flatten: made(core.Flatten),
  "Flatten.forward": forward(() => new core.Flatten(), 2, 2, 2, 4, 4),
  RepeatOverTime: made(core.RepeatOverTime, integer(3)),
  "RepeatOverTime.forward": forward(() => new core.RepeatOverTime(3), 2, 3),
  Vote: made(core.Vote, integer(2)),
  "Vote.forward": forward(() => new core.Vote(2), 2, 4),
  Residual: made(core.Residual, module(linear), optional(module(linear))),
  "Residual.forward": forward(() => new core.Residual(new core.Linear(4, 4)), 2, 4),
  Sequential: made(
    core.Sequential,
    kind(
      linear,
      (value) =>
        value instanceof core.Module ||
        (typeof value === "object" && value !== null && Object.keys(value).length === 0),
    ),
  ),
  "Sequential.replaceChild": method(smallNetwork, "replaceChild", text("0", "0", "1"), module(linear)),
  "Sequential.get": method(
    smallNetwork,
    "get",
    kind(
      () => 0,
      (value) => ["0", "1", 0, 1].includes(value as string),
    ),
  ),
  "Sequential.forward": forward(smallNetwork, 2, 2, 4),
  rangeParameter: fn(core.rangeParameter, shape(2, 3), number(-1), number(1, -1)),
  uniformParameter: fn(
    core.uniformParameter,
    shape(2, 3),
    number(3, Number.MIN_VALUE),
    optional(text("kaiming", ...core.WEIGHT_INITS)),
  ),
  constantParameter: fn(core.constantParameter, shape(2, 3), number(3)),
  constantBuffer: fn(core.constantBuffer, shape(2, 3), number(3)),

  IF: made(core.IF, optional(options(spiking))),
  LIF: made(core.LIF, optional(options(leaky))),
  PLIF: made(
    core.PLIF,
    optional(options({ ...spiking, initTau: optional(neuronNumber(2, 1)), decayInput: optional(boolean) })),
  ),
  KLIF: made(
    core.KLIF,
    optional(
      options({ ...leaky, k: optional(neuronNumber(1, Number.MIN_VALUE)), scaleReset: optional(boolean) }),
    ),
  ),
  defineNeuron: fn(
    core.defineNeuron,
    options({
      name: text("Own"),
      state: options({ v: number(0) }),
      parameters: optional(options({ tau: number(2) })),
      equations: text("v = v + (x - v) / tau"),
      inputs: optional(
        list(
          () => ["x"],
          (entry) => typeof entry === "string",
        ),
      ),
      outputs: optional(
        list(
          () => ["v"],
          (entry) => typeof entry === "string",
        ),
      ),
    }),
  ),
  ...zoo,
  derivationOf: fn(
    core.derivationOf,
    kind(
      () => new Own(),
      (value) => value instanceof core.Module && "description" in value,
    ),
  ),
  zooNameOf: fn(core.zooNameOf, text("BRF")),
  EquationNeuron: "made by `defineNeuron`",
  "EquationNeuron.run": method(
    () => new Own(),
    "run",
    tensorOf(3, 2, 3),
    optional(options({ v: optional(tensorOf(2, 3)) })),
    optional(options({})),
  ),
  learnable: fn(
    core.learnable,
    kind(
      () => 2,
      (value) => typeof value === "number" || Array.isArray(value) || ArrayBuffer.isView(value),
    ),
    optional(options({ per: optional(text("channel", "layer", "channel", "neuron")) })),
  ),
  ALIF: made(
    core.ALIF,
    optional(
      options({
        ...leaky,
        tauAdaptation: optional(neuronNumber(20, Number.MIN_VALUE)),
        beta: optional(neuronNumber(1, 0)),
      }),
    ),
  ),
  "ALIF.run": method(
    () => new core.ALIF(),
    "run",
    tensorOf(2, 2, 3),
    optional(
      opaque(
        () =>
          new core.ALIF().step(
            core.tensor([
              [1, 1, 1],
              [1, 1, 1],
            ]),
          ).state,
      ),
    ),
  ),
  IntegrateAndFire: "abstract: the neurons check what they pass on",
  "IntegrateAndFire.run": method(() => new core.LIF(), "run", tensorOf(2, 2, 3), optional(tensorOf(2, 3))),
  SpikingNeuron: "abstract: the neurons check what they pass on",
  "SpikingNeuron.beginParameter": "for classes of neurons alone",
  "SpikingNeuron.placedParameters": "for classes of neurons alone",
  "SpikingNeuron.forward": forward(() => new core.LIF(), 2, 2, 3),
  "SpikingNeuron.step": method(() => new core.LIF(), "step", tensorOf(2, 3), optional(tensorOf(2, 3))),
  "SpikingNeuron.remember": method(
    () => new core.LIF(),
    "remember",
    optional(opaque(() => ({ spikes: core.tensor([1]) }))),
  ),
  LeakyIntegrator: made(
    core.LeakyIntegrator,
    optional(options({ tau: optional(neuronNumber(2, 1)), decayInput: optional(boolean) })),
  ),
  "LeakyIntegrator.forward": forward(() => new core.LeakyIntegrator(), 2, 2, 3),
  "LeakyIntegrator.run": method(
    () => new core.LeakyIntegrator(),
    "run",
    tensorOf(2, 2, 3),
    optional(tensorOf(2, 3)),
  ),
  "LeakyIntegrator.step": method(
    () => new core.LeakyIntegrator(),
    "step",
    tensorOf(2, 3),
    optional(tensorOf(2, 3)),
  ),
  Recurrent: made(
    core.Recurrent,
    instance(core.SpikingNeuron, () => new core.LIF()),
    options({ features: integer(3) }),
  ),
  "Recurrent.forward": forward(recurrent, 2, 2, 3),
  "Recurrent.run": method(
    recurrent,
    "run",
    tensorOf(2, 2, 3),
    optional(
      opaque(
        () =>
          recurrent().step(
            core.tensor([
              [1, 1, 1],
              [1, 1, 1],
            ]),
          ).state,
      ),
    ),
  ),
  "Recurrent.step": method(
    recurrent,
    "step",
    tensorOf(2, 3),
    optional(
      opaque(
        () =>
          recurrent().step(
            core.tensor([
              [1, 1, 1],
              [1, 1, 1],
            ]),
          ).state,
      ),
    ),
  ),
  atan: fn(core.atan, alpha),
  sigmoid: fn(core.sigmoid, alpha),
  piecewiseQuadratic: fn(core.piecewiseQuadratic, alpha),
  triangle: fn(core.triangle, alpha),
  rectangle: fn(core.rectangle, alpha),
  fastSigmoid: fn(core.fastSigmoid, alpha),
  customSurrogate: fn(
    core.customSurrogate,
    options({ name: text("gauss"), derivative, primitive: optional(derivative) }),
  ),
  resolveSurrogate: fn(core.resolveSurrogate, surrogate),

  rateCrossEntropy: fn(core.rateCrossEntropy, tensorOf(2, 2, 3), labels, optional(options(smoothing))),
  rateMse: fn(core.rateMse, tensorOf(2, 2, 3), labels),
  tet: fn(
    core.tet,
    tensorOf(2, 2, 3),
    labels,
    optional(options({ ...smoothing, lambda: optional(number(0.05, 0)), phi: optional(number(1)) })),
  ),
  sumSoftmaxCrossEntropy: fn(
    core.sumSoftmaxCrossEntropy,
    tensorOf(2, 2, 3),
    labels,
    optional(options(smoothing)),
  ),
  maxMembraneCrossEntropy: fn(
    core.maxMembraneCrossEntropy,
    tensorOf(2, 2, 3),
    labels,
    optional(options(smoothing)),
  ),
};

function recurrent(): core.Recurrent<core.Tensor> {
  return new core.Recurrent(new core.LIF(), { features: 3 });
}
