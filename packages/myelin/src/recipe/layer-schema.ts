import { z } from "zod";
import { neuronOverrideSchema } from "./neuron-schema.ts";

export const size = z.int().positive();
export const probability = z.number().min(0).lt(1);

const pool = z.strictObject({
  kernelSize: size,
  stride: size.optional(),
  padding: z.int().nonnegative().default(0),
});
const convolution = {
  outChannels: size,
  kernelSize: size,
  stride: size.default(1),
  padding: z.int().nonnegative().default(0),
};
const empty = z.strictObject({});

/** A width, or one output a class. */
const width = z.union([size, z.literal("classes")]);

/** What all layers with delays share; names as in the papers on DCLS. */
export const delayOptions = {
  /** Kd, an odd number of time steps: delays are 0 .. Kd - 1. */
  maxDelay: z
    .int()
    .positive()
    .refine((value) => value % 2 === 1, { error: "an odd number" }),
  /** Shape of the bumps that stand for delays in training. */
  version: z.enum(["gauss", "max", "v1"]).default("gauss"),
  /** Bumps a connection. */
  kernelCount: z.union([z.literal(1), z.literal(2)]).default(1),
  /** false: fixed random delays of whole steps. */
  learn: z.boolean().default(true),
};
const delayPadding = {
  /** Cuts the output to the length of the input; otherwise it is (Kd - 1) / 2 steps longer. */
  keepLength: z.boolean().default(false),
};

/** Options of advanced spatial attention. */
export const attentionSchema = z.strictObject({
  reduction: size.default(1),
  lambda: z.number().gt(0).lt(1).default(0.5),
  maskMode: z.enum(["xor", "and", "or"]).default("xor"),
  /** batchUnion: every sample gets the union of the batch's masks, as the released code does. */
  maskScope: z.enum(["sample", "batchUnion"]).default("sample"),
  /** Trains the score as well, which the released code leaves as it was drawn. */
  trainableScore: z.boolean().default(false),
});

/** Layers that contain no other layers, by the name they have in a recipe. */
const leafLayers = {
  linear: z.strictObject({ outFeatures: width, bias: z.boolean().default(true) }),
  conv2d: z.strictObject({ ...convolution, groups: size.default(1), bias: z.boolean().default(true) }),
  delayLinear: z.strictObject({
    outFeatures: width,
    ...delayOptions,
    /** Whether every connection has its own delay, or every input unit. */
    per: z.enum(["synapse", "axon"]).default("synapse"),
    ...delayPadding,
  }),
  delayConv2d: z.strictObject({
    ...convolution,
    ...delayOptions,
    /** Whether every pair of channels has its own delay, or every input channel. */
    per: z.enum(["synapse", "axon"]).default("synapse"),
    ...delayPadding,
  }),
  attention: attentionSchema,
  batchNorm: z.strictObject({
    eps: z.number().positive().default(1e-5),
    momentum: z.number().min(0).max(1).default(0.1),
  }),
  maxPool2d: pool,
  avgPool2d: pool,
  globalAvgPool2d: empty,
  globalMaxPool2d: empty,
  dropout: z.strictObject({ p: probability, constantOverTime: z.boolean().default(true) }),
  flatten: empty,
  /** Options given here replace `network.neuron` for this layer, one by one. */
  neuron: neuronOverrideSchema,
  /** A neuron layer that also receives its own last spikes: s[t] = neuron(x[t] + W s[t-1]). */
  recurrent: neuronOverrideSchema,
  leakyIntegrator: z.strictObject({
    tau: z.number().min(1).default(2),
    decayInput: z.boolean().default(true),
  }),
  vote: z.strictObject({ size }),
};

const leaves = z.strictObject(leafLayers).partial();

/** One layer: an object whose only key is the layer's name. */
export interface LayerRecipe extends z.output<typeof leaves> {
  residual?: { branch: LayerRecipe[]; shortcut?: LayerRecipe[] | undefined } | undefined;
}

export const layerSchema: z.ZodType<LayerRecipe> = leaves
  .extend({
    get residual() {
      const layers = z.array(layerSchema).min(1);
      return z.strictObject({ branch: layers, shortcut: layers.optional() }).optional();
    },
  })
  .refine((layer) => Object.keys(layer).length === 1, { error: "exactly one layer name" });

/** Options of an attention layer, defaults filled in. */
export type AttentionRecipe = z.output<typeof attentionSchema>;
