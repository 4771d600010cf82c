import * as core from "../../src/entries/bundle.ts";
import {
  activity,
  network,
  opaque,
  optimizer,
  parametersWithGradients,
  random,
  smallNetwork,
  trainer,
} from "./helpers.ts";
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
  nullable,
  number,
  optional,
  options,
  text,
} from "./kinds.ts";

const parameters = list(
  () => smallNetwork().parameters(),
  (entry) => entry instanceof core.Tensor,
);
const bytes = (make: () => Uint8Array) => kind(make, (value) => value instanceof Uint8Array);
const rates = { lr: number(0.1, 0), momentum: number(0.9, 0) };
const group = { lr: number(0.1, 0), weightDecay: optional(number(0, 0)) };
const adam = {
  ...group,
  lr: optional(number(0.1, 0)),
  betas: optional(
    list(
      () => [0.9, 0.99],
      (beta) => (beta as number) >= 0 && (beta as number) < 1,
    ),
  ),
  eps: optional(number(1e-8, 0)),
};
const adamOf = () => new core.Adam(parametersWithGradients().parameters());
const schedule = () => core.step({ stepSize: 2 });
const signal = optional(
  kind(
    () => ({ aborted: false }),
    () => false,
  ),
);
const hook = optional(callback(() => undefined));
const empty = new Uint8Array(0);

