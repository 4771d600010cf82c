/** The form of a recipe: one experiment, complete enough to be repeated. */
import { z } from "zod";
import { NO_PARTS, type Parts } from "../plugins/index.ts";
import {
  dataSchemaWith,
  isImageData,
  isPluginData,
  isSpikeData,
  isTableData,
  type DataRecipe,
} from "./data-schema.ts";
import { encoderSchema, type EncoderRecipe } from "./image-data-schema.ts";
import { networkSchemaWith } from "./network-schema.ts";
import { delaysSchema, structureSchema } from "./structure-schema.ts";
import { type LossRecipe, lossSchemaWith, optimizerSchema } from "./training-schema.ts";

const count = z.int().positive();

function recipeSchemaFrom(parts: Parts) {
  return z
    .strictObject({
      /** Names the run folder; letters, digits, dots, dashes and underscores. */
      name: z
        .string()
        .regex(/^[A-Za-z0-9][\w.-]*$/, { error: "a name of letters, digits, '.', '-' and '_'" }),
      seed: z.int().nonnegative().max(0xffffffff).default(1),
      /** All cores, at most 8, when absent. The result does not depend on it. */
      threads: count.optional(),
      data: dataSchemaWith(parts),
      /** Only for still images; `constant` when absent. */
      encoder: encoderSchema.optional(),
      /** T, for still images and for frames of events; sequences of spikes have their own. */
      timeSteps: count.optional(),
      network: networkSchemaWith(parts),
      loss: lossSchemaWith(parts.losses).prefault({ type: "rateMse" }),
      optimizer: optimizerSchema,
      /** For networks with learnable delays. */
      delays: delaysSchema.optional(),
      /** Scales first weights on the first batch; not those of a file. */
      init: z
        .strictObject({
          /** Spikes per neuron and time step of every spiking layer. */
          firing: z.number().gt(0).lt(1),
        })
        .optional(),
      /** Trains a sparse network; false for a dense one. */
      structure: z.union([z.literal(false), structureSchema]).default(false),
      epochs: count,
      /** Epochs after those, which `--extend` adds: what is spread over `epochs` stays as it was planned. */
      extensions: z
        .array(
          z.strictObject({
            epochs: count,
            /** Learning rate from there on; the last one before when absent. */
            lr: z.number().positive().optional(),
          }),
        )
        .optional(),
      batchSize: count,
      /** Batches whose gradients make one step of the optimiser. */
      accumulate: count.default(1),
      /** Parts into which each batch is cut; how many processes share them changes no bit. */
      microBatches: count.optional(),
      /** Steps in a row without any gradient that end the training; false for never. */
      deadAfter: z.union([z.literal(false), count]).default(20),
      checkpoint: z
        .strictObject({ everyEpochs: count.default(1), everySeconds: z.number().positive().optional() })
        .prefault({}),
      report: z
        .strictObject({
          /** Adds a line to metrics.jsonl every so many steps, beside the one per epoch. */
          everySteps: count.optional(),
          /** Test samples that the report shows, of each class one where possible. */
          samples: count.max(100).default(10),
          /** Neurons a layer in the raster. */
          rasterNeurons: count.default(64),
          /** Neurons a layer whose potential is drawn. */
          traceNeurons: count.default(3),
        })
        .prefault({}),
      /** Files with parts of one's own, made by `definePlugin`; relative to the recipe. */
      plugins: z.array(z.string().min(1)).optional(),
    })
    .superRefine(checkAccumulation)
    .superRefine(checkTime)
    .superRefine(checkRange);
}

const made = new WeakMap<Parts, RecipeSchema>();

/** The form of recipes with the parts of plugins. */
export function recipeSchemaWith(parts: Parts): RecipeSchema {
  const schema = made.get(parts) ?? recipeSchemaFrom(parts);
  made.set(parts, schema);
  return schema;
}

/** The form of a recipe. */
export type RecipeSchema = ReturnType<typeof recipeSchemaFrom>;

/** The form of recipes without plugins. */
export const recipeSchema = recipeSchemaWith(NO_PARTS);

/** A checked recipe, defaults filled in. */
export type Recipe = z.output<typeof recipeSchema>;

/** The two terms of `tet` divide by different numbers where classes have weights, so parts do not make the whole. */
function checkAccumulation(
  { loss, accumulate }: { readonly loss: LossRecipe; readonly accumulate: number },
  context: z.core.$RefinementCtx,
): void {
  if (accumulate === 1 || loss.type !== "tet" || loss.weight === undefined) return;
  const message =
    "1 for the loss tet with weights of classes, whose parts do not add up to that of a larger batch";
  context.issues.push({ code: "custom", path: ["accumulate"], message, input: accumulate });
}

/** The keys that are checked together. */
interface Timed {
  readonly data: DataRecipe;
  readonly encoder?: EncoderRecipe | undefined;
  readonly timeSteps?: number | undefined;
}

/** Time steps and encoder go with some kinds of data only. */
function checkTime({ data, encoder, timeSteps }: Timed, context: z.core.$RefinementCtx): void {
  const report = (key: string, input: unknown, message: string): void => {
    context.issues.push({ code: "custom", path: [key], message, input });
  };
  if (isPluginData(data)) return;
  if (isSpikeData(data)) {
    if (timeSteps !== undefined) {
      report("timeSteps", timeSteps, `no such key for ${data.name}, whose samples last as long as they do`);
    }
  } else if (timeSteps === undefined) report("timeSteps", timeSteps, "a number of time steps");
  if (!isImageData(data) && !isTableData(data) && encoder !== undefined) {
    report("encoder", encoder, `no such key for ${data.name}, whose samples are sequences already`);
  }
}

/** What an encoder makes spikes of is a brightness between 0 and 1. */
function checkRange({ data, encoder }: Timed, context: z.core.$RefinementCtx): void {
  if (encoder === undefined || encoder.type === "constant") return;
  if (isTableData(data)) {
    if (data.normalise === "range") return;
    const message = `range with the encoder ${encoder.type}, which reads values of 0..1`;
    context.issues.push({ code: "custom", path: ["data", "normalise"], message, input: data.normalise });
    return;
  }
  if (!isImageData(data) || data.normalise === false) return;
  if (data.normalise !== true && staysInside(data.normalise)) return;
  context.issues.push({
    code: "custom",
    path: ["data", "normalise"],
    message:
      `no normalisation with the encoder ${encoder.type}, which reads pixels of 0..1: normalised ones lie outside and ` +
      "would be cut off (false leaves them there)",
    input: data.normalise,
  });
}

/** Whether 0 and 1 stay between 0 and 1. */
function staysInside({
  mean,
  std,
}: {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}): boolean {
  return mean.every((centre, i) => centre <= 0 && (1 - centre) / (std[i] ?? 1) <= 1);
}
