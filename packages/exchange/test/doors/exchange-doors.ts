import type { Batch } from "@myelin/core";
import { isPlainObject } from "@myelin/core/checks";
import type { TensorData } from "@myelin/core/io";
import { batch, network } from "../../../core/test/doors/helpers.ts";
import {
  boolean,
  type Door,
  type Doors,
  fn,
  integer,
  type Kind,
  kind,
  list,
  method,
  number,
  optional,
  options,
  shape,
  tensorOf,
  text,
} from "../../../core/test/doors/kinds.ts";
import * as exchange from "../../src/index.ts";

/** Weights of the network of `network`. */
const tensors = new Map<string, TensorData>([
  ["0.weight", { shape: [3, 4], data: new Float32Array(12) }],
  ["0.bias", { shape: [3], data: new Float32Array(3) }],
]);

const file: Kind = kind(
  () => exchange.encodeStateDict(tensors),
  () => false,
);
const dictionary: Kind = kind(
  () => tensors,
  (value) => value instanceof Map && value.size === 0,
);
const name = optional(text("net.pt"));
/** Any text may be the name of a dictionary, also the empty one of the whole. */
const key: Kind = kind(
  () => undefined,
  (value) => value === undefined || typeof value === "string",
);

const isNumber = (value: unknown): boolean => typeof value === "number" && Number.isFinite(value);
/** A number, or one per channel. */
const each: Kind = kind(
  () => 0.5,
  (value) => {
    const isList = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
    return isNumber(value) || (isList && Array.from(value as ArrayLike<unknown>).every(isNumber));
  },
);
/** Surrogates by name, or as any expression. */
const surrogate = optional(
  kind(
    () => "atan",
    (value) => value === "2",
  ),
);
const leaky = {
  ...{ beta: each, threshold: optional(each), gradedSpikesFactor: optional(each), surrogate },
  ...{ resetMechanism: optional(text("zero", "subtract", "zero", "none")), resetDelay: optional(boolean) },
  learn: optional(
    list(
      () => ["beta"],
      (entry) => entry === "beta",
    ),
  ),
};
const norse = {
  ...{ tauSynInv: optional(each), tauMemInv: optional(each), vLeak: optional(number(0)) },
  ...{
    vTh: optional(each),
    vReset: optional(each),
    dt: optional(number(0.001, Number.MIN_VALUE)),
    surrogate,
  },
};

const loading = (entries: Record<string, Kind>): Kind =>
  options({
    ...entries,
    ...{ name, key, allowMissing: optional(boolean), allowUnused: optional(boolean) },
    keepNeurons: optional(boolean),
    rename: optional(
      kind(
        () => ({ "0": "0" }),
        (value) => isPlainObject(value) && Object.values(value).every((entry) => typeof entry === "string"),
      ),
    ),
  });

/** A door whose file is not there: mistakes are told before it is looked for. */
function missing(door: Door): Door {
  return { ...door, lacks: /nowhere/ };
}

const lif: exchange.NirNode = {
  type: "LIF",
  values: new Map(
    ["tau", "r", "v_leak", "v_threshold", "v_reset"].map((key) => [
      key,
      { shape: [2], data: Float32Array.of(1, 2) },
    ]),
  ),
};
const two = { shape: [1], data: BigInt64Array.of(2n) };
const nirGraph: exchange.NirGraph = {
  type: "NIRGraph",
  nodes: new Map<string, exchange.NirNode>([
    ["input", { type: "Input", values: new Map([["shape", two]]) }],
    ["lif", lif],
    ["output", { type: "Output", values: new Map([["shape", two]]) }],
  ]),
  edges: [
    ["input", "lif"],
    ["lif", "output"],
  ],
};
const graph: Kind = kind(
  () => nirGraph,
  () => false,
);
const recordings: Kind = kind(
  (): exchange.NirGraphData => ({
    type: "NIRGraphData",
    nodes: new Map([
      [
        "lif",
        {
          type: "NIRNodeData",
          observables: new Map([
            [
              "v",
              { type: "TimeGriddedData", data: { shape: [1, 1, 2], data: Float32Array.of(1, 2) }, dt: 1e-3 },
            ],
          ]),
        },
      ],
    ]),
  }),
  () => false,
);
const timeLimit = optional(options({ timeLimitMs: optional(number(1000, Number.MIN_VALUE)) }));
const imported = await exchange.importNir(nirGraph, { dt: 1e-3 });