/** Optimisers, schedules, training, accounting and files. */
export const trainingDoors: Doors = {
  connectRanks: fn(
    core.connectRanks,
    integer(0, 0),
    list(
      () => [undefined],
      (port) => port === undefined,
    ),
  ),
  sumBy: "called by communicators, with what the trainer gives them",
  gatherObjects: "takes any object, and a communicator",
  Optimizer: "abstract: the optimisers check what they pass on",
  "Optimizer.setRates": method(
    adamOf,
    "setRates",
    kind(
      () => 0,
      (value) => value === 0,
    ),
    options(rates),
  ),
  "Optimizer.setState": method(
    () => new core.Adam(smallNetwork().parameters()),
    "setState",
    options({
      kind: text("Adam", "Adam"),
      steps: list(
        () => [0, 0],
        (count) => Number.isInteger(count),
      ),
      groups: list(() => [{}], core.isPlainObject),
    }),
  ),
  SGD: made(
    core.SGD,
    parameters,
    options({
      ...group,
      ...{
        momentum: optional(number(0.9, 0)),
        dampening: optional(number(0, 0)),
        nesterov: optional(boolean),
      },
    }),
  ),
  "SGD.check": "internal: called with its own groups",
  "SGD.momentumOf": "internal: called with its own groups",
  "SGD.setMomentum": "internal: called with its own groups",
  "SGD.update": "internal: called with its own groups",
  Adam: made(core.Adam, parameters, optional(options(adam))),
  AdamW: made(core.AdamW, parameters, optional(options(adam))),
  gradNorm: fn(core.gradNorm, parameters),
  clipGradNorm: fn(core.clipGradNorm, parameters, number(1, Number.MIN_VALUE)),
  Schedule: made(
    core.Schedule,
    callback(() => 1),
  ),
  "Schedule.at": method(schedule, "at", integer(1, 0), options(rates), optional(integer(0, 0))),
  "Schedule.apply": method(schedule, "apply", optimizer, integer(1, 0)),
  cosineAnnealing: fn(core.cosineAnnealing, options({ tMax: integer(3), etaMin: optional(number(0, 0)) })),
  step: fn(core.step, options({ stepSize: integer(3), gamma: optional(number(0.1, 0)) })),
  warmup: fn(core.warmup, options({ steps: integer(3), then: optional(instance(core.Schedule, schedule)) })),
  oneCycle: fn(
    core.oneCycle,
    options({
      ...{ maxLr: number(1, 0), totalSteps: integer(9), pctStart: optional(number(0.3, 0)) },
      ...{ divFactor: optional(number(25, 0)), finalDivFactor: optional(number(25, 0)) },
      momentum: optional(
        nullable(
          list(
            () => [0.8, 0.9],
            (n) => (n as number) >= 0 && (n as number) < 1,
          ),
        ),
      ),
    }),
  ),
  perGroup: fn(
    core.perGroup,
    list(
      () => [schedule()],
      (entry) => entry instanceof core.Schedule,
    ),
  ),

  Trainer: made(
    core.Trainer,
    options({
      ...{ network, optimizer, loss: callback(core.rateCrossEntropy), batches: callback(() => []) },
      ...{
        schedule: optional(instance(core.Schedule, schedule)),
        scheduleUnit: optional(text("step", "step", "epoch")),
      },
      evolution: optional(opaque(() => ({ afterBackward: () => undefined, afterStep: () => undefined }))),
      ...{ beforeEpoch: hook, encode: hook, predict: hook, evaluation: hook, onBatch: hook, onEpoch: hook },
      ...{ clipNorm: optional(number(1, Number.MIN_VALUE)), ratesEvery: optional(integer(10)) },
      deadAfter: optional(
        kind(
          () => 20,
          (value) => value === false || (Number.isSafeInteger(value) && (value as number) >= 1),
        ),
      ),
    }),
  ),
  initFiring: {
    ...fn(
      core.initFiring,
      network,
      opaque(() => ({ inputs: new Float32Array(8), shape: [1, 2, 4], labels: new Float32Array(2) })),
      optional(
        options({
          rate: optional(
            kind(
              () => 0.1,
              (value) => typeof value === "number" && value > 0 && value < 1,
            ),
          ),
          encode: optional(callback((x: core.Tensor) => x)),
        }),
      ),
    ),
    betweenSteps: true,
  },
  "Trainer.run": method(
    trainer,
    "run",
    options({
      epochs: kind(
        () => 0,
        (value) => value === 0,
      ),
      signal,
    }),
  ),
  "Trainer.evaluate": "runs steps of its own: trainer.test.ts",
  "Trainer.setState": method(
    trainer,
    "setState",
    options({
      ...{ epoch: integer(0, 0), batch: integer(0, 0), step: integer(0, 0) },
      random: opaque(() => trainer().getState().random),
      tally: opaque(() => trainer().getState().tally),
    }),
  ),
  evaluationKey: "arithmetic on the low 32 bits of whatever it gets",
  countActivity: "runs steps of its own: accounting.test.ts",
  energyEstimate: fn(
    core.energyEstimate,
    opaque(() => activity),
    optional(
      options({ mac: optional(number(1, 0)), ac: optional(number(1, 0)), access: optional(number(1, 0)) }),
    ),
  ),
  countParameters: fn(core.countParameters, network),

  encodeCheckpoint: fn(
    core.encodeCheckpoint,
    options({ network, optimizer: optional(optimizer), random: optional(random) }),
    optional(
      kind(
        () => null,
        (value) => typeof value !== "bigint",
      ),
    ),
  ),
  restoreCheckpoint: "needs a checkpoint, which takes a while to make: checkpoint.test.ts",
  encodeWeights: fn(core.encodeWeights, network),
  restoreWeights: "needs weights, which take a while to make: checkpoint.test.ts",
  crc32: fn(
    core.crc32,
    bytes(() => empty),
  ),
  decodeHalf: fn(
    core.decodeHalf,
    kind(
      () => 0,
      (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffff,
    ),
  ),
  encodeHalf: fn(
    core.encodeHalf,
    kind(
      () => 1.5,
      (value) => typeof value === "number",
    ),
  ),
  decodeBfloat16: fn(
    core.decodeBfloat16,
    kind(
      () => new Uint16Array(2),
      (value) => value instanceof Uint16Array,
    ),
  ),
  encodeBfloat16: fn(
    core.encodeBfloat16,
    kind(
      () => new Float32Array(2),
      (value) => value instanceof Float32Array,
    ),
  ),
  decodeSafetensors: fn(
    core.decodeSafetensors,
    bytes(() => core.encodeSafetensors({})),
  ),
  encodeSafetensors: fn(
    core.encodeSafetensors,
    kind(
      () => ({ a: { shape: [2], data: new Float32Array(2) } }),
      (value) => value instanceof Map || isBare(value),
    ),
    optional(kind(() => ({ format: "x" }), isBare)),
  ),
};

function isBare(value: unknown): boolean {
  return core.isPlainObject(value) && Object.keys(value).length === 0;
}
