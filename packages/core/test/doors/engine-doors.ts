import * as core from "../../src/entries/bundle.ts";
import { patternKind } from "./helpers.ts";
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
  number,
  numbers,
  optional,
  options,
  shape,
  tensorOf,
  text,
  weightOf,
} from "./kinds.ts";

const HELPS_CHECKS = "a check or a message itself: other packages call it at their doors";
const LAYERS_ASK = "what layers ask a running stream for; users call NetworkStream";
const engine = (): core.Engine => core.currentEngine();

const bump = { shape: text("gauss", "gauss", "max"), sigma: number(1, Number.MIN_VALUE), rounded: boolean };
const delay = {
  ...bump,
  maxDelay: kind(
    () => 3,
    (n) => Number.isInteger(n) && (n as number) % 2 === 1,
  ),
  keepLength: boolean,
};
const branches = (make: () => core.Tensor) =>
  kind(
    () => ({ important: make(), rest: make() }),
    () => false,
  );
const ones = (...sizes: number[]) =>
  core.tensor(new Float32Array(core.sizeOf(sizes)).fill(1), [core.sizeOf(sizes)]).viewAs(sizes);
const loss = { labelSmoothing: optional(number(0.1, 0)) };

/** Engine, tensors and operations. */
export const engineDoors: Doors = {
  Engine: made(
    core.Engine,
    instance(Object, () => engine().backend),
    optional(integer(1, -Infinity)),
  ),
  "Engine.step": "runs what it is given; a step inside a step is refused (engine.test.ts)",
  "Engine.atOnce": "runs what it is given (streams.test.ts)",
  ...{ Carried: LAYERS_ASK, "Carried.keep": LAYERS_ASK, "Carried.commit": LAYERS_ASK },
  ...{ "Carried.release": LAYERS_ASK, onWholeSequence: LAYERS_ASK, refuseInStream: LAYERS_ASK },
  ...{ runningStream: LAYERS_ASK, StreamMemory: LAYERS_ASK, "StreamMemory.lengthen": LAYERS_ASK },
  ...{ "StreamMemory.again": LAYERS_ASK, "StreamMemory.carried": LAYERS_ASK },
  ...{ "StreamMemory.beside": LAYERS_ASK, "StreamMemory.run": LAYERS_ASK },
  ...{ "StreamMemory.replace": LAYERS_ASK, "StreamMemory.release": LAYERS_ASK },
  "Engine.empty": method(engine, "empty", shape(2, 3), optional(text("plain", "plain", "image"))),
  "Engine.free": "for `Tensor.release`, which knows the storage",
  "Engine.persistent": method(engine, "persistent", shape(2, 3), optional(text("plain", "plain", "image"))),
  Random: made(core.Random, integer(1, -Infinity)),
  "Random.integer": method(() => new core.Random(1), "integer", integer(3)),
  "Random.shuffle": method(
    () => new core.Random(1),
    "shuffle",
    kind(
      () => [1, 2],
      (value) => Array.isArray(value) || ArrayBuffer.isView(value),
    ),
  ),
  "Random.setState": method(
    () => new core.Random(1),
    "setState",
    list(() => [1, 2, 3, 4], Number.isInteger),
  ),
  Tensor: "made by `tensor` and by engines, never by hand",
  "Tensor.viewAs": method(() => core.tensor([1, 2, 3]), "viewAs", shape(3, 1)),
  "Tensor.release": "takes the reason, a text from Myelin itself",
  "Tensor.set": method(() => core.tensor([1, 2, 3]), "set", numbers(1, 2, 3)),
  backward: fn(
    core.backward,
    instance(core.Tensor, () => core.sum(core.parameter([1], [1]))),
  ),
  createEngine: {
    betweenSteps: true,
    ...fn(
      async (given?: core.EngineOptions) => {
        const before = core.currentEngine();
        const started = await core.createEngine(given);
        core.useEngine(before);
        await started.dispose();
      },
      optional(
        options({
          backend: optional(text("reference", "reference", "wasm")),
          seed: optional(integer(1, -Infinity)),
          wasm: optional(
            options({
              threads: optional(
                kind(
                  () => 1,
                  (value) => value === 1,
                ),
              ),
              simd: optional(text("auto", "auto", "simd", "relaxed")),
              memoryLimit: optional(
                kind(
                  () => 2 ** 27,
                  (value) =>
                    Number.isInteger(value) && (value as number) >= 2 ** 26 && (value as number) <= 2 ** 32,
                ),
              ),
              guard: optional(boolean),
            }),
          ),
        }),
      ),
    ),
  },
  currentEngine: "takes nothing",
  inScope: fn(
    core.inScope,
    text("mine"),
    callback(() => 1),
  ),
  useEngine: fn(core.useEngine, instance(core.Engine, engine)),
  noGrad: fn(
    core.noGrad,
    instance(core.Engine, engine),
    callback(() => 1),
  ),
  customGradient: fn(
    core.customGradient,
    list(
      () => [core.tensor([1])],
      (entry) => entry instanceof core.Tensor,
    ),
    callback((x: core.Tensor) => x),
    callback((gradient: core.Tensor) => [gradient]),
  ),
  randomBits: "arithmetic on the low 32 bits of whatever it gets: kernels repeat it",
  tensor: fn(
    core.tensor,
    kind(
      () => [1, 2],
      (value) => typeof value === "number" || Array.isArray(value) || value instanceof Float32Array,
    ),
    optional(shape(2)),
  ),
  parameter: fn(core.parameter, numbers(1, 2), shape(2)),

  sum: fn(core.sum, tensorOf(2, 3)),
  sumOfSquares: fn(core.sumOfSquares, tensorOf(2, 3)),
  countNonZero: fn(core.countNonZero, tensorOf(2, 3)),
  linear: fn(core.linear, tensorOf(2, 3), tensorOf(4, 3), optional(tensorOf(4))),
  conv2d: fn(
    core.conv2d,
    tensorOf(1, 2, 4, 4),
    weightOf(2, 2, 3, 3),
    optional(tensorOf(2)),
    optional(
      options({
        stride: optional(integer(1)),
        padding: optional(integer(1, 0)),
        groups: optional(integer(1)),
      }),
    ),
  ),
  batchNorm: fn(
    core.batchNorm,
    tensorOf(2, 2, 3),
    tensorOf(3),
    tensorOf(3),
    options({ mean: tensorOf(3), variance: tensorOf(3) }),
    options({ training: boolean, momentum: number(0.1, 0), eps: number(1e-5, 0) }),
  ),
  dropout: fn(
    core.dropout,
    tensorOf(2, 2, 3),
    options({ p: number(0.5, 0), constantOverTime: boolean, key: integer(1, -Infinity) }),
  ),
  bernoulli: fn(core.bernoulli, tensorOf(2, 3), options({ steps: integer(3), key: integer(1, -Infinity) })),
  latency: fn(core.latency, tensorOf(2, 3), options({ steps: integer(3) })),
  delta: fn(core.delta, tensorOf(3, 2, 3), options({ threshold: number(0.1), signed: optional(boolean) })),
  equations: "takes what only layers of neurons make; these are checked",
  prepareEquations: "takes what only layers of neurons make; these are checked",
  softmax: fn(core.softmax, tensorOf(2, 3)),
  crossEntropy: fn(core.crossEntropy, tensorOf(2, 2, 3), tensorOf(2), optional(options(loss))),
  meanSquaredError: fn(core.meanSquaredError, tensorOf(2, 3), tensorOf(2, 3)),
  classTargets: fn(core.classTargets, tensorOf(2), integer(3)),
  oneHot: fn(core.oneHot, tensorOf(2), integer(3)),
  groupMean: fn(core.groupMean, tensorOf(2, 6), integer(2)),
  avgPool2d: fn(core.avgPool2d, tensorOf(1, 2, 4, 4), pool()),
  maxPool2d: fn(core.maxPool2d, tensorOf(1, 2, 4, 4), pool()),
  globalAvgPool2d: fn(core.globalAvgPool2d, tensorOf(1, 2, 4, 4)),
  globalMaxPool2d: fn(core.globalMaxPool2d, tensorOf(1, 2, 4, 4)),
  flatten: fn(core.flatten, tensorOf(2, 2, 2, 4, 4)),
  reshape: fn(core.reshape, tensorOf(2, 3), shape(3, 2)),
  unstack: fn(core.unstack, tensorOf(2, 2, 3)),
  stack: fn(
    core.stack,
    list(
      () => [core.tensor([1]), core.tensor([2])],
      (entry) => entry instanceof core.Tensor,
    ),
  ),
  lastStep: fn(core.lastStep, tensorOf(2, 2, 3)),
  repeatOverTime: fn(core.repeatOverTime, tensorOf(2, 3), integer(2)),
  onlyStep: fn(core.onlyStep, tensorOf(1, 2, 3)),
  maskPadding: fn(
    (x: core.Tensor, lengths?: number[]) => core.maskPadding(x, lengths),
    tensorOf(2, 2, 3),
    optional(numbers(1, 2)),
  ),
  withoutPadding: fn(core.withoutPadding, tensorOf(2, 2, 3)),
  countSpikes: fn(core.countSpikes, tensorOf(2, 2, 3)),
  setLengths: fn(core.setLengths, tensorOf(2, 2, 3), optional(numbers(1, 2))),
  singleStep: fn(core.singleStep, tensorOf(2, 3)),
  sumOverTime: fn(core.sumOverTime, tensorOf(2, 2, 3)),
  meanOverTime: fn(core.meanOverTime, tensorOf(2, 2, 3)),
  maxOverTime: fn(core.maxOverTime, tensorOf(2, 2, 3)),

  delayLinear: fn(core.delayLinear, tensorOf(5, 2, 3), weightOf(2, 3, 1), weightOf(2, 3, 1), options(delay)),
  delayProducts: fn(
    core.delayProducts,
    tensorOf(5, 2, 3),
    weightOf(2, 3, 1),
    weightOf(2, 3, 1),
    options(bump),
    options({ outSteps: integer(5), taps: kind(() => 3, Number.isInteger) }),
  ),
  delayConv2d: fn(
    core.delayConv2d,
    tensorOf(5, 1, 2, 3, 3),
    weightOf(2, 2, 3, 3, 1),
    weightOf(2, 2, 3, 3, 1),
    options({ ...delay, stride: integer(1), padding: integer(1, 0) }),
  ),
  clampPositions: fn(core.clampPositions, tensorOf(2, 3, 1), integer(3)),
  planeStatistics: fn(core.planeStatistics, tensorOf(2, 1, 2, 3, 3)),
  selectPlanes: fn(
    core.selectPlanes,
    tensorOf(1, 2, 2),
    options({
      ...{
        selectedChannels: integer(1, 0),
        selectedSteps: integer(1, 0),
        maskMode: text("xor", "xor", "and", "or"),
      },
      ...{ batchUnion: boolean, weighted: boolean },
    }),
  ),
  gatePlanes: fn(
    core.gatePlanes,
    tensorOf(2, 1, 2, 3, 3),
    options({
      planes: branches(() => ones(2, 1, 2)),
      convolutions: branches(() => ones(1, 2, 3, 3)),
      share: number(0.5, 0),
    }),
  ),
  expandSparse: fn(core.expandSparse, tensorOf(3), patternKind, shape(2, 3), optional(sparse())),
  sparseLinear: fn(
    core.sparseLinear,
    tensorOf(2, 3),
    tensorOf(3),
    patternKind,
    optional(tensorOf(2)),
    optional(sparse()),
  ),
  sparseConv2d: fn(
    core.sparseConv2d,
    tensorOf(1, 3, 2, 2),
    tensorOf(3),
    patternKind,
    shape(2, 3, 1, 1),
    optional(tensorOf(2)),
    optional(
      options({
        stride: optional(integer(1)),
        padding: optional(integer(0, 0)),
        groups: optional(integer(1)),
      }),
    ),
  ),

  MyelinError: "an error takes any text",
  ShapeError: "an error takes any text",
  FormatError: "an error takes any text",
  BackendError: "an error takes any text",
  TruncatedError: "an error takes any text",
  UnsupportedError: "an error takes any text",
  TrainingError: "an error takes any text",
  labelProblem: HELPS_CHECKS,
  weightedTargets: "called by losses with what they have checked",
  sizeOf: HELPS_CHECKS,
  describeShape: HELPS_CHECKS,
  densePlaces: HELPS_CHECKS,
  numbersIn: HELPS_CHECKS,
  describeValue: HELPS_CHECKS,
  listNames: HELPS_CHECKS,
  nearestName: HELPS_CHECKS,
  refuse: HELPS_CHECKS,
  withDefaults: HELPS_CHECKS,
  isPlainObject: HELPS_CHECKS,
  checkArray: HELPS_CHECKS,
  checkedBatches: HELPS_CHECKS,
  checkSignal: HELPS_CHECKS,
  checkBoolean: HELPS_CHECKS,
  checkBytes: HELPS_CHECKS,
  checkFunction: HELPS_CHECKS,
  checkInstance: HELPS_CHECKS,
  checkInteger: HELPS_CHECKS,
  checkModule: HELPS_CHECKS,
  checkNumber: HELPS_CHECKS,
  checkNumbers: HELPS_CHECKS,
  checkOneOf: HELPS_CHECKS,
  checkOptions: HELPS_CHECKS,
  checkPattern: HELPS_CHECKS,
  checkShape: HELPS_CHECKS,
  checkSizes: HELPS_CHECKS,
  checkTensor: HELPS_CHECKS,
  checkText: HELPS_CHECKS,
  sizePair: HELPS_CHECKS,
  warn: "takes a text from Myelin itself",
  onWarning: "tested in warnings.test.ts: its effect lasts",
};

function pool() {
  return options({ kernelSize: integer(2), stride: optional(integer(2)), padding: optional(integer(0, 0)) });
}

function sparse() {
  return options({
    onGradient: optional(callback(() => undefined)),
  });
}
