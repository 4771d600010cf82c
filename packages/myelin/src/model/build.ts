import {
  AvgPool2d,
  BatchNorm,
  Conv2d,
  Dropout,
  Flatten,
  GlobalAvgPool2d,
  GlobalMaxPool2d,
  LeakyIntegrator,
  Linear,
  MaxPool2d,
  Recurrent,
  RepeatOverTime,
  Residual,
  Sequential,
  ShapeError,
  Vote,
} from "@myelin/core";
import type { AlifTensors, Module, SpikingNeuron } from "@myelin/core";
import {
  layerNeuron,
  neuronSchema,
  type LayerRecipe,
  type NeuronRecipe,
  type Recipe,
} from "../recipe/index.ts";
import { expandNetwork } from "./expand.ts";
import { buildNeuron } from "./neurons.ts";
import { checkWeights, describe, requireFlat, requireImage, slide, type Shape } from "./shape.ts";

/** What a network is built for. */
export interface NetworkTask {
  /** One sample. */
  readonly input: { readonly channels: number; readonly height: number; readonly width: number };
  readonly classes: number;
}

/** A layer and what it gives. */
interface Built {
  readonly module: Module;
  readonly shape: Shape;
}

/**
 * Builds the network of a recipe in the current engine. In go images [B, C, H, W], or for spike encoders
 * their spikes [T, B, C, H, W]; out comes one value a class and time step, [T, B, K].
 *
 * @throws ShapeError if a layer cannot take what the one before it gives, or the output is not one value a class
 */
export function buildNetwork(recipe: Recipe, { input, classes }: NetworkTask): Sequential {
  const { encoder, network, timeSteps } = recipe;
  const layers = expandNetwork(network, classes);
  const start: Shape = { kind: "image", ...input };
  const repeatAt = encoder.type === "constant" ? firstTimedLayer(layers) : undefined;
  const builder = new Builder(
    network.neuron,
    network.type === "sequential" ? "network.layers" : `network (${network.type}) layers`,
  );
  const shape = builder.addAll(layers, start, (index) => {
    if (index === repeatAt) builder.add("repeat", new RepeatOverTime(timeSteps));
  });
  const outputs = requireFlat("network", shape);
  if (outputs !== classes) {
    throw new ShapeError(
      `network: expected ${classes} outputs, one for each label from 0 to ${classes - 1}, got ${outputs}. ` +
        `Set the last layer to ${classes} features.`,
    );
  }
  return builder.build();
}

/** Layers before the first one that has a meaning in time can run once for all steps. */
function firstTimedLayer(layers: readonly LayerRecipe[]): number {
  const still = new Set(["linear", "conv2d", "batchNorm", "maxPool2d", "avgPool2d", "flatten"]);
  const first = layers.findIndex((layer) => !still.has(Object.keys(layer)[0] ?? ""));
  return first === -1 ? layers.length : first;
}

/** Collects layers under names such as conv1, norm1, neuron1, fc1. */
class Builder {
  readonly #neuron: NeuronRecipe;
  readonly #path: string;
  readonly #layers: Record<string, Module> = {};
  readonly #counts = new Map<string, number>();

  constructor(neuron: NeuronRecipe, path: string) {
    this.#neuron = neuron;
    this.#path = path;
  }

  /** Adds all layers; `before` runs ahead of each of them, and once at the end. */
  addAll(layers: readonly LayerRecipe[], start: Shape, before: (index: number) => void = () => {}): Shape {
    let shape = start;
    for (const [index, layer] of layers.entries()) {
      before(index);
      const name = Object.keys(layer)[0] ?? "";
      const { module, shape: next } = this.#make(`${this.#path}.${index}.${name}`, layer, shape);
      this.add(NAMES[name] ?? name, module);
      shape = next;
    }
    before(layers.length);
    return shape;
  }

