import * as core from "../../src/entries/bundle.ts";
import {
  connections,
  counting,
  delayLayer,
  forward,
  kernel,
  network,
  opaque,
  optimizer,
  pattern,
  patternKind,
  random,
} from "./helpers.ts";
import {
  anything,
  boolean,
  type Doors,
  fn,
  instance,
  integer,
  kind,
  list,
  made,
  method,
  module,
  number,
  numbers,
  optional,
  options,
  shape,
  tensorOf,
  text,
} from "./kinds.ts";

const exchange = {
  ...{ fraction: optional(number(0.3, 0)), fractionSchedule: optional(text("cosine", "cosine", "constant")) },
  ...{ updateInterval: optional(integer(5)), end: optional(number(0.75, 0)), random: optional(random) },
  prune: optional(text("set", ...core.PRUNE_RULES)),
  grow: optional(text("random", ...core.GROW_RULES)),
  layers: optional(
    list(
      () => ["0"],
      (name) => name === "0",
    ),
  ),
};

const delayed = {
  maxDelay: kind(
    () => 3,
    (value) => Number.isSafeInteger(value),
  ),
  version: optional(text("gauss", "gauss", "max", "v1")),
  kernelCount: optional(integer(1)),
  sigmaInit: optional(number(1, 0)),
  learn: optional(boolean),
  per: optional(text("synapse", "synapse", "axon")),
  keepLength: optional(boolean),
};

const sparseLinear = () =>
  new core.SparseLinear(new core.Linear(3, 2), pattern(), core.parameter([1, 2, 3], [3]));
const sparseConv = () =>
  new core.SparseConv2d(new core.Conv2d(3, 2, { kernelSize: 1 }), pattern(), core.parameter([1, 2, 3], [3]));
const delayLinear = () => new core.DelayLinear(3, 2, { maxDelay: 3 });
const sparseDelay = () => {
  const weight = core.parameter([1, 2, 3], [3]);
  return new core.SparseDelayLinear(delayLinear(), pattern(), {
    weight,
    position: weight,
  });
};

