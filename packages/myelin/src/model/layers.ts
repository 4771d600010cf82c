/** Layers that have weights or change the shape of what passes through them. */
import {
  AdvancedSpatialAttention,
  Conv2d,
  DelayConv2d,
  DelayLinear,
  Linear,
  ShapeError,
  Vote,
  type AvgPool2d,
  type MaxPool2d,
  type Module,
} from "@myelin/core";
import type { LayerRecipe } from "../recipe/index.ts";
import { checkWeights, requireFlat, requireImage, slide, type Shape } from "./shape.ts";

/** A layer and what it gives. */
export interface Built {
  readonly module: Module;
  readonly shape: Shape;
  /** Time steps by which the output is longer than the input. */
  readonly added?: number;
}

type Options<Name extends keyof LayerRecipe> = NonNullable<LayerRecipe[Name]>;

/** A fully connected layer; `outFeatures: classes` makes one output per class. */
export function linear(where: string, recipe: Options<"linear">, shape: Shape, classes: number): Built {
  const features = requireFlat(where, shape);
  const outFeatures = recipe.outFeatures === "classes" ? classes : recipe.outFeatures;
  checkWeights(where, features * outFeatures);
  const { bias, init } = recipe;
  const module = new Linear(features, outFeatures, { bias, init });
  return { module, shape: { kind: "flat", features: outFeatures } };
}

/** A fully connected layer with delays. */
export function delayLinear(
  where: string,
  recipe: Options<"delayLinear">,
  shape: Shape,
  classes: number,
): Built {
  const features = requireFlat(where, shape);
  const { outFeatures: wanted, ...options } = recipe;
  const outFeatures = wanted === "classes" ? classes : wanted;
  checkWeights(where, features * outFeatures * options.kernelCount);
  const module = new DelayLinear(features, outFeatures, options);
  return { module, shape: { kind: "flat", features: outFeatures }, added: module.addedSteps };
}

/** A convolution. */
export function convolution(where: string, recipe: Options<"conv2d">, shape: Shape): Built {
  const { outChannels, bias, ...window } = recipe;
  const { channels, next } = slideOver(where, recipe, shape);
  return { module: new Conv2d(channels, outChannels, { ...window, bias }), shape: next };
}

/** A convolution with delays. */
export function delayConvolution(where: string, recipe: Options<"delayConv2d">, shape: Shape): Built {
  const { outChannels, ...options } = recipe;
  const { channels, next } = slideOver(where, { ...recipe, groups: 1 }, shape);
  const module = new DelayConv2d(channels, outChannels, options);
  return { module, shape: next, added: module.addedSteps };
}

/** Checks a convolution against the image it gets. */
function slideOver(
  where: string,
  recipe: Omit<Options<"conv2d">, "bias">,
  shape: Shape,
): { channels: number; next: Shape } {
  const image = requireImage(where, shape);
  const { outChannels, groups, kernelSize } = recipe;
  if (image.channels % groups !== 0 || outChannels % groups !== 0) {
    throw new ShapeError(
      `${where}: expected groups to divide ${image.channels} input and ${outChannels} output channels, got ${groups}.`,
    );
  }
  const size = slide(where, image, recipe);
  checkWeights(where, (image.channels / groups) * outChannels * kernelSize ** 2);
  return { channels: image.channels, next: { kind: "image", channels: outChannels, ...size } };
}

/** Attention looks at whole sequences, so their length must be known. */
export function attention(
  where: string,
  recipe: Options<"attention">,
  shape: Shape,
  steps: number | undefined,
): Built {
  const { channels } = requireImage(where, shape);
  if (steps === undefined) {
    throw new ShapeError(
      `${where}: expected sequences of a fixed length, got some that differ. Use data with timeSteps.`,
    );
  }
  return { module: new AdvancedSpatialAttention({ timeSteps: steps, channels, ...recipe }), shape };
}

/** Pooling over windows; they do not overlap unless the recipe gives a stride. */
export function pooling(
  where: string,
  Pool: typeof MaxPool2d | typeof AvgPool2d,
  recipe: Options<"maxPool2d">,
  shape: Shape,
): Built {
  const image = requireImage(where, shape);
  const options = { ...recipe, stride: recipe.stride ?? recipe.kernelSize };
  return { module: new Pool(options), shape: { ...image, ...slide(where, image, options) } };
}

/** Pooling over the whole image. */
export function globalPooling(where: string, module: Module, shape: Shape): Built {
  return { module, shape: { kind: "flat", features: requireImage(where, shape).channels } };
}

/** Means over the output neurons of each class. */
export function vote(where: string, size: number, shape: Shape): Built {
  const features = requireFlat(where, shape);
  if (features % size !== 0) {
    throw new ShapeError(`${where}: expected a size that divides ${features} features, got ${size}.`);
  }
  return { module: new Vote(size), shape: { kind: "flat", features: features / size } };
}
