/** How each type of layer is made. */
import { AdvancedSpatialAttention } from "../attention/index.ts";
import { DELAY_DEFAULTS, DelayConv2d, DelayLinear } from "../delays/index.ts";
import { ShapeError } from "../errors.ts";
import { LeakyIntegrator, Recurrent, type SpikingNeuron } from "../neurons/index.ts";
import {
  AvgPool2d,
  BatchNorm,
  Conv2d,
  Dropout,
  Flatten,
  GlobalAvgPool2d,
  GlobalMaxPool2d,
  LAYER_DEFAULTS,
  Linear,
  MaxPool2d,
  type Module,
  RepeatOverTime,
  Vote,
} from "../nn/index.ts";
import { checkInteger, checkOptions } from "../checks.ts";
import type { LayerOptions, LayerType } from "./network-description.ts";
import { neuronAt } from "./neurons.ts";
import {
  checkWeights,
  flat,
  requireFlat,
  requireImage,
  type Shape,
  sizesOf,
  slide,
  type Window,
} from "./shape.ts";

/** Where a layer stands, and what reaches it. */
export interface Place {
  /** What it is called in messages. */
  readonly where: string;
  readonly shape: Shape;
  /** Length of the sequences there, if all have the same. */
  readonly steps: number | undefined;
  /** What makes layers of types of the user's own. */
  readonly own: Readonly<Record<string, OwnLayer>>;
}

/**
 * Makes a layer of a type of one's own.
 *
 * @param options those of its description
 * @param place `input`: the shape of a sample, or of one time step of it; `steps`: how many there are, if all have the same
 * @returns the layer, with the shape of its output unless that is the input's
 */
export type OwnLayer = (
  options: object,
  place: { readonly input: readonly number[]; readonly steps: number | undefined },
) => Module | { readonly module: Module; readonly output?: readonly number[] | undefined };

/** A layer and what it gives. */
export interface Built {
  readonly module: Module;
  readonly shape: Shape;
  /** Time steps by which the output is longer than the input. */
  readonly added?: number;
  /** Length of the sequences that begin here. */
  readonly steps?: number;
}

/** Types of layers that hold no list of others. */
export type LeafType = Exclude<LayerType, "residual">;

type Make<Type extends LeafType> = (options: LayerOptions[Type], place: Place) => Built;