/** Attention, delays and sparse structures. */
export const structureDoors: Doors = {
  AdvancedSpatialAttention: made(
    core.AdvancedSpatialAttention,
    options({
      ...{
        timeSteps: integer(2),
        channels: integer(2),
        reduction: optional(integer(1)),
        lambda: optional(number(0.5, 0)),
      },
      maskMode: optional(text("xor", "xor", "and", "or")),
      maskScope: optional(text("sample", "sample", "batchUnion")),
      trainableScore: optional(boolean),
    }),
  ),
  "AdvancedSpatialAttention.forward": forward(
    () => new core.AdvancedSpatialAttention({ timeSteps: 2, channels: 2 }),
    2,
    1,
    2,
    3,
    3,
  ),
  DelayLayer: "abstract: the layers check what they pass on",
  "DelayLayer.alongTime": "protected: called by layers with delays",
  "DelayLayer.drawPosition": "protected: called by layers with new connections",
  "DelayLayer.delayOf": method(delayLinear, "delayOf", number(0.5)),
  "DelayLayer.wholeDelayOf": method(delayLinear, "wholeDelayOf", number(0.5)),
  DelayLinear: made(core.DelayLinear, integer(3), integer(2), options(delayed)),
  "DelayLinear.forward": forward(delayLinear, 5, 2, 3),
  "DelayLinear.synapticOperations": counting(delayLinear, 5, 2, 3),
  DelayConv2d: made(
    core.DelayConv2d,
    integer(2),
    integer(2),
    options({
      ...delayed,
      kernelSize: kernel,
      stride: optional(integer(1)),
      padding: optional(integer(1, 0)),
    }),
  ),
  "DelayConv2d.forward": forward(
    () => new core.DelayConv2d(2, 2, { maxDelay: 3, kernelSize: 3 }),
    5,
    1,
    2,
    3,
    3,
  ),
  SigmaSchedule: made(core.SigmaSchedule, sigma()),
  "SigmaSchedule.at": method(() => core.sigmaSchedule({ epochs: 5 }), "at", integer(1, 0), number(2, 0)),
  "SigmaSchedule.apply": method(() => core.sigmaSchedule({ epochs: 5 }), "apply", network, integer(1, 0)),
  sigmaSchedule: fn(core.sigmaSchedule, sigma()),
  delayLayers: fn(core.delayLayers, network),
  positionParameters: fn(core.positionParameters, network),
  normalisationParameters: fn(core.normalisationParameters, network),
  weightParameters: fn(core.weightParameters, network),
  delayStream: fn(
    core.delayStream,
    instance(core.DelayLinear, () => delayLinear().eval()),
    optional(options({ batch: optional(integer(1)), input: optional(shape(3)) })),
  ),

  sparsify: fn(
    core.sparsify,
    network,
    options({
      density: number(0.5, 0),
      distribution: optional(text("erk", "erk", "er", "uniform")),
      exclude: optional(
        list(
          () => [],
          (name) => name === "0",
        ),
      ),
      structure: optional(text("single", "single", "blocks-of-4", "blocks-of-8")),
      rescale: optional(boolean),
    }),
    optional(random),
  ),
  allocateDensity: fn(
    core.allocateDensity,
    list(
      () => [{ name: "a", shape: [2, 3] }],
      () => false,
    ),
    number(0.5, 0),
    optional(text("erk", "erk", "er", "uniform")),
  ),
  exportDense: fn(core.exportDense, network),
  isSparseLayer: fn(core.isSparseLayer, network),
  sparseLayers: fn(core.sparseLayers, network),
  connectionMemory: fn(core.connectionMemory, network, optimizer),
  SparseLinear: made(
    core.SparseLinear,
    instance(core.Linear, () => new core.Linear(3, 2)),
    patternKind,
    tensorOf(3),
  ),
  "SparseLinear.forward": forward(sparseLinear, 2, 3),
  "SparseLinear.synapticOperations": counting(sparseLinear, 2, 3),
  SparseConv2d: made(
    core.SparseConv2d,
    instance(core.Conv2d, () => new core.Conv2d(3, 2, { kernelSize: 1 })),
    patternKind,
    tensorOf(3),
  ),
  "SparseConv2d.forward": forward(sparseConv, 1, 3, 2, 2),
  "SparseConv2d.synapticOperations": counting(sparseConv, 1, 3, 2, 2),
  SparseDelayLinear: made(
    core.SparseDelayLinear,
    delayLayer,
    patternKind,
    options({ weight: tensorOf(3), position: tensorOf(3) }),
  ),
  "SparseDelayLinear.synapticOperations": counting(sparseDelay, 5, 2, 3),
  Connections: made(
    core.Connections,
    patternKind,
    options({
      denseShape: shape(2, 3),
      parameters: opaque(() => ({ weight: core.tensor([1, 2, 3]) })),
      initialValue: optional(anything(() => () => 0)),
    }),
  ),
  "Connections.countPositions": method(connections, "countPositions", tensorOf(2, 2)),
  "Connections.initialValue": "calls what was given",
  "Connections.setPlaces": method(
    connections,
    "setPlaces",
    kind(
      () => Int32Array.of(1, 2, 3),
      () => false,
    ),
  ),
  "Connections.expand": method(connections, "expand", numbers(1, 2, 3)),
  StructureEvolution: made(
    core.StructureEvolution,
    module(() => new core.Sequential(sparseLinear())),
    optimizer,
    options({ totalSteps: integer(10), ...exchange }),
  ),
  "StructureEvolution.setState": "tested with its own state in structure/evolution.test.ts",
  DeepR: "made by DeepR.create",
  "DeepR.setState": "tested with its own state in structure/evolution.test.ts",
};

function sigma() {
  return options({
    ...{
      epochs: integer(5),
      sigmaInit: optional(number(2, 0)),
      sigmaEnd: optional(number(0.23, Number.MIN_VALUE)),
    },
    fraction: optional(number(0.25, 0)),
  });
}
