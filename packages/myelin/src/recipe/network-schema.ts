import { DELAY_DEFAULTS } from "@myelin/core/defaults";
import { z } from "zod";
import {
  attentionSchema,
  delayOptions,
  layerSchemaWith,
  probability,
  size,
  type LayerRecipe,
} from "./layer-schema.ts";
import type { Parts } from "../plugins/index.ts";
import {
  layerNeuron,
  neuronSchema as plainNeuron,
  neuronSchemasFor,
  type NeuronRecipe,
} from "./neuron-schema.ts";

const readout = {
  /** Dropout before every fully connected layer but the first one. */
  dropout: probability.default(0),
  /** Output neurons per class, whose rates are averaged. */
  vote: size.default(1),
};

/** Advanced spatial attention ahead of the neurons of every convolution; false for none. */
const attention = z.union([z.literal(false), attentionSchema]).default(false);

/** Reports layers whose own options do not fit the type of neuron they end up with. */
function checkLayerNeurons(
  network: { neuron: NeuronRecipe; layers: LayerRecipe[] },
  context: z.core.$RefinementCtx,
): void {
  const visit = (layers: LayerRecipe[], path: (string | number)[]): void => {
    for (const [index, layer] of layers.entries()) {
      const here = [...path, index];
      const name = layer.recurrent === undefined ? "neuron" : "recurrent";
      const merged = plainNeuron.safeParse(layerNeuron(network.neuron, layer[name] ?? {}));
      for (const issue of merged.error?.issues ?? []) {
        context.issues.push({ ...issue, path: [...here, name, ...issue.path] } as z.core.$ZodRawIssue);
      }
      visit(layer.residual?.branch ?? [], [...here, "residual", "branch"]);
      visit(layer.residual?.shortcut ?? [], [...here, "residual", "shortcut"]);
    }
  };
  visit(network.layers, ["layers"]);
}

/** The network, with the parts of plugins. `neuron` is the default of every spiking layer in it. */
export function networkSchemaWith(parts: Parts) {
  const { neuronSchema } = neuronSchemasFor(parts);
  const layerSchema = layerSchemaWith(parts);
  return z.discriminatedUnion("type", [
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
      attention,
      ...readout,
      dropout: probability.default(0.5),
      vote: size.default(10),
    }),
    /** Feed-forward with a delay on every connection (Hammouamri et al., ICLR 2024). */
    z.strictObject({
      type: z.literal("delay-net"),
      neuron: neuronSchema,
      hidden: z.array(size).default([256, 256]),
      /** On the spikes of every hidden layer. */
      dropout: probability.default(0),
      ...delayOptions,
      /** `none` makes the same network of plain connections. */
      per: z.enum(["synapse", "axon", "none"]).default(DELAY_DEFAULTS.per),
    }),
    /** Architectures A and D of Yao et al. (ICCV 2023): convolutions with average pooling but after the first. */
    z.strictObject({
      type: z.literal("asa-three-layer"),
      neuron: neuronSchema,
      channels: z.array(size).min(1).default([64, 128, 128]),
      hidden: z.array(size).default([256]),
      attention,
      /** Around the last convolution and the fully connected layers. */
      dropout: probability.default(0.1),
    }),
    /** Architectures B and C of Yao et al. (ICCV 2023): pooling ahead of every convolution but the first. */
    z.strictObject({
      type: z.literal("asa-five-layer"),
      neuron: neuronSchema,
      channels: z.array(size).min(1).default([128, 128, 128, 128, 128]),
      hidden: z.array(size).default([512]),
      pool: z.enum(["max", "average"]).default("max"),
      attention,
      dropout: probability.default(0),
      vote: size.default(10),
    }),
    /** Eight convolutions of `width` times 1, 2, 4, 4, 8, 8, 8, 8 channels and one readout (Deng et al., ICLR 2022). */
    z.strictObject({
      type: z.literal("vggsnn"),
      neuron: neuronSchema,
      width: size.default(64),
      attention,
    }),
    /** Residual blocks 3-3-2 of `width` times 1, 2, 4 channels and two fully connected layers (Deng et al., ICLR 2022). */
    z.strictObject({
      type: z.literal("resnet19"),
      neuron: neuronSchema,
      width: size.default(128),
    }),
    z
      .strictObject({
        type: z.literal("sequential"),
        neuron: neuronSchema,
        layers: z.array(layerSchema).min(1),
      })
      .superRefine(checkLayerNeurons),
  ]);
}

/** The `network` section, defaults filled in. */
export type NetworkRecipe = z.output<ReturnType<typeof networkSchemaWith>>;