/** The types of layers, each with what makes one of its options. */
export const LEAVES: { readonly [Type in LeafType]: Make<Type> } = {
  linear({ outFeatures, ...options }, { where, shape }) {
    const features = requireFlat(where, shape);
    checkInteger(`${where}.outFeatures`, outFeatures, { min: 1 });
    checkWeights(where, features * outFeatures);
    const module = new Linear(features, outFeatures, options);
    return { module, shape: { kind: "flat", features: outFeatures } };
  },
  conv2d({ outChannels, ...options }, place) {
    const { groups = LAYER_DEFAULTS.Conv2d.groups, stride, padding } = options;
    const window = { ...LAYER_DEFAULTS.Conv2d, ...given({ stride, padding }) };
    const { channels, shape } = convolved(place, outChannels, { ...options, ...window, groups });
    return { module: new Conv2d(channels, outChannels, options), shape };
  },
  delayLinear({ outFeatures, ...options }, { where, shape }) {
    const features = requireFlat(where, shape);
    checkInteger(`${where}.outFeatures`, outFeatures, { min: 1 });
    checkWeights(where, features * outFeatures * (options.kernelCount ?? DELAY_DEFAULTS.kernelCount));
    const module = new DelayLinear(features, outFeatures, options);
    return { module, shape: { kind: "flat", features: outFeatures }, added: module.addedSteps };
  },
  delayConv2d({ outChannels, ...options }, place) {
    const { stride = DELAY_DEFAULTS.stride, padding = DELAY_DEFAULTS.padding } = options;
    const { channels, shape } = convolved(place, outChannels, { ...options, stride, padding, groups: 1 });
    const module = new DelayConv2d(channels, outChannels, options);
    return { module, shape, added: module.addedSteps };
  },
  attention(options, { where, shape, steps }) {
    const { channels } = requireImage(where, shape);
    if (steps === undefined) {
      throw new ShapeError(
        `${where}: expected sequences of a fixed length, got some that differ. Use data with timeSteps.`,
      );
    }
    const module = new AdvancedSpatialAttention({ ...options, timeSteps: steps, channels });
    return { module, shape };
  },
  batchNorm: (options, { shape }) => ({
    module: new BatchNorm(shape.kind === "image" ? shape.channels : shape.features, options),
    shape,
  }),
  dropout: ({ p, ...options }, { shape }) => ({ module: new Dropout(p, options), shape }),
  maxPool2d: (options, place) => pooled(new MaxPool2d(options), place),
  avgPool2d: (options, place) => pooled(new AvgPool2d(options), place),
  globalAvgPool2d: (options, place) => globallyPooled(new GlobalAvgPool2d(), options, place),
  globalMaxPool2d: (options, place) => globallyPooled(new GlobalMaxPool2d(), options, place),
  flatten(options, { where, shape }) {
    checkOptions(where, options, {});
    return { module: new Flatten(), shape: flat(shape) };
  },
  repeat(options, { where, shape }) {
    const { steps } = checkOptions(where, options, { steps: true }, "{ steps: 8 }");
    return { module: new RepeatOverTime(steps), shape, steps };
  },
  vote(options, { where, shape }) {
    const { size } = checkOptions(where, options, { size: true }, "{ size: 10 }");
    const features = requireFlat(where, shape);
    const module = new Vote(size);
    if (features % size !== 0) {
      throw new ShapeError(`${where}: expected a size that divides ${features} features, got ${size}.`);
    }
    return { module, shape: { kind: "flat", features: features / size } };
  },
  leakyIntegrator: (options, { shape }) => ({ module: new LeakyIntegrator(options), shape }),
  neuron(options, { where, shape }) {
    const { neuron } = checkOptions(where, options, { neuron: true }, '{ neuron: { type: "LIF" } }');
    return { module: neuronAt(where, neuron, sizesOf(shape)), shape };
  },
  recurrent(options, { where, shape }) {
    const { neuron } = checkOptions(where, options, { neuron: true }, '{ neuron: { type: "LIF" } }');
    const features = requireFlat(where, shape);
    checkWeights(where, features * features);
    const inside: SpikingNeuron<never> = neuronAt(where, neuron, [features]);
    return { module: new Recurrent(inside, { features }), shape };
  },
};

/** Checks a convolution against the image it gets. */
function convolved(
  { where, shape }: Place,
  outChannels: number,
  window: Window & { readonly groups: number },
): { channels: number; shape: Shape } {
  const image = requireImage(where, shape);
  const { groups, kernelSize } = window;
  checkInteger(`${where}.outChannels`, outChannels, { min: 1 });
  checkInteger(`${where}.groups`, groups, { min: 1 });
  if (image.channels % groups !== 0 || outChannels % groups !== 0) {
    throw new ShapeError(
      `${where}: expected groups to divide ${image.channels} input and ${outChannels} output channels, got ${groups}.`,
    );
  }
  const size = slide(where, image, window);
  const [rows, columns] = typeof kernelSize === "number" ? [kernelSize, kernelSize] : kernelSize;
  checkWeights(where, (image.channels / groups) * outChannels * rows * columns);
  return { channels: image.channels, shape: { kind: "image", channels: outChannels, ...size } };
}

/** Windows that do not overlap unless a stride is given. */
function pooled(module: MaxPool2d | AvgPool2d, { where, shape }: Place): Built {
  const image = requireImage(where, shape);
  return { module, shape: { ...image, ...slide(where, image, module.options) } };
}

function globallyPooled(module: Module, options: object, { where, shape }: Place): Built {
  checkOptions(where, options, {});
  return { module, shape: { kind: "flat", features: requireImage(where, shape).channels } };
}

/** What is not undefined. */
function given<T extends object>(options: T): { readonly [Key in keyof T]?: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as object;
}
