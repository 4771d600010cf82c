import {
  AvgPool2d,
  BatchNorm,
  Dropout,
  Flatten,
  GlobalAvgPool2d,
  GlobalMaxPool2d,
  LeakyIntegrator,
  MaxPool2d,
  Recurrent,
  RepeatOverTime,
  Residual,
  Sequential,
  ShapeError,
} from "@myelin/core";
import type { AlifTensors, Module, SpikingNeuron } from "@myelin/core";
import {
  layerNeuron,
  neuronSchema,
  type LayerRecipe,
  type NeuronRecipe,
  type Recipe,
} from "../recipe/index.ts";
import * as layers from "./layers.ts";
import type { Built } from "./layers.ts";
import { expandNetwork } from "./networks/index.ts";
import { buildNeuron } from "./neurons.ts";
import { checkWeights, describe, flat, requireFlat, shapeOf, sizesOf, type Shape } from "./shape.ts";

/** What a network is built for. */
export interface NetworkTask {
  /** One sample, or one time step of a sample that is a sequence: [features] or [channels, height, width]. */
  readonly input: readonly number[];
  /** Whether samples are sequences. */
  readonly sequence: boolean;
  readonly classes: number;
}

/**
 * Builds the network of a recipe in the current engine. In go images [B, C, H, W], or sequences [T, B, ...]: those of
 * the data, or what an encoder makes of images. Out comes one value per class and time step, [T, B, K].
 *
 * @throws ShapeError if a layer cannot take what the one before it gives, or the output is not one value per class
 */
