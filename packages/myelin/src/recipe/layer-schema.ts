import { ATTENTION_DEFAULTS, DELAY_DEFAULTS, LAYER_DEFAULTS, NEURON_DEFAULTS } from "@myelin/core/defaults";
import { z } from "zod";
import { NO_PARTS, type Parts } from "../plugins/index.ts";
import { neuronSchemasFor } from "./neuron-schema.ts";

const { BatchNorm, Conv2d, Dropout, Linear, Pool } = LAYER_DEFAULTS;

export const size = z.int().positive();
export const probability = z.number().min(0).lt(1);

const pool = z.strictObject({
  kernelSize: size,
  stride: size.optional(),
  padding: z.int().nonnegative().default(Pool.padding),
});
const convolution = {
  outChannels: size,
  kernelSize: size,
  stride: size.default(Conv2d.stride),
  padding: z.int().nonnegative().default(Conv2d.padding),
};
const empty = z.strictObject({});

/** A width, or one output per class. */
const width = z.union([size, z.literal("classes")]);

/** What all layers with delays share; names as in the papers on DCLS. */
export const delayOptions = {
  /** Kd, an odd number of time steps: delays are 0 .. Kd - 1. */
  maxDelay: z
    .int()
    .positive()
    .refine((value) => value % 2 === 1, { error: "an odd number" }),
  /** Shape of the bumps that stand for delays in training. */
  version: z.enum(["gauss", "max", "v1"]).default(DELAY_DEFAULTS.version),
  /** Bumps a connection. */
  kernelCount: z.union([z.literal(1), z.literal(2)]).default(DELAY_DEFAULTS.kernelCount),
  /** false: fixed random delays of whole steps. */
  learn: z.boolean().default(DELAY_DEFAULTS.learn),
};
const delayPadding = {
  /** Cuts the output to the length of the input; otherwise it is (Kd - 1) / 2 steps longer. */
  keepLength: z.boolean().default(DELAY_DEFAULTS.keepLength),
};

/** Options of advanced spatial attention. */
export const attentionSchema = z.strictObject({
  reduction: size.default(ATTENTION_DEFAULTS.reduction),
  lambda: z.number().gt(0).lt(1).default(ATTENTION_DEFAULTS.lambda),
  maskMode: z.enum(["xor", "and", "or"]).default(ATTENTION_DEFAULTS.maskMode),
  /** batchUnion: every sample gets the union of the batch's masks, as the released code does. */
  maskScope: z.enum(["sample", "batchUnion"]).default(ATTENTION_DEFAULTS.maskScope),
  /** Trains the score as well, which the released code leaves as it was drawn. */
  trainableScore: z.boolean().default(ATTENTION_DEFAULTS.trainableScore),
});

/** Layers that contain no other layers, by the name they have in a recipe. */
const leafLayers = {
  linear: z.strictObject({
    outFeatures: width,
    bias: z.boolean().default(Linear.bias),
    /** What first weights are drawn from: U(-b, b), b = 1 / sqrt(inputs), or sqrt(6 / inputs). */
    init: z.enum(["default", "kaiming"]).default(Linear.init),
  }),
  conv2d: z.strictObject({
    ...convolution,
    groups: size.default(Conv2d.groups),
    bias: z.boolean().default(Conv2d.bias),
  }),
  delayLinear: z.strictObject({
    outFeatures: width,
    ...delayOptions,
    /** Whether every connection has its own delay, or every input unit. */
    per: z.enum(["synapse", "axon"]).default(DELAY_DEFAULTS.per),
    ...delayPadding,
  }),
  delayConv2d: z.strictObject({
    ...convolution,
    ...delayOptions,
    /** Whether every pair of channels has its own delay, or every input channel. */
    per: z.enum(["synapse", "axon"]).default(DELAY_DEFAULTS.per),
    ...delayPadding,
  }),
  attention: attentionSchema,
  batchNorm: z.strictObject({
    eps: z.number().positive().default(BatchNorm.eps),
    momentum: z.number().min(0).max(1).default(BatchNorm.momentum),
  }),
  maxPool2d: pool,
  avgPool2d: pool,
  globalAvgPool2d: empty,
  globalMaxPool2d: empty,
  dropout: z.strictObject({
    p: probability,
    constantOverTime: z.boolean().default(Dropout.constantOverTime),
  }),
  flatten: empty,
  leakyIntegrator: z.strictObject({
    tau: z.number().min(1).default(NEURON_DEFAULTS.LeakyIntegrator.tau),
    decayInput: z.boolean().default(NEURON_DEFAULTS.LeakyIntegrator.decayInput),
  }),
  vote: z.strictObject({ size }),
};

function leavesWith(parts: Parts) {
  const { neuronOverrideSchema } = neuronSchemasFor(parts);
  const own = Object.entries(parts.layers).map(([name, { options = {} }]) => [name, z.strictObject(options)]);
  const all = {
    ...(Object.fromEntries(own) as object),
    ...leafLayers,
    /** Options given here replace `network.neuron` for this layer, one by one. */
    neuron: neuronOverrideSchema,
    /** A neuron layer that also receives its own last spikes: s[t] = neuron(x[t] + W s[t-1]). */
    recurrent: neuronOverrideSchema,
  };
  return z.strictObject(all).partial();
}

/** One layer: an object whose only key is the layer's name. */
export interface LayerRecipe extends z.output<ReturnType<typeof leavesWith>> {
  residual?: { branch: LayerRecipe[]; shortcut?: LayerRecipe[] | undefined } | undefined;
}

/** The layers of a recipe, those of plugins among them. */
export function layerSchemaWith(parts: Parts = NO_PARTS): z.ZodType<LayerRecipe> {
  const layerSchema: z.ZodType<LayerRecipe> = leavesWith(parts)
    .extend({
      get residual() {
        const layers = z.array(layerSchema).min(1);
        return z.strictObject({ branch: layers, shortcut: layers.optional() }).optional();
      },
    })
    .refine((layer) => Object.keys(layer).length === 1, { error: "exactly one layer name" });
  return layerSchema;
}

/** The names of the built-in layers. */
export const LAYER_NAMES: readonly string[] = [
  ...Object.keys(leafLayers),
  "neuron",
  "recurrent",
  "residual",
  "repeat",
];

/** Options of an attention layer, defaults filled in. */
export type AttentionRecipe = z.output<typeof attentionSchema>;
