import type { LayerDescription, NetworkDescription } from "@myelin/core";
import type { LayerType } from "@myelin/core/layers";
import {
  layerNeuron,
  neuronSchema,
  type LayerRecipe,
  type NeuronRecipe,
  type Recipe,
} from "../recipe/index.ts";
import { expandNetwork } from "./networks/index.ts";
import { neuronChoice } from "./neurons.ts";

/** What a network is built for. */
export interface NetworkTask {
  /** One sample, or one time step of a sample that is a sequence: [features] or [channels, height, width]. */
  readonly input: readonly number[];
  /** Whether samples are sequences. */
  readonly sequence: boolean;
  readonly classes: number;
}

/**
 * The network of a recipe for `buildNetwork` of the core. In go images [B, C, H, W], or sequences [T, B, ...]: those of
 * the data, or what an encoder makes of images. Out comes one value per class and time step, [T, B, K].
 */
export function describeNetwork(
  recipe: Recipe,
  { input, sequence, classes }: NetworkTask,
): NetworkDescription {
  const { encoder, network, structure } = recipe;
  const list = expandNetwork(network, classes);
  const still = !sequence && (encoder?.type ?? "constant") === "constant";
  const steps = recipe.timeSteps ?? 1;
  const describer = new Describer({ neuron: network.neuron, classes });
  const layers = describer.all(list, {
    flat: input.length === 1,
    ...(still && { repeat: { before: firstTimedLayer(list), steps } }),
  });
  return {
    input,
    ...(!still && recipe.timeSteps !== undefined && { steps: recipe.timeSteps }),
    ...{ layers, classes },
    ...(structure !== false && { structure: structureOptions(structure) }),
  };
}

function structureOptions({
  density,
  distribution,
  exclude,
  connections,
  rescale,
}: Exclude<Recipe["structure"], false>): NetworkDescription["structure"] {
  return { density, distribution, exclude, structure: connections, rescale };
}

/** Layers before the first one that has a meaning in time can run once for all steps. */
function firstTimedLayer(list: readonly LayerRecipe[]): number {
  const still = new Set(["linear", "conv2d", "batchNorm", "maxPool2d", "avgPool2d", "flatten"]);
  const first = list.findIndex((layer) => !still.has(typeOf(layer)));
  return first === -1 ? list.length : first;
}

/** What comes before a list of layers. */
interface Start {
  /** Whether vectors go in, not images. */
  readonly flat: boolean;
  /** Where a still input becomes a sequence. */
  readonly repeat?: { readonly before: number; readonly steps: number };
}

/** What the layers of a list have to know. */
interface Surroundings {
  readonly neuron: NeuronRecipe;
  readonly classes: number;
}

/** Layers of which vectors come out. */
const FLATTENING = new Set<LayerType>(["flatten", "globalAvgPool2d", "globalMaxPool2d"]);

/** Describes the layers of a recipe under names such as conv1, norm1, neuron1, fc1. */
class Describer {
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  all(list: readonly LayerRecipe[], { flat, repeat }: Start): LayerDescription[] {
    const nameOf = counter();
    const layers: LayerDescription[] = [];
    let isFlat = flat;
    for (let index = 0; index <= list.length; index++) {
      if (index === repeat?.before) {
        layers.push({ name: nameOf("repeat"), type: "repeat", steps: repeat.steps });
      }
      const layer = list[index];
      if (layer === undefined || (isFlat && layer.flatten !== undefined)) continue;
      const type = typeOf(layer);
      layers.push({ name: nameOf(NAMES[type] ?? type), ...this.#describe(layer, isFlat) });
      isFlat ||= FLATTENING.has(type);
    }
    return layers;
  }

  /** The layer without its name. */
  #describe(layer: LayerRecipe, flat: boolean): Unnamed {
    const type = typeOf(layer);
    const options = layer[type as keyof LayerRecipe];
    if (layer.residual !== undefined) return { type: "residual", ...this.#residual(layer.residual, flat) };
    if (layer.neuron !== undefined) return { type: "neuron", neuron: this.#neuron(layer.neuron) };
    if (layer.recurrent !== undefined) return { type: "recurrent", neuron: this.#neuron(layer.recurrent) };
    const { classes } = this.#surroundings;
    const isOpen = options !== undefined && "outFeatures" in options && options.outFeatures === "classes";
    // The options of other layers are those of the class, under the same names.
    return { type, ...options, ...(isOpen && { outFeatures: classes }) } as Unnamed;
  }

  #residual({ branch, shortcut }: NonNullable<LayerRecipe["residual"]>, flat: boolean) {
    return {
      branch: this.all(branch, { flat }),
      ...(shortcut && { shortcut: this.all(shortcut, { flat }) }),
    };
  }

  #neuron(override: NonNullable<LayerRecipe["neuron"]>) {
    return neuronChoice(neuronSchema.parse(layerNeuron(this.#surroundings.neuron, override)));
  }
}

type Unnamed = LayerDescription extends infer Layer
  ? Layer extends unknown
    ? Omit<Layer, "name">
    : never
  : never;

/** The type of a layer, which is its only key. */
function typeOf(layer: LayerRecipe): LayerType {
  return Object.keys(layer)[0] as LayerType;
}

/** Numbers what has the same name: conv1, conv2. */
function counter(): (kind: string) => string {
  const counts = new Map<string, number>();
  return (kind) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return `${kind}${count}`;
  };
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
