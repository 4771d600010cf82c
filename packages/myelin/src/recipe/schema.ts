/** The form of a recipe: one experiment, complete enough to be repeated. */
import { z } from "zod";
import { dataSchema, encoderSchema } from "./data-schema.ts";
import { networkSchema } from "./network-schema.ts";
import { lossSchema, optimizerSchema } from "./training-schema.ts";

const count = z.int().positive();

export const recipeSchema = z.strictObject({
  /** Names the run folder; letters, digits, dots, dashes and underscores. */
  name: z.string().regex(/^[A-Za-z0-9][\w.-]*$/, { error: "a name of letters, digits, '.', '-' and '_'" }),
  seed: z.int().nonnegative().max(0xffffffff).default(1),
  /** All cores, at most 8, when absent. The result does not depend on it. */
  threads: count.optional(),
  data: dataSchema,
  encoder: encoderSchema.prefault({ type: "constant" }),
  timeSteps: count,
  network: networkSchema,
  loss: lossSchema.prefault({ type: "rateMse" }),
  optimizer: optimizerSchema,
  epochs: count,
  batchSize: count,
  checkpoint: z
    .strictObject({ everyEpochs: count.default(1), everySeconds: z.number().positive().optional() })
    .prefault({}),
  report: z
    .strictObject({
      /** Adds a line to metrics.jsonl every so many steps, beside the one an epoch. */
      everySteps: count.optional(),
      /** Neurons a layer in the raster. */
      rasterNeurons: count.default(64),
      /** Neurons a layer whose potential is drawn. */
      traceNeurons: count.default(3),
    })
    .prefault({}),
});

/** A checked recipe, defaults filled in. */
export type Recipe = z.output<typeof recipeSchema>;