export function buildNetwork(recipe: Recipe, { input, sequence, classes }: NetworkTask): Sequential {
  const { encoder, network, timeSteps } = recipe;
  const list = expandNetwork(network, classes);
  const still = !sequence && (encoder?.type ?? "constant") === "constant";
  const repeatAt = still ? firstTimedLayer(list) : undefined;
  const path = network.type === "sequential" ? "network.layers" : `network (${network.type}) layers`;
  const builder = new Builder(path, { neuron: network.neuron, classes, steps: timeSteps });
  const shape = builder.addAll(list, shapeOf(input), (index) => {
    if (index === repeatAt) builder.add("repeat", new RepeatOverTime(timeSteps ?? 1));
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
function firstTimedLayer(list: readonly LayerRecipe[]): number {
  const still = new Set(["linear", "conv2d", "batchNorm", "maxPool2d", "avgPool2d", "flatten"]);
  const first = list.findIndex((layer) => !still.has(Object.keys(layer)[0] ?? ""));
  return first === -1 ? list.length : first;
}

/** One of the two ways through a residual block. */
interface Side extends Built {
  /** Its output, for messages. */
  readonly text: string;
}

/** What the layers of a list have to know. */
interface Surroundings {
  readonly neuron: NeuronRecipe;
  readonly classes: number;
  /** Length of the sequences that come in, if all have the same. */
  readonly steps: number | undefined;
}

/** Collects layers under names such as conv1, norm1, neuron1, fc1. */
class Builder {
  readonly #neuron: NeuronRecipe;
  readonly #path: string;
  readonly #classes: number;
  readonly #layers: Record<string, Module> = {};
  readonly #counts = new Map<string, number>();
  /** Length of the sequences that come in, if all have the same. */
  readonly #steps: number | undefined;
  /** Time steps by which delays have lengthened them so far. */
  #added = 0;

  constructor(path: string, { neuron, classes, steps }: Surroundings) {
    this.#path = path;
    this.#neuron = neuron;
    this.#classes = classes;
    this.#steps = steps;
  }

  /** Adds all layers; `before` runs ahead of each of them, and once at the end. */
  addAll(list: readonly LayerRecipe[], start: Shape, before: (index: number) => void = () => {}): Shape {
    let shape = start;
    for (const [index, layer] of list.entries()) {
      before(index);
      if (layer.flatten !== undefined && shape.kind === "flat") continue;
      const name = Object.keys(layer)[0] ?? "";
      const { module, shape: next, added = 0 } = this.#make(`${this.#path}.${index}.${name}`, layer, shape);
      this.add(NAMES[name] ?? name, module);
      shape = next;
      this.#added += added;
    }
    before(list.length);
    return shape;
  }

  add(kind: string, module: Module): void {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    this.#layers[`${kind}${count}`] = module;
  }

  /** Length of the sequences at this place, if all have the same. */
  #length(): number | undefined {
    return this.#steps === undefined ? undefined : this.#steps + this.#added;
  }

  build(): Sequential {
    return new Sequential(this.#layers);
  }

  #make(where: string, layer: LayerRecipe, shape: Shape): Built {
    if (layer.linear !== undefined) return layers.linear(where, layer.linear, shape, this.#classes);
    if (layer.conv2d !== undefined) return layers.convolution(where, layer.conv2d, shape);
    if (layer.delayLinear !== undefined) {
      return layers.delayLinear(where, layer.delayLinear, shape, this.#classes);
    }
    if (layer.delayConv2d !== undefined) return layers.delayConvolution(where, layer.delayConv2d, shape);
    if (layer.attention !== undefined) return layers.attention(where, layer.attention, shape, this.#length());
    if (layer.maxPool2d !== undefined) return layers.pooling(where, MaxPool2d, layer.maxPool2d, shape);
    if (layer.avgPool2d !== undefined) return layers.pooling(where, AvgPool2d, layer.avgPool2d, shape);
    if (layer.globalAvgPool2d !== undefined) return layers.globalPooling(where, new GlobalAvgPool2d(), shape);
    if (layer.globalMaxPool2d !== undefined) return layers.globalPooling(where, new GlobalMaxPool2d(), shape);
    if (layer.flatten !== undefined) return { module: new Flatten(), shape: flat(shape) };
    if (layer.vote !== undefined) return layers.vote(where, layer.vote.size, shape);
    if (layer.residual !== undefined) return this.#residual(where, layer.residual, shape);
    if (layer.recurrent !== undefined) return this.#recurrent(where, layer.recurrent, shape);
    return { module: this.#sameShape(layer, shape), shape };
  }

  #sameShape(layer: LayerRecipe, shape: Shape): Module {
    if (layer.batchNorm !== undefined) {
      return new BatchNorm(shape.kind === "image" ? shape.channels : shape.features, layer.batchNorm);
    }
    if (layer.dropout !== undefined) {
      const { p, ...options } = layer.dropout;
      return new Dropout(p, options);
    }
    if (layer.leakyIntegrator !== undefined) return new LeakyIntegrator(layer.leakyIntegrator);
    return buildNeuron(neuronSchema.parse(layerNeuron(this.#neuron, layer.neuron ?? {})), sizesOf(shape));
  }

  #recurrent(where: string, override: NonNullable<LayerRecipe["recurrent"]>, shape: Shape): Built {
    const features = requireFlat(where, shape);
    checkWeights(where, features * features);
    const neuron = buildNeuron(neuronSchema.parse(layerNeuron(this.#neuron, override)), [features]);
    return { module: new Recurrent(neuron as SpikingNeuron<AlifTensors>, { features }), shape };
  }

  #residual(where: string, recipe: NonNullable<LayerRecipe["residual"]>, shape: Shape): Built {
    const side = (name: string, list: readonly LayerRecipe[]): Side => {
      const builder = new Builder(`${where}.${name}`, {
        ...{ neuron: this.#neuron, classes: this.#classes, steps: this.#length() },
      });
      const end = builder.addAll(list, shape);
      const longer = builder.#added === 0 ? "" : `, ${builder.#added} steps longer`;
      return { module: builder.build(), shape: end, added: builder.#added, text: describe(end) + longer };
    };
    const branch = side("branch", recipe.branch);
    const shortcut = recipe.shortcut && side("shortcut", recipe.shortcut);
    const other = shortcut?.text ?? describe(shape);
    if (branch.text !== other) {
      throw new ShapeError(
        `${where}: expected branch and shortcut to give the same shape, got ${branch.text} ` +
          `and ${other}. Change the branch or give a shortcut.`,
      );
    }
    return { ...branch, module: new Residual(branch.module, shortcut?.module) };
  }
}

/** Short names for the parts of a network, as they appear in messages, metrics and checkpoints. */
const NAMES: Readonly<Record<string, string>> = {
  conv2d: "conv",
  delayConv2d: "conv",
  linear: "fc",
  delayLinear: "fc",
  batchNorm: "norm",
  maxPool2d: "pool",
  avgPool2d: "pool",
  globalAvgPool2d: "pool",
  globalMaxPool2d: "pool",
  leakyIntegrator: "integrator",
};
