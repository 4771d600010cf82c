import {
  checkArray,
  checkBoolean,
  checkInstance,
  checkNumber,
  checkOneOf,
  checkOptions,
  checkText,
  listNames,
} from "../checks.ts";
import {
  currentEngine,
  densePlaces,
  numbersIn,
  parameter,
  Random,
  type SparsePattern,
  type Tensor,
} from "../engine/index.ts";
import { MyelinError } from "../errors.ts";
import { DelayLinear } from "../delays/index.ts";
import { checkModule, Conv2d, Linear, type Module } from "../nn/index.ts";
import { STRUCTURE_DEFAULTS } from "./defaults.ts";
import { allocateDensity, type Distribution } from "./density.ts";
import { roomOf } from "./pattern.ts";
import { chooseAscending } from "./selection.ts";
import { SparseConv2d } from "./sparse-conv2d.ts";
import { SparseDelayLinear } from "./sparse-delay-linear.ts";
import { isSparseLayer, type SparseLayer } from "./sparse-layer.ts";
import { SparseLinear } from "./sparse-linear.ts";

/** Options of `sparsify`. */
export interface SparsifyOptions {
  /** Share of the weights that are kept, 0 < density <= 1. */
  readonly density: number;
  /** How it is spread over the layers; default "erk". */
  readonly distribution?: Distribution;
  /** Dotted names of layers that stay dense. */
  readonly exclude?: readonly string[];
  /**
   * "blocks-of-4" or "blocks-of-8": that many neighbouring outputs share their connections, which
   * vector instructions like; layers whose outputs they do not divide get single connections. Default "single".
   */
  readonly structure?: ConnectionStructure;
  /**
   * Multiplies the kept weights by 1 / sqrt(density of the layer), so that the variance of a neuron's
   * input stays what it was in the dense network; default true.
   */
  readonly rescale?: boolean;
}

/** What is kept or dropped as a whole. */
export type ConnectionStructure = "single" | "blocks-of-4" | "blocks-of-8";

/** What `sparsify` did to a layer. */
export interface SparsifiedLayer {
  readonly name: string;
  readonly shape: readonly number[];
  readonly connections: number;
  readonly density: number;
}

const BLOCKS: Readonly<Record<ConnectionStructure, number>> = {
  single: 1,
  "blocks-of-4": 4,
  "blocks-of-8": 8,
};

type DenseLayer = Linear | Conv2d | DelayLinear;

/**
 * Makes the weights of a network's `Linear`, `Conv2d` and `DelayLinear` layers sparse, in place: each layer but the
 * excluded ones is replaced in its parent by one that keeps a random choice of its weights, in
 * exactly the number that the distribution gives it. Biases stay. Make the optimiser afterwards.
 *
 * @param random chooses the connections; default: the engine's generator
 * @returns what became of each layer
 * @throws MyelinError for a density that is out of range or leaves a layer without connections, an
 * excluded layer that does not exist, and a network without such layers
 * @example
 * const network = new Sequential({ fc1: new Linear(784, 1000), lif1: new LIF(), fc2: new Linear(1000, 10) });
 * await sparsify(network, { density: 0.1, distribution: "erk", exclude: ["fc2"] });
 */
export async function sparsify(
  network: Module,
  options: SparsifyOptions,
  random: Random = currentEngine().random,
): Promise<SparsifiedLayer[]> {
  checkModule("sparsify", network);
  const known = { density: true, distribution: true, exclude: true, structure: true, rescale: true } as const;
  checkOptions("sparsify", options, known, "{ density: 0.1 }");
  checkInstance("sparsify.random", random, Random, "a Random");
  const hint = "It is the share of weights that are kept.";
  checkNumber("sparsify.density", options.density, { above: 0, max: 1 }, hint);
  const structures = Object.keys(BLOCKS) as ConnectionStructure[];
  const structure = options.structure ?? STRUCTURE_DEFAULTS.structure;
  const block = BLOCKS[checkOneOf("sparsify.structure", structure, structures)];
  const rescale = checkBoolean("sparsify.rescale", options.rescale ?? STRUCTURE_DEFAULTS.rescale);
  const layers = denseLayers(network, options.exclude ?? []);
  const shapes = layers.map(([name, layer]) => ({ name, shape: layer.weight.shape }));
  const densities = allocateDensity(shapes, options.density, options.distribution);
  const patterns = layers.map(([name, layer], i) =>
    randomPattern(name, layer, densities[i] as number, block, random),
  );
  const report: SparsifiedLayer[] = [];
  for (const [i, [name, layer]] of layers.entries()) {
    const pattern = patterns[i] as SparsePattern;
    const sparse = await sparseTwin(layer, pattern, rescale);
    sparse.training = layer.training;
    replaceModule(network, layer, sparse);
    retireParameters(name, layer, sparse);
    const { shape } = layer.weight;
    report.push({ name, shape, connections: numbersIn(pattern), density: sparse.density });
  }
  return report;
}

