/** Networks as plain values, which a file can hold. */
import type { AdvancedSpatialAttentionOptions } from "../attention/index.ts";
import type { DelayConv2dOptions, DelayOptions } from "../delays/index.ts";
import type { LeakyIntegratorOptions } from "../neurons/index.ts";
import type {
  BatchNormOptions,
  Conv2dOptions,
  DropoutOptions,
  LinearOptions,
  PoolOptions,
} from "../nn/index.ts";
import type { SparsifyOptions } from "../structure/index.ts";
import type { NeuronChoice } from "./neuron-choice.ts";

/** The options of each layer by its type, under the names that they have in its class. Sizes of inputs are not among them: they follow. */
export interface LayerOptions {
  readonly linear: { readonly outFeatures: number } & LinearOptions;
  readonly conv2d: { readonly outChannels: number } & Conv2dOptions;
  readonly delayLinear: { readonly outFeatures: number } & DelayOptions;
  readonly delayConv2d: { readonly outChannels: number } & DelayConv2dOptions;
  readonly attention: Omit<AdvancedSpatialAttentionOptions, "timeSteps" | "channels">;
  readonly batchNorm: BatchNormOptions;
  readonly dropout: { readonly p?: number } & DropoutOptions;
  readonly maxPool2d: PoolOptions;
  readonly avgPool2d: PoolOptions;
  readonly globalAvgPool2d: object;
  readonly globalMaxPool2d: object;
  readonly flatten: object;
  /** Shows a still input for so many time steps. */
  readonly repeat: { readonly steps: number };
  readonly vote: { readonly size: number };
  readonly leakyIntegrator: LeakyIntegratorOptions;
  readonly neuron: { readonly neuron: NeuronChoice };
  /** s[t] = neuron(x[t] + W s[t-1]) */
  readonly recurrent: { readonly neuron: NeuronChoice };
  /** branch(x) + shortcut(x); x itself without a shortcut. */
  readonly residual: {
    readonly branch: readonly LayerDescription[];
    readonly shortcut?: readonly LayerDescription[] | undefined;
  };
}

/** The types of layers. */
export type LayerType = keyof LayerOptions;

/** One layer: its name in the network, its type, and its options beside them. */
export type LayerDescription = {
  readonly [Type in LayerType]: { readonly name: string; readonly type: Type } & LayerOptions[Type];
}[LayerType];

/** A network that runs its layers one after the other. */
export interface NetworkDescription {
  /** One sample, or one time step of a sample that is a sequence: [features] or [channels, height, width]. */
  readonly input: readonly number[];
  /** Length of the sequences that come in, if all have the same; attention has to know it. */
  readonly steps?: number | undefined;
  readonly layers: readonly LayerDescription[];
  /** How many values come out per time step; not checked if left out. */
  readonly classes?: number | undefined;
  /** Makes weights sparse as `sparsify` does; all are dense if left out. */
  readonly structure?: SparsifyOptions | undefined;
}
