/** What a run records at its end: result.json. */
import { z } from "zod";
import { firingRateSchema, neuronParametersSchema, type FiringRate } from "./metrics.ts";
import { amount, index, share, type ReadOnly } from "./schema.ts";

/** How the network does on samples it is not trained on. */
export interface Evaluation {
  readonly accuracy: number;
  readonly loss: number;
  readonly samples: number;
  /** Absent in networks without spiking neurons. */
  readonly firingRate?: FiringRate;
}

const energySchema = z.object({ operations: amount, neurons: amount, memory: amount, total: amount });

/** Shares of an estimated energy, in joules. */
export type EnergyRecord = ReadOnly<z.output<typeof energySchema>>;

const activitySchema = z.object({
  samples: amount,
  spikes: amount,
  /** Network average spiking firing rate: rates of layers, weighted by their neurons. */
  nasfr: amount,
  /** Multiplications that a dense network of the same size makes. */
  dense: amount,
  /** Multiply-accumulates of values that are not zero, where they are not spikes. */
  mac: amount,
  /** Accumulates that spikes cause. */
  ac: amount,
  /** Estimated energy in joules: of spikes, and of the same network without use of zeros. */
  energy: z.object({ spiking: energySchema, dense: energySchema }),
  /** What the estimate assumes and leaves out. */
  energyNotes: z.array(z.string()),
});

/** What a network does for one sample, on average. */
export type ActivityRecord = ReadOnly<z.output<typeof activitySchema>>;

/** The form of result.json. */
export const resultSchema = neuronParametersSchema.extend({
  name: z.string(),
  /** What the data set calls itself: that under the recipe's name may be a stand-in. */
  data: z.string().optional(),
  testAccuracy: share,
  testLoss: z.number(),
  validationAccuracy: share.optional(),
  /** Where a recording gives several clips: the share of recordings of which most clips are classified right. */
  recordingAccuracy: share.optional(),
  epochs: index,
  /** Training time, without evaluation. */
  seconds: amount,
  trainSamplesPerSecond: amount,
  parameters: index,
  /** Parameters that are not held at zero by a sparse structure. */
  activeParameters: index,
  /** Absent in networks without spiking neurons. */
  firingRate: firingRateSchema.optional(),
  seed: index,
  /** `recipeHash` of the whole run; absent in results of earlier versions. */
  run: z.string().optional(),
  /** Spikes and operations on the test set, or on a part of a large one. */
  activity: activitySchema.optional(),
  /** Largest memory of the engine, in bytes. */
  peakMemoryBytes: amount.optional(),
  /** Bytes of the tensors of the newest checkpoint. */
  checkpointBytes: amount.optional(),
  samples: z.object({ train: index, validation: index, test: index }),
  /** Which samples of the test set were used, if not all. */
  testPart: z.object({ used: index, of: index, chosen: z.enum(["first", "spread"]) }).optional(),
  backend: z.string(),
});

/** result.json */
export type Result = ReadOnly<z.output<typeof resultSchema>>;
