import { z } from "zod";
import { layerNeuron, neuronOverrideSchema, neuronSchema, type NeuronRecipe } from "./neuron-schema.ts";

const size = z.int().positive();
const probability = z.number().min(0).lt(1);
const pool = z.strictObject({
  kernelSize: size,
  stride: size.optional(),
  padding: z.int().nonnegative().default(0),
});
const empty = z.strictObject({});

/** Layers that contain no other layers, by the name they have in a recipe. */
const leafLayers = {
  linear: z.strictObject({ outFeatures: size, bias: z.boolean().default(true) }),
  conv2d: z.strictObject({
    outChannels: size,
    kernelSize: size,
    stride: size.default(1),
    padding: z.int().nonnegative().default(0),
    groups: size.default(1),
    bias: z.boolean().default(true),
  }),
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

const layerSchema: z.ZodType<LayerRecipe> = leaves
  .extend({
    get residual() {
      const layers = z.array(layerSchema).min(1);
      return z.strictObject({ branch: layers, shortcut: layers.optional() }).optional();
    },
  })
  .refine((layer) => Object.keys(layer).length === 1, { error: "exactly one layer name" });

const readout = {
  /** Dropout before every fully connected layer but the first one. */
  dropout: probability.default(0),
  /** Output neurons a class, whose rates are averaged. */
  vote: size.default(1),
};

/** Reports layers whose own options do not fit the type of neuron they end up with. */
function checkLayerNeurons(
  network: { neuron: NeuronRecipe; layers: LayerRecipe[] },
  context: z.core.$RefinementCtx,
): void {
  const visit = (layers: LayerRecipe[], path: (string | number)[]): void => {
    for (const [index, layer] of layers.entries()) {
      const here = [...path, index];
      const name = layer.recurrent === undefined ? "neuron" : "recurrent";
      const merged = neuronSchema.safeParse(layerNeuron(network.neuron, layer[name] ?? {}));
      for (const issue of merged.error?.issues ?? []) {
        context.issues.push({ ...issue, path: [...here, name, ...issue.path] } as z.core.$ZodRawIssue);
      }
      visit(layer.residual?.branch ?? [], [...here, "residual", "branch"]);
      visit(layer.residual?.shortcut ?? [], [...here, "residual", "shortcut"]);
    }
  };
  visit(network.layers, ["layers"]);
}

/** The network. `neuron` is the default of every spiking layer in it. */
export const networkSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("mlp"),
    neuron: neuronSchema,
    hidden: z.array(size),
    batchNorm: z.boolean().default(false),
    ...readout,
    /** What the last layer gives: spikes, the potential of a leaky integrator, or plain sums. */
    output: z.enum(["spikes", "potential", "current"]).default("spikes"),
  }),
  z.strictObject({
    type: z.literal("plif-net"),
    neuron: neuronSchema,
    /** Channels of each block; a block ends in 2x2 max pooling. */
    channels: z.array(size).min(1).default([128, 128]),
    /** Convolutions a block. */
    convolutions: size.default(1),
    /** Widths of the hidden fully connected layers. */
    hidden: z.array(size).default([2048]),
    pool: z.enum(["max", "average"]).default("max"),
    ...readout,
    dropout: probability.default(0.5),
    vote: size.default(10),
  }),
  z
    .strictObject({
      type: z.literal("sequential"),
      neuron: neuronSchema,
      layers: z.array(layerSchema).min(1),
    })
    .superRefine(checkLayerNeurons),
]);

/** The `network` section, defaults filled in. */
export type NetworkRecipe = z.output<typeof networkSchema>;