/** What other tools read and write. */
export const exchangeDoors: Doors = {
  beginEventFile: fn(exchange.beginEventFile, number(1, 0)),
  encodeEvent: fn(
    exchange.encodeEvent,
    options({
      ...{ step: integer(1, 0), wallTime: number(1, 0) },
      values: list(
        () => [
          { tag: "loss", scalar: 0.5 },
          { tag: "weights", histogram: [1, 2] },
          { tag: "spikes", raster: { steps: 1, neurons: 2, spikes: [0, 1] } },
        ],
        () => false,
      ),
    }),
  ),
  norseLIF: fn(exchange.norseLIF, optional(options(norse))),
  snnTorchLeaky: fn(exchange.snnTorchLeaky, options(leaky)),
  snnTorchSynaptic: fn(exchange.snnTorchSynaptic, options({ ...leaky, alpha: each })),

  encodeStateDict: fn(exchange.encodeStateDict, dictionary),
  readStateDict: fn(exchange.readStateDict, file, optional(options({ name, key }))),
  exportStateDict: fn(
    exchange.exportStateDict,
    network,
    optional(options({ to: optional(text("pytorch", "pytorch")), rename: optional(options({})) })),
  ),
  theirNeurons: fn(exchange.theirNeurons, network, text("pytorch", "pytorch")),
  loadWeights: fn(exchange.loadWeights, network, file, loading({ from: text("pytorch", "pytorch") })),
  twinSource: fn(exchange.twinSource, network),
  neurobenchMetrics: {
    ...fn(
      exchange.neurobenchMetrics,
      network,
      list(
        (): readonly Batch[] => [batch],
        () => false,
      ),
      optional(options({})),
    ),
    betweenSteps: true,
  },

  encodeNir: fn(exchange.encodeNir, graph),
  nirInfo: fn(exchange.nirInfo, graph),
  importNir: fn(
    exchange.importNir,
    graph,
    optional(
      options({
        ...{ dt: optional(number(1e-3, Number.MIN_VALUE)), name },
        as: optional(text("norse", ...exchange.NIR_TOOLS)),
        method: optional(text("euler", "euler", "exponential", "exponentialDecay")),
        fires: optional(text(">", ">", ">=")),
        reset: optional(text("value", "value", "subtract")),
      }),
    ),
  ),
  exportNir: fn(
    exchange.exportNir,
    network,
    optional(
      options({
        input: optional(shape(4)),
        ...{ dt: optional(number(1e-3, Number.MIN_VALUE)), approximate: optional(boolean) },
      }),
    ),
  ),
  NirNetwork: "made by importNir",
  "NirNetwork.layerOf": "says undefined of whatever is no name",
  "NirNetwork.replaceChild": "refuses whatever it gets",
  "NirNetwork.forward": method(() => imported, "forward", tensorOf(3, 2, 2)),
  "NirNetwork.run": method(
    () => imported,
    "run",
    options({ input: tensorOf(3, 2, 2) }),
    optional(options({})),
  ),
  readNir: "opens the HDF5 library, which takes a while: nir.test.ts",
  readNirFile: missing(fn(exchange.readNirFile, text("nowhere.nir"), timeLimit)),
  encodeNirData: fn(exchange.encodeNirData, recordings),
  readNirData: "opens the HDF5 library, which takes a while: nir-data.test.ts",
  readNirDataFile: missing(fn(exchange.readNirDataFile, text("nowhere.nir"), timeLimit)),
};