/** The layers that become sparse, with their names. */
function denseLayers(network: Module, exclude: readonly string[]): [string, DenseLayer][] {
  checkArray("sparsify.exclude", exclude, "an array of names", checkText);
  const layers = network
    .namedModules()
    .filter((entry): entry is [string, DenseLayer] => isDenseLayer(entry[1]) && entry[0] !== "");
  const names = layers.map(([name]) => name);
  const unknown = exclude.find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new MyelinError(`sparsify.exclude: expected one of ${listNames(names)}, got "${unknown}".`);
  }
  const chosen = layers.filter(([name]) => !exclude.includes(name));
  if (chosen.length > 0) return chosen;
  throw new MyelinError(
    "sparsify: expected a network with a Linear, Conv2d or DelayLinear layer inside that is not excluded, got none.",
  );
}

function isDenseLayer(module: Module): module is DenseLayer {
  return (
    module instanceof Linear ||
    module instanceof Conv2d ||
    (module instanceof DelayLinear && !isSparseLayer(module))
  );
}

function randomPattern(
  name: string,
  { weight }: DenseLayer,
  density: number,
  block: number,
  random: Random,
): SparsePattern {
  const outputs = weight.shape[0] as number;
  const empty = {
    outputs,
    columns: weight.size / outputs,
    block: outputs % block === 0 ? block : 1,
    places: new Int32Array(),
  };
  const room = roomOf(empty);
  const count = Math.round(density * room);
  if (count === 0) {
    const least = Number((0.5 / room).toPrecision(3));
    throw new MyelinError(
      `sparsify: expected at least one connection in layer "${name}", got none at density ${density} of ${weight.size} weights. ` +
        `Give it a density of ${least} or more, or exclude it.`,
    );
  }
  return { ...empty, places: chooseAscending(room, count, random) };
}

async function sparseTwin(layer: DenseLayer, pattern: SparsePattern, rescale: boolean): Promise<SparseLayer> {
  const factor = rescale ? 1 / Math.sqrt(pattern.places.length / roomOf(pattern)) : 1;
  const weight = await compressed(layer.weight, pattern, factor);
  if (layer instanceof Linear) return new SparseLinear(layer, pattern, weight);
  if (layer instanceof Conv2d) return new SparseConv2d(layer, pattern, weight);
  if (layer.per === "axon")
    return new SparseDelayLinear(layer, pattern, { weight, position: layer.position });
  const position = await compressed(layer.position, pattern, 1);
  return new SparseDelayLinear(layer, pattern, { weight, position });
}

/** The numbers of a dense tensor at the places of the pattern, times `factor`. */
async function compressed(tensor: Tensor, pattern: SparsePattern, factor: number): Promise<Tensor> {
  const dense = await tensor.data();
  const values = Float32Array.from(densePlaces(pattern), (place) => factor * (dense[place] as number));
  const result = parameter(values, [values.length]);
  result.requiresGrad = tensor.requiresGrad;
  return result;
}

/** Optimisers that know the dense parameters shall not go on without a word. */
function retireParameters(name: string, dense: Module, sparse: Module): void {
  const kept = new Set(sparse.parameters());
  for (const parameter of dense.parameters()) {
    if (!kept.has(parameter)) parameter.replacedBy = `sparsify in layer "${name}"`;
  }
}

/** Puts `replacement` wherever `module` is a child. */
function replaceModule(network: Module, module: Module, replacement: Module): void {
  for (const [, parent] of network.namedModules()) {
    for (const [name, child] of parent.children()) {
      if (child === module) parent.replaceChild(name, replacement);
    }
  }
  network.namedModules();
}