  add(kind: string, module: Module): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.#layers[`${kind}${count}`] = module;
  }

  build(): Sequential {
    return new Sequential(this.#layers);
  }

  #make(where: string, layer: LayerRecipe, shape: Shape): Built {
    if (layer.linear !== undefined) return linear(where, layer.linear, shape);
    if (layer.conv2d !== undefined) return convolution(where, layer.conv2d, shape);
    if (layer.maxPool2d !== undefined) return pooling(where, MaxPool2d, layer.maxPool2d, shape);
    if (layer.avgPool2d !== undefined) return pooling(where, AvgPool2d, layer.avgPool2d, shape);
    if (layer.globalAvgPool2d !== undefined) return global(where, new GlobalAvgPool2d(), shape);
    if (layer.globalMaxPool2d !== undefined) return global(where, new GlobalMaxPool2d(), shape);
    if (layer.flatten !== undefined) return { module: new Flatten(), shape: flat(shape) };
    if (layer.vote !== undefined) return vote(where, layer.vote.size, shape);
    if (layer.residual !== undefined) return this.#residual(where, layer.residual, shape);
    if (layer.recurrent !== undefined) return this.#recurrent(where, layer.recurrent, shape);
    return { module: this.#sameShape(layer, shape), shape };
  }

  #sameShape(layer: LayerRecipe, shape: Shape): Module {
    if (layer.batchNorm !== undefined) {
      return new BatchNorm(shape.kind === "image" ? shape.channels : shape.features, layer.batchNorm);
    }
    if (layer.dropout !== undefined) return new Dropout(layer.dropout.p, layer.dropout);
    if (layer.leakyIntegrator !== undefined) return new LeakyIntegrator(layer.leakyIntegrator);
    return buildNeuron(neuronSchema.parse(layerNeuron(this.#neuron, layer.neuron ?? {})));
  }

  #recurrent(where: string, override: NonNullable<LayerRecipe["recurrent"]>, shape: Shape): Built {
    const features = requireFlat(where, shape);
    checkWeights(where, features * features);
    const neuron = buildNeuron(neuronSchema.parse(layerNeuron(this.#neuron, override)));
    return { module: new Recurrent(neuron as SpikingNeuron<AlifTensors>, { features }), shape };
  }

  #residual(where: string, recipe: NonNullable<LayerRecipe["residual"]>, shape: Shape): Built {
    const side = (name: string, layers: readonly LayerRecipe[]): [Sequential, Shape] => {
      const builder = new Builder(this.#neuron, `${where}.${name}`);
      const end = builder.addAll(layers, shape);
      return [builder.build(), end];
    };
    const [branch, branchShape] = side("branch", recipe.branch);
    const [shortcut, shortcutShape] = recipe.shortcut
      ? side("shortcut", recipe.shortcut)
      : ([undefined, shape] as const);
    if (describe(branchShape) !== describe(shortcutShape)) {
      throw new ShapeError(
        `${where}: expected branch and shortcut to give the same shape, got ${describe(branchShape)} ` +
          `and ${describe(shortcutShape)}. Change the branch or give a shortcut.`,
      );
    }
    return { module: new Residual(branch, shortcut), shape: branchShape };
  }
}

/** Short names for the parts of a network, as they appear in messages, metrics and checkpoints. */
const NAMES: Readonly<Record<string, string>> = {
  conv2d: "conv",
  linear: "fc",
  batchNorm: "norm",
  maxPool2d: "pool",
  avgPool2d: "pool",
  globalAvgPool2d: "pool",
  globalMaxPool2d: "pool",
  leakyIntegrator: "integrator",
};

function linear(where: string, recipe: NonNullable<LayerRecipe["linear"]>, shape: Shape): Built {
  const features = requireFlat(where, shape);
  checkWeights(where, features * recipe.outFeatures);
  const module = new Linear(features, recipe.outFeatures, { bias: recipe.bias });
  return { module, shape: { kind: "flat", features: recipe.outFeatures } };
}

function convolution(where: string, recipe: NonNullable<LayerRecipe["conv2d"]>, shape: Shape): Built {
  const image = requireImage(where, shape);
  const { outChannels, ...options } = recipe;
  const { groups, kernelSize } = options;
  if (image.channels % groups !== 0 || outChannels % groups !== 0) {
    throw new ShapeError(
      `${where}: expected groups to divide ${image.channels} input and ${outChannels} output channels, got ${groups}.`,
    );
  }
  const size = slide(where, image, options);
  checkWeights(where, (image.channels / groups) * outChannels * kernelSize ** 2);
  const module = new Conv2d(image.channels, outChannels, options);
  return { module, shape: { kind: "image", channels: outChannels, ...size } };
}

function pooling(
  where: string,
  Pool: typeof MaxPool2d | typeof AvgPool2d,
  recipe: NonNullable<LayerRecipe["maxPool2d"]>,
  shape: Shape,
): Built {
  const image = requireImage(where, shape);
  const options = { ...recipe, stride: recipe.stride ?? recipe.kernelSize };
  return { module: new Pool(options), shape: { ...image, ...slide(where, image, options) } };
}

function global(where: string, module: Module, shape: Shape): Built {
  return { module, shape: { kind: "flat", features: requireImage(where, shape).channels } };
}

function vote(where: string, size: number, shape: Shape): Built {
  const features = requireFlat(where, shape);
  if (features % size !== 0) {
    throw new ShapeError(`${where}: expected a size that divides ${features} features, got ${size}.`);
  }
  return { module: new Vote(size), shape: { kind: "flat", features: features / size } };
}

function flat(shape: Shape): Shape {
  const features = shape.kind === "flat" ? shape.features : shape.channels * shape.height * shape.width;
  return { kind: "flat", features };
}
