import * as core from "../../src/entries/bundle.ts";
import { neuronNumber, smallNetwork } from "./helpers.ts";
import {
  type Doors,
  fn,
  integer,
  kind,
  list,
  made,
  module,
  number,
  optional,
  options,
  shape,
  text,
} from "./kinds.ts";

const names = Object.keys(core.SURROGATE_ALPHA);
const surrogate = optional(
  kind(
    () => ({ type: "atan", alpha: 2 }),
    (value) => names.includes(value as string),
  ),
);
const neuron = { type: text("LIF", "LIF", "IF"), tau: optional(neuronNumber(2, 1)), surrogate };
const layers = [
  { name: "fc1", type: "linear", outFeatures: 2 },
  { name: "neuron1", type: "neuron", neuron: { type: "LIF" } },
];

const runDescription = options({
  network: kind(
    () => ({ input: [4], layers }),
    (value) => core.isPlainObject(value),
  ),
  input: kind(
    () => ({ kind: "values", shape: [4], sequence: true }),
    () => false,
  ),
  reading: text("mean", "mean", "max"),
  classNames: list(
    () => ["a", "b"],
    (name) => typeof name === "string",
  ),
});

/** Too few bytes to be a file: it is said of them what they lack. */
const bytes = kind(
  () => new Uint8Array(4),
  (value) => value instanceof Uint8Array || value instanceof ArrayBuffer,
);

/** Networks and neurons from plain values, and trained runs. */
export const descriptionDoors: Doors = {
  buildNetwork: fn(
    core.buildNetwork,
    options({
      input: shape(4),
      steps: optional(integer(3)),
      layers: list(
        () => layers,
        () => false,
      ),
      classes: optional(
        kind(
          () => 2,
          (value) => value === 2,
        ),
      ),
      structure: optional(options({ density: number(0.5, 0) })),
    }),
  ),
  buildNeuron: fn(core.buildNeuron, options(neuron), shape(4)),
  neuronOfEquations: fn(
    core.neuronOfEquations,
    options({
      name: optional(text("Own")),
      equations: text("v = v + (x - v) / tau"),
      state: options({ v: number(0) }),
      parameters: optional(options({ tau: number(2) })),
      outputs: list(
        () => ["v"],
        (entry) => entry === "v",
      ),
    }),
  ),
  buildEncoder: fn(
    core.buildEncoder,
    options({ type: text("poisson", "poisson", "latency"), steps: integer(2) }),
  ),
  encodeRun: fn(core.encodeRun, module(smallNetwork), runDescription),
  decodeRun: { ...fn(core.decodeRun, bytes, optional(text("a.myelin"))), lacks: /at least 8 bytes/ },
  loadRun: {
    ...fn(
      core.loadRun,
      bytes,
      optional(
        options({
          plugins: optional(
            list(
              () => [],
              () => false,
            ),
          ),
        }),
      ),
    ),
    lacks: /at least 8 bytes/,
  },
  bilinearShares: fn(core.bilinearShares, integer(4), integer(2)),
  picturePixels: fn(
    core.picturePixels,
    kind(
      () => ({ data: new Uint8Array(16), width: 2, height: 2 }),
      () => false,
    ),
    kind(
      () => [1, 2, 2],
      (value) => Array.isArray(value) && value.length === 3 && (value[0] === 1 || value[0] === 3),
    ),
    optional(
      options({
        fit: optional(text("pad", "stretch", "crop", "pad")),
        background: optional(text("white", "black", "white")),
      }),
    ),
  ),
  outputsOf: "puts together what is checked by itself: the encoder, setLengths and the network",
  readScores: "takes what outputsOf gives, and a reading of a checked description",
  scalingOf: "of numbers that data sets and descriptions have checked, for each pixel",
  scaledPixel: "of a pixel, for which a check would take longer",
  SpikeBinning: made(
    core.SpikeBinning,
    options({
      ...{ units: integer(4), frameMs: number(10, Number.MIN_VALUE), pool: integer(2) },
      origin: text("recording", "recording", "firstSpike"),
      maxDurationMs: kind(
        () => 100,
        (value) => typeof value === "number" && value > 0,
      ),
    }),
  ),
  "SpikeBinning.steps": "takes trains of data sets whose spikes were checked",
  "SpikeBinning.add": "the same",
};
